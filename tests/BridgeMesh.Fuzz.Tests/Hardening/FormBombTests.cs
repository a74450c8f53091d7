using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Codecs.Http.Multipart;
using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Values;

namespace BridgeMesh.Fuzz.Tests.Hardening;

/// <summary>Forms and queries whose names or parts are many, deep or without an end.</summary>
public sealed class FormBombTests
{
    private static readonly TypeShape Order = DemoContract.Load().Methods.First(static m => m.Name == "place").Parameters[0].Type;

    private static readonly BindingPlan Plan = BindingPlan.Of(
        new HttpBinding { Verb = "POST", PathTemplate = "/fuzz", Parameters = [new HttpParameter(0, HttpSource.Form, string.Empty)] });

    [Theory]
    [InlineData("items[999999999].sku=a")]
    [InlineData("items[256].sku=a")]
    [InlineData("items[-1].sku=a")]
    [InlineData("items[99999999999999999999].sku=a")]
    public void Form_PlaceBeyondTheBound_IsRefused(string form) => Assert.False(Read(form).IsOk);

    [Fact]
    public void Form_TooManyValues_IsRefused() => Assert.False(Read(string.Join('&', Enumerable.Repeat("tags=a", FieldTree.MaxPairs + 1))).IsOk);

    [Fact]
    public void Form_NameWithoutEnd_IsRefused() => Assert.False(Read(new string('a', 1 << 20)).IsOk);

    [Fact]
    public void Form_ManyNamesOfNobody_AreLeftOutCheaply()
    {
        var form = string.Join('&', Enumerable.Range(0, 50_000).Select(static i => $"n{i}=x"));
        var elapsed = Peer.Time(() => Read(form));
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Multipart_TooManyParts_IsRefused()
    {
        var part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";
        var (problem, parts) = Split(string.Concat(Enumerable.Repeat(part, 10_000)) + "--b--");
        Assert.NotNull(problem);
        Assert.Equal(MultipartForm.MaxParts, parts);
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=a; x=")]
    [InlineData("--b\r\nX: ")]
    public void Multipart_HeadersWithoutEnd_AreRefused(string start) => Assert.NotNull(Split(start + new string('x', 1 << 20) + "\r\n\r\n\r\n--b--").Problem);

    [Fact]
    public void Multipart_ManyAlmostBoundaries_CostTheirBytes()
    {
        var body = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n" + string.Concat(Enumerable.Repeat("\r\n--b-", 200_000)) + "\r\n--b--";
        var elapsed = Peer.Time(() => Assert.Null(Split(body).Problem));
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Multipart_EveryHalfOfIt_IsRefused()
    {
        const string body = "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\nContent-Type: image/png\r\n\r\noctets\r\n--b--";
        for (var length = 0; length < body.Length; length++)
        {
            Assert.NotNull(Split(body[..length]).Problem);
        }
    }

    [Fact]
    public void Multipart_FileNameWithoutValue_IsRefused() =>
        Assert.NotNull(Split("--b\r\nContent-Disposition: form-data; name=a; filename*\r\n\r\nx\r\n--b--").Problem);

    private static CodecStatus Read(string form)
    {
        using var tape = new ValueTape();
        var body = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(form));
        return TextArguments.ReadForm(body, Plan, Plan.Parameters[0], Order, ValuePolicy.Default, tape);
    }

    private static (string? Problem, int Parts) Split(string body)
    {
        var problem = MultipartForm.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)), "b", out var form);
        using (form)
        {
            return (problem, form.Parts.Count);
        }
    }
}
