using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Tests.Requests;

/// <summary>Calls and heartbeats without the two-way bit.</summary>
public class OneWayTests
{
    [Theory]
    [InlineData("2.7.23", "semantics", "oneway")]
    [InlineData("3.2.16", "semantics", "oneway")]
    [InlineData("2.7.23", "errors", "raw-oneway")]
    [InlineData("3.2.16", "errors", "raw-oneway")]
    public void RecordedCall_OnEveryLane_StaysOneWay(string version, string group, string name)
    {
        var golden = GoldenCase.Get(version, group, name);
        Assert.Null(golden.Response);
        var exchange = Frames.Read(golden.Request ?? []);
        Assert.True(exchange.OneWay);

        Assert.Equal(0x82, Frames.Request(exchange, 9)[2]);
        Assert.Equal(0x82, Copy(exchange, null)[2]);
        Assert.Equal(0x82, Copy(exchange, new SplicePatch { Service = new ServiceKey("com.acme.Other") })[2]);
    }

    [Theory]
    [InlineData(ExchangeStatus.Ok)]
    [InlineData(ExchangeStatus.RuntimeException)]
    [InlineData(ExchangeStatus.Unavailable)]
    public void Outcome_OfAOneWayCall_IsNeverWritten(ExchangeStatus status)
    {
        var exchange = Frames.Read(Calls.Frame("semantics", "oneway"));
        exchange.Status = status;
        Assert.Empty(Frames.Reply(exchange));
    }

    [Fact]
    public void OneWayRequestOfAProvider_IsNotAnswered()
    {
        using var output = new FrameWriter();
        var frame = Calls.Frame("semantics", "oneway");
        Frames.Codec.WriteControlReply(Frames.Scan(frame), new(frame), output);
        Assert.Equal(0, output.Length);
    }

    // A consumer that does not wait (CompletableFuture, RpcContext.asyncCall) sends an ordinary two-way call.
    [Theory]
    [InlineData("async-completablefuture")]
    [InlineData("async-invoke")]
    public void AsyncCall_IsAnOrdinaryOne_AndItsKeysAreNoMetadata(string name)
    {
        foreach (var version in GoldenCase.Versions)
        {
            var exchange = Frames.Read(GoldenCase.Get(version, "semantics", name).Request ?? []);
            Assert.False(exchange.OneWay);
            Assert.Equal(0, exchange.RequestMetadata.Count);
            Assert.Equal(0xC2, Frames.Request(exchange, 9)[2]);
        }
    }

    private static byte[] Copy(Exchange exchange, SplicePatch? splice)
    {
        using var output = new FrameWriter();
        var patch = new FramePatch(9, 0, splice);
        Assert.True(Frames.Codec.CopyPatched(exchange.CallerHeader, exchange.RequestFrame, patch, output).IsOk);
        return output.Written.ToArray();
    }
}
