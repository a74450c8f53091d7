using System.Collections.Immutable;
using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Tests.Attachments;

/// <summary>What a provider demands of its consumers, who learn it from its registration.</summary>
public class TokenTests
{
    private static readonly byte[] CallersToken = [5, .. "token"u8, 9, .. "secret123"u8];

    [Theory]
    [InlineData("2.7.23")]
    [InlineData("3.2.16")]
    public void CallersToken_WithinDubbo_Passes(string version)
    {
        var exchange = Opened(version);
        Assert.True(Copy(exchange, null).AsSpan().IndexOf(CallersToken) > 0);
        Assert.True(Copy(exchange, new SplicePatch { Service = new ServiceKey("com.acme.Other") }).AsSpan().IndexOf(CallersToken) > 0);
    }

    [Theory]
    [InlineData("2.7.23")]
    [InlineData("3.2.16")]
    public void CallersToken_InAnotherZone_IsNeitherMetadataNorSent(string version)
    {
        var exchange = Opened(version);
        Assert.True(Frames.Codec.ReadRequest(exchange).IsOk);
        Assert.Null(exchange.RequestMetadata.Find("token"));
        Assert.True(Frames.Request(exchange, 1).AsSpan().IndexOf("secret123"u8) < 0);
    }

    [Fact]
    public void TokenOfTheInstance_WhenTranslated_IsSentInsteadOfTheCallers()
    {
        var exchange = Opened("3.2.16");
        Assert.True(Frames.Codec.ReadRequest(exchange).IsOk);
        exchange.Instance = new ServiceInstance
        {
            Service = exchange.Service,
            Protocol = "dubbo",
            Host = "h",
            Port = 1,
            Metadata = ImmutableDictionary<string, string>.Empty.Add("token", "theirs"),
        };
        var frame = Frames.Request(exchange, 1);
        byte[] theirs = [5, .. "token"u8, 6, .. "theirs"u8];
        Assert.True(frame.AsSpan().IndexOf(theirs) > 0);
        Assert.True(frame.AsSpan().IndexOf("secret123"u8) < 0);
    }

    private static Exchange Opened(string version) => Frames.Opened(GoldenCase.Get(version, "semantics", "token-ok").Request ?? []);

    private static byte[] Copy(Exchange exchange, SplicePatch? splice)
    {
        using var output = new FrameWriter();
        Assert.True(Frames.Codec.CopyPatched(exchange.CallerHeader, exchange.RequestFrame, new FramePatch(9, 0, splice), output).IsOk);
        return output.Written.ToArray();
    }
}
