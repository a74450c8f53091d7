using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Tests.Hardening;

/// <summary>
/// A few bytes of references that mean a value of gigabytes. Reading keeps them references; writing for a format without identity, or where a
/// peer's decoder counts otherwise, stops at the budget of tokens and bytes.
/// </summary>
public sealed class ReferenceBombTests
{
    /// <summary>What may be written before the budget is seen to be passed: the budget, one value, and the buffer's doubling.</summary>
    private static readonly long MostWritten = TapeBudget.Default.MaxTextBytes + (4L << 20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hessian_ListsThatDouble_AreSmallOnTheTapeAndStopInJson(bool draft)
    {
        // Each list holds the one before it twice: 2^60 values.
        using var tape = Read(draft, Doubling(draft, levels: 60));
        Assert.InRange(tape.Count, 60, 400);
        using var output = new FrameWriter();
        Assert.Equal(CodecError.OverBudget, Peer.WriteJson(tape, output).Error);
        Assert.InRange(output.Length, 0, MostWritten);

        // In its own dialect it stays as small as it was.
        output.Clear();
        Assert.Equal(CodecStatus.Ok, Peer.WriteHessian(draft, tape, output));
        Assert.InRange(output.Length, 0, 4_096);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hessian_LongTextSharedOften_StopsInJsonAtTheBudgetOfBytes(bool draft)
    {
        using var tape = Read(draft, SharedText(draft, copies: 20_000, withUuid: false));
        using var output = new FrameWriter();
        Assert.Equal(CodecError.OverBudget, Peer.WriteJson(tape, output).Error);
        Assert.InRange(output.Length, 0, MostWritten);
    }

    [Fact]
    public void Hessian_LongTextSharedOftenBehindAUuid_StopsAtTheBudgetOfBytes()
    {
        // Behind a UUID decoders of the final dialect count otherwise, so values are written again: 20,000 references to 60,000 bytes.
        using var tape = Read(draft: false, SharedText(draft: false, copies: 20_000, withUuid: true));
        using var output = new FrameWriter();
        Assert.Equal(CodecError.OverBudget, Peer.WriteHessian(draft: false, tape, output).Error);
        Assert.InRange(output.Length, 0, MostWritten);
    }

    [Fact]
    public void Hessian_ListsThatDoubleBehindAUuid_StopAtTheBudgetOfTokens()
    {
        var bytes = new HostileBytes().Definition(draft: false, "java.util.UUID", "value").List(draft: false, 2);
        bytes.Instance(draft: false, 0).Text("123e4567-e89b-12d3-a456-426614174000");
        AddDoubling(bytes, draft: false, levels: 60, firstSlot: 2);
        using var tape = Read(draft: false, bytes.ToArray());
        using var output = new FrameWriter();
        Assert.Equal(CodecError.OverBudget, Peer.WriteHessian(draft: false, tape, output).Error);
        Assert.InRange(output.Length, 0, MostWritten);
    }

    [Fact]
    public void Json_CycleOfAHessianPeer_IsRefused()
    {
        using var tape = Read(draft: false, new HostileBytes().List(draft: false, 1).Reference(draft: false, 0).ToArray());
        using var output = new FrameWriter();
        Assert.Equal(CodecError.Unrepresentable, Peer.WriteJson(tape, output).Error);
    }

    [Theory]
    [InlineData("$.a[299999]")]
    [InlineData("$.b.z")]
    public void Json_ManyReferencesToWhatIsFarAway_StopAtTheBudgetOfSteps(string path)
    {
        // A list of 300,000 elements, a map of 20,000 entries, and 20,000 references to the last ones.
        var text = new System.Text.StringBuilder("{\"a\":[");
        text.Insert(text.Length, "[],", 300_000).Append("[]],\"b\":{");
        for (var i = 0; i < 20_000; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\"k{i}\":0,");
        }

        text.Append("\"z\":{}},\"c\":[");
        text.Insert(text.Length, $"{{\"$ref\":\"{path}\"}},", 20_000).Append("0]}");
        var status = CodecStatus.Ok;
        var time = Peer.Time(() => status = ReadWithPaths(text.ToString()));
        Assert.Equal(CodecError.OverBudget, status.Error);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void Json_PathOfAMillionSteps_IsFollowedOnce()
    {
        // Round and round a cycle, by quoted names.
        var path = new System.Text.StringBuilder("$").Insert(1, "[\\\"n\\\"]", 200_000);
        var status = CodecStatus.Ok;
        var time = Peer.Time(() => status = ReadWithPaths($"{{\"n\":{{\"$ref\":\"$\"}},\"m\":{{\"$ref\":\"{path}\"}}}}"));
        Assert.True(status.IsOk, status.ToString());
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Json_ManyReferencesAsPaths_StopAtTheBudgetOfSteps()
    {
        // 30,000 objects in a list, and 30,000 references to them.
        const int Count = 30_000;
        var bytes = new HostileBytes().Definition(draft: false, "com.fuzz.A").List(draft: false, Count * 2);
        for (var i = 0; i < Count; i++)
        {
            bytes.Instance(draft: false, 0);
        }

        for (var i = 0; i < Count; i++)
        {
            bytes.Reference(draft: false, Count - i);
        }

        using var tape = Read(draft: false, bytes.ToArray());
        using var output = new FrameWriter();
        var policy = ValuePolicy.Default with { Cycles = CycleForm.Ref };
        var status = CodecStatus.Ok;
        var time = Peer.Time(() => status = JsonPayloadCodec.Instance.Write(tape, 0, null, policy, output));
        Assert.Equal(CodecError.OverBudget, status.Error);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    private static CodecStatus ReadWithPaths(string text)
    {
        using var tape = new ValueTape();
        var payload = new System.Buffers.ReadOnlySequence<byte>(System.Text.Encoding.UTF8.GetBytes(text));
        return JsonPayloadCodec.Instance.Read(payload, null, ValuePolicy.Default with { Cycles = CycleForm.Ref }, tape);
    }

    private static ValueTape Read(bool draft, byte[] bytes)
    {
        var tape = new ValueTape();
        var status = Peer.ReadHessian(draft, bytes, tape);
        Assert.True(status.IsOk, status.ToString());
        return tape;
    }

    private static byte[] Doubling(bool draft, int levels)
    {
        var bytes = new HostileBytes();
        AddDoubling(bytes, draft, levels, firstSlot: 0);
        return bytes.ToArray();
    }

    // [L0, L1, L2, ...] where Ln is [Ln-1, Ln-1], all but the first by reference.
    private static void AddDoubling(HostileBytes bytes, bool draft, int levels, int firstSlot)
    {
        bytes.List(draft, levels);
        for (var level = 0; level < levels; level++)
        {
            bytes.List(draft, 2);
            for (var i = 0; i < 2; i++)
            {
                _ = level == 0 ? bytes.Text("x") : bytes.Reference(draft, firstSlot + level);
            }

            bytes.EndList(draft);
        }

        bytes.EndList(draft);
    }

    private static byte[] SharedText(bool draft, int copies, bool withUuid)
    {
        var bytes = new HostileBytes();
        if (withUuid)
        {
            bytes.Definition(draft, "java.util.UUID", "value");
        }

        bytes.List(draft, copies + 1 + (withUuid ? 1 : 0));
        if (withUuid)
        {
            bytes.Instance(draft, 0).Text("123e4567-e89b-12d3-a456-426614174000");
        }

        bytes.List(draft, 1).Text(new string('x', 60_000)).EndList(draft);
        for (var i = 0; i < copies; i++)
        {
            bytes.Reference(draft, withUuid ? 2 : 1);
        }

        return bytes.EndList(draft).ToArray();
    }
}
