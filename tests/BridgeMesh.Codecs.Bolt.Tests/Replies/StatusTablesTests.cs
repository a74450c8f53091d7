using BridgeMesh.Codecs.Bolt.Replies;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Bolt.Tests.Replies;

/// <summary>Both status tables, row by row.</summary>
public sealed class StatusTablesTests
{
    private static readonly byte[] Call = GoldenCase.Of("sofarpc-java-calls", "invoke-timeout-in-context").Request;

    [Theory]
    [InlineData(1, ExchangeStatus.BadGateway, true)]
    [InlineData(2, ExchangeStatus.RuntimeException, true)]
    [InlineData(3, ExchangeStatus.BadGateway, true)]
    [InlineData(4, ExchangeStatus.Exhausted, false)]
    [InlineData(5, ExchangeStatus.Unavailable, true)]
    [InlineData(6, ExchangeStatus.Unimplemented, false)]
    [InlineData(7, ExchangeStatus.DeadlineExceeded, true)]
    [InlineData(8, ExchangeStatus.Unavailable, false)]
    [InlineData(9, ExchangeStatus.BadGateway, true)]
    [InlineData(16, ExchangeStatus.Unavailable, true)]
    [InlineData(17, ExchangeStatus.BadGateway, true)]
    [InlineData(18, ExchangeStatus.InvalidArgument, false)]
    [InlineData(99, ExchangeStatus.BadGateway, true)]
    public void Inbound_StatusWithoutContent_ReadsAs(int status, ExchangeStatus expected, bool mayHaveExecuted)
    {
        // The recorded frame of status 1, which real peers made, with the number changed.
        var frame = GoldenCase.Of("bolt-java-status", "status-1-v1").Answer.ToArray();
        frame[10] = (byte)(status >> 8);
        frame[11] = (byte)status;
        var exchange = Frames.ReadReply(frame);
        Assert.Equal((expected, mayHaveExecuted), (exchange.Status, exchange.MayHaveExecuted));
        Assert.False(string.IsNullOrEmpty(exchange.Message));
    }

    [Fact]
    public void Inbound_EveryRecordedStatus_IsInTheTable()
    {
        foreach (var golden in GoldenCase.Of("bolt-java-status").Where(c => c.Response is not null && Frames.Scan(c.Response).Status != 0))
        {
            var exchange = Frames.ReadReply(golden.Answer);
            Assert.NotEqual(ExchangeStatus.Ok, exchange.Status);
        }
    }

    [Theory]
    [InlineData("RPC-020100010: RPC cannot find service: [x] ", ExchangeStatus.Unimplemented, false)]
    [InlineData("RPC-020100011: Cannot find invoke method: [x], service: [y] ", ExchangeStatus.Unimplemented, false)]
    [InlineData("anything else", ExchangeStatus.RuntimeException, true)]
    [InlineData(null, ExchangeStatus.RuntimeException, true)]
    public void Inbound_FrameworkErrorWithStatus0_ReadsByItsMessage(string? message, ExchangeStatus expected, bool mayHaveExecuted)
    {
        var row = InboundTable.OfFrameworkError(message);
        Assert.Equal((expected, mayHaveExecuted), (row.Status, row.MayHaveExecuted));
    }

    [Theory]
    [InlineData("No user processor found for request: x", ExchangeStatus.Unimplemented, false)]
    [InlineData("Error: Can not find method: x:1.0#y()", ExchangeStatus.Unimplemented, false)]
    [InlineData("Error: not found service: x:1.0", ExchangeStatus.Unimplemented, false)]
    [InlineData("Error: boom", ExchangeStatus.RuntimeException, true)]
    public void Inbound_Status2_ReadsByItsMessage(string message, ExchangeStatus expected, bool mayHaveExecuted)
    {
        var row = InboundTable.OfStatus(2, message);
        Assert.Equal((expected, mayHaveExecuted), (row.Status, row.MayHaveExecuted));
    }

