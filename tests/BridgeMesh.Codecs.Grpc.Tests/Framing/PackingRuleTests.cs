using System.Collections.Immutable;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Tests.Framing;

public sealed class PackingRuleTests
{
    [Theory]
    [InlineData("gzip", true)]
    [InlineData("identity,deflate, GZIP", true)]
    [InlineData("br;q=1, gzip;q=0.001", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("gzip; q=0.000", false)]
    [InlineData("gzipped", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsAccepted_Header_NamesGzip(string? header, bool isAccepted) => Assert.Equal(isAccepted, PackingRule.IsAccepted(header));

    [Fact]
    public void IsAccepted_RepeatedHeader_IsOneList() => Assert.True(PackingRule.IsAccepted(new(["identity", "deflate,gzip"])));

    [Theory]
    [InlineData("gzip", "64", 64)]
    [InlineData("gzip", "many", 1_024)]
    [InlineData("gzip", null, 1_024)]
    [InlineData("none", "64", null)]
    [InlineData(null, null, null)]
    public void Of_Instance_ByItsMetadata(string? compression, string? minBytes, int? expected)
    {
        var metadata = ImmutableDictionary<string, string>.Empty;
        metadata = compression is null ? metadata : metadata.Add("compression", compression);
        metadata = minBytes is null ? metadata : metadata.Add("compressionMinBytes", minBytes);
        var instance = new ServiceInstance
        {
            Service = new ServiceKey("a"),
            Protocol = "grpc",
            Host = "127.0.0.1",
            Port = 1,
            Metadata = metadata,
        };
        Assert.Equal(expected, PackingRule.Of(instance)?.MinBytes);
    }

    [Fact]
    public void Packer_MessageThatGetsNoShorter_IsLeftBehindItsStart()
    {
        using var body = new FrameWriter();
        using var packer = new MessagePacker(new PackingRule(0));
        body.Write("before abc"u8);
        Assert.False(packer.TryPack(body, 7));
        Assert.True(body.Written.SequenceEqual("before abc"u8));
        Assert.False(packer.TryPack(body, body.Length));
        body.Write(new byte[500]);
        Assert.True(packer.TryPack(body, 7));
        Assert.True(packer.HasPacked && body.Length < 100 && body.Written.StartsWith("before \x1F"u8));
    }
}