    [Theory]
    [InlineData(ExchangeStatus.InvalidArgument, false, 18, ExchangeStatus.InvalidArgument)]
    [InlineData(ExchangeStatus.Unauthenticated, false, 2, ExchangeStatus.RuntimeException)]
    [InlineData(ExchangeStatus.PermissionDenied, false, 2, ExchangeStatus.RuntimeException)]
    [InlineData(ExchangeStatus.RequestTooLarge, false, 18, ExchangeStatus.InvalidArgument)]
    [InlineData(ExchangeStatus.ReplyTooLarge, true, 17, ExchangeStatus.BadGateway)]
    [InlineData(ExchangeStatus.Exhausted, false, 4, ExchangeStatus.Exhausted)]
    [InlineData(ExchangeStatus.Exhausted, true, 2, ExchangeStatus.RuntimeException)]
    [InlineData(ExchangeStatus.Unavailable, false, 5, ExchangeStatus.Unavailable)]
    [InlineData(ExchangeStatus.BadGateway, true, 2, ExchangeStatus.RuntimeException)]
    [InlineData(ExchangeStatus.DeadlineExceeded, true, 7, ExchangeStatus.DeadlineExceeded)]
    [InlineData(ExchangeStatus.Internal, false, 2, ExchangeStatus.RuntimeException)]
    public void Outbound_Fault_GoesOutWithAnRpcServerException(
        ExchangeStatus status, bool mayHaveExecuted, int boltStatus, ExchangeStatus readsAs)
    {
        var exchange = Frames.Opened(Call);
        exchange.SetFault(status, "why it failed", mayHaveExecuted);
        var frame = Frames.WriteReply(exchange);
        var reply = Frames.ReadReply(frame);
        Assert.Equal(boltStatus, reply.ReplyHeader.Status);
        Assert.Equal((readsAs, "why it failed"), (reply.Status, reply.Message));
        Assert.Equal("com.alipay.remoting.rpc.exception.RpcServerException", ClassNameOf(frame));
        Assert.Equal(exchange.CallerHeader.CorrelationId, reply.ReplyHeader.CorrelationId);
    }

    [Fact]
    public void Outbound_UnknownService_GoesOutAsARealServersFrameworkError()
    {
        var golden = GoldenCase.Of("node-client-java-server", "no-method");
        var exchange = Frames.Opened(golden.Request);
        exchange.SetFault(
            ExchangeStatus.Unimplemented,
            "RPC-020100011: Cannot find invoke method: [nothing], service: [com.example.bridge.DemoService:1.0] ");
        Assert.Equal(golden.Response, Frames.WriteReply(exchange));
    }

    [Fact]
    public void Outbound_CallerWentAwayOrDoesNotWait_GoesOutAsNothing()
    {
        var gone = Frames.Opened(Call);
        gone.SetFault(ExchangeStatus.Cancelled, "gone");
        Assert.Empty(Frames.WriteReply(gone));
        Assert.Empty(Frames.WriteReply(Frames.Opened(GoldenCase.Of("sofarpc-java-calls", "oneway").Request)));
    }

    [Theory]
    [InlineData(ExchangeStatus.Unimplemented)]
    [InlineData(ExchangeStatus.RuntimeException)]
    [InlineData(ExchangeStatus.Unavailable)]
    public void Outbound_CallerOfProtobuf_GetsAStatusThatNeedsNoSofaResponse(ExchangeStatus status)
    {
        var exchange = Frames.Opened(GoldenCase.Of("sofarpc-java-protobuf", "echo").Request);
        exchange.SetFault(status, "why");
        var reply = Frames.ReadReply(Frames.WriteReply(exchange));
        Assert.NotEqual(0, reply.ReplyHeader.Status);
        Assert.Equal("why", reply.Message);
    }

    [Theory]
    [InlineData(ExchangeStatus.Exhausted, false, true)]
    [InlineData(ExchangeStatus.Exhausted, true, false)]
    [InlineData(ExchangeStatus.DeadlineExceeded, true, true)]
    [InlineData(ExchangeStatus.BadGateway, true, false)]
    [InlineData(ExchangeStatus.Unavailable, true, false)]
    public void Outbound_Row_SaysWhetherTheCallersClientTriesAgain(ExchangeStatus status, bool mayHaveExecuted, bool retried) =>
        Assert.Equal(retried, OutboundTable.Of(status, mayHaveExecuted).Retried);

    private static string ClassNameOf(byte[] frame)
    {
        var header = Frames.Scan(frame);
        return System.Text.Encoding.UTF8.GetString(frame.AsSpan(header.Layout.A, header.Layout.B));
    }
}
