using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Replies;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Replies;

/// <summary>Both status tables, row by row.</summary>
public sealed class StatusTablesTests
{
    private static readonly byte[] Call = GoldenCase.Of("sofarpc-java-calls", "invoke-timeout-in-context").Request;

    /// <summary>What each number means where the reply says nothing else.</summary>
    private static readonly (int Status, string Name, ExchangeStatus Means, bool MayHaveExecuted)[] Inbound =
    [
        (1, "ERROR", ExchangeStatus.BadGateway, true),
        (2, "SERVER_EXCEPTION", ExchangeStatus.RuntimeException, true),
        (3, "UNKNOWN", ExchangeStatus.BadGateway, true),
        (4, "SERVER_THREADPOOL_BUSY", ExchangeStatus.Exhausted, false),
        (5, "ERROR_COMM", ExchangeStatus.Unavailable, true),
        (6, "NO_PROCESSOR", ExchangeStatus.Unimplemented, false),
        (7, "TIMEOUT", ExchangeStatus.DeadlineExceeded, true),
        (8, "CLIENT_SEND_ERROR", ExchangeStatus.Unavailable, false),
        (9, "CODEC_EXCEPTION", ExchangeStatus.BadGateway, true),
        (16, "CONNECTION_CLOSED", ExchangeStatus.Unavailable, true),
        (17, "SERVER_SERIAL_EXCEPTION", ExchangeStatus.BadGateway, true),
        (18, "SERVER_DESERIAL_EXCEPTION", ExchangeStatus.InvalidArgument, false),
        (99, "any other", ExchangeStatus.BadGateway, true),
    ];

    private static readonly string[] Contents =
        ["", "RpcServerException", "SofaResponse", "exception in SofaResponse", "text", "json", "garbage"];

    /// <summary>Each row, in v1 and v2, with nothing in it and with each of the texts that peers put in.</summary>
    public static TheoryData<int, int, string> InboundFrames
    {
        get
        {
            var data = new TheoryData<int, int, string>();
            foreach (var (status, _, _, _) in Inbound)
            {
                foreach (var content in Contents)
                {
                    data.Add(status, 1, content);
                    data.Add(status, 2, content);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(InboundFrames))]
    public void Inbound_Status_ReadsAsItsRow(int status, int envelope, string content)
    {
        var row = Inbound.Single(r => r.Status == status);
        var frame = Reply(status, envelope == 2, content);
        var exchange = Frames.ReadReply(frame);
        Assert.Equal(envelope == 2, exchange.ReplyHeader.IsV2());
        Assert.Equal((row.Means, row.MayHaveExecuted), (exchange.Status, exchange.MayHaveExecuted));
        Assert.Equal(0, exchange.Reply.Count);
        if (content is "" or "garbage")
        {
            Assert.False(string.IsNullOrEmpty(exchange.Message));
        }
        else
        {
            Assert.Equal("why", exchange.Message);
        }
    }

    /// <summary>Every number in the recordings, and the exception that Java's own client makes of it.</summary>
    [Fact]
    public void Inbound_EveryRecordedStatus_MeansWhatJavasClientTakesItFor()
    {
        var seen = new SortedSet<int>();
        foreach (var golden in GoldenCase.Of("bolt-java-status").Where(c => c.Response is not null && Frames.Scan(c.Response).Status != 0))
        {
            var exchange = Frames.ReadReply(golden.Answer);
            var thrown = golden.Expected.GetProperty("clientException").GetString()?.Split('.')[^1];
            ExchangeStatus[] means = thrown switch
            {
                "InvokeServerBusyException" => [ExchangeStatus.Exhausted],
                "InvokeTimeoutException" => [ExchangeStatus.DeadlineExceeded],
                "InvokeServerException" => [ExchangeStatus.RuntimeException],
                "InvokeSendFailedException" or "ConnectionClosedException" => [ExchangeStatus.Unavailable],
                "DeserializationException" => [ExchangeStatus.InvalidArgument],
                "SerializationException" or "CodecException" => [ExchangeStatus.BadGateway],

                // What Java's client does not tell apart: 1, 3, 5, 6.
                "InvokeException" => [ExchangeStatus.BadGateway, ExchangeStatus.Unavailable, ExchangeStatus.Unimplemented],
                _ => [],
            };
            Assert.True(means.Contains(exchange.Status), $"{golden.Id}: {thrown}, {exchange.Status}");
            seen.Add(exchange.ReplyHeader.Status);
        }

        Assert.Equal(Inbound.Select(r => r.Status).Where(s => s != 99), seen);
    }

    [Fact]
    public void Inbound_Table_IsTheDocuments() => DocumentedTable.AssertIs(
        "inbound",
        [
            "| status | SOFABolt's name | outcome | may have run |",
            "|---|---|---|---|",
            .. Inbound.Select(r => (r, Row: InboundTable.OfStatus(r.Status, null))).Select(r =>
                $"| {(r.r.Status == 99 ? "–" : r.r.Status)} | {r.r.Name} | {r.Row.Status} | {(r.Row.MayHaveExecuted ? "yes" : "no")} |"),
        ]);

    [Fact]
    public void Outbound_Table_IsTheDocuments()
    {
        var rows = new List<string>
        {
            "| outcome | may have run | status | content | Java's client tries again |",
            "|---|---|---|---|---|",
        };
        foreach (var status in Enum.GetValues<ExchangeStatus>())
        {
            var kept = OutboundTable.Of(status, mayHaveExecuted: false);
            var executed = OutboundTable.Of(status, mayHaveExecuted: true);
            rows.AddRange(kept == executed ? [Row(status, "either", kept)] : [Row(status, "no", kept), Row(status, "yes", executed)]);
        }

        DocumentedTable.AssertIs("outbound", rows);

        static string Row(ExchangeStatus status, string executed, OutboundRow row) => row.Form == ReplyForm.Nothing
            ? $"| {status} | {executed} | – | – | – |"
            : $"| {status} | {executed} | {row.Status} | {Content(row.Form)} | {(row.Retried ? "yes" : "no")} |";

        static string Content(ReplyForm form) => form switch
        {
            ReplyForm.Result => "SofaResponse with the result",
            ReplyForm.Exception => "error header, SofaResponse with a Throwable",
            ReplyForm.FrameworkError => "error header, SofaResponse with `isError` and a message",
            _ => "RpcServerException",
        };
    }

    /// <summary>A reply as real peers made it, with another number and one of the contents that peers put in.</summary>
    private static byte[] Reply(int status, bool v2, string content)
    {
        var recorded = GoldenCase.Of("bolt-java-status", v2 ? "status-2-v2" : "status-1-v1").Answer;
        var header = Frames.Scan(recorded);
        byte[] frame = [.. recorded.AsSpan(0, header.ContentOffset()), .. Content(content)];
        var statusAt = v2 ? 12 : 10;
        frame[statusAt] = (byte)(status >> 8);
        frame[statusAt + 1] = (byte)status;
        frame[header.IdOffset() + 4] = content == "json" ? BoltFrame.CodecJson : BoltFrame.CodecHessian;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(
            frame.AsSpan(header.FixedLength() - 4), frame.Length - header.ContentOffset());
        return frame;
    }

    private static byte[] Content(string content)
    {
        using var output = new FrameWriter();
        var state = HessianWriteState.Rent();
        var writer = new HessianWriter(output, HessianDialect.Draft, state);
        var exception = TypeName.Of("com.alipay.remoting.rpc.exception.RpcServerException");
        switch (content)
        {
            case "RpcServerException":
                writer.WriteThrowable(exception, "why");
                break;
            case "SofaResponse" or "exception in SofaResponse":
                writer.BeginObject(ResponseClasses.SofaResponse);
                writer.WriteBool(content == "SofaResponse");
                if (content == "SofaResponse")
                {
                    writer.WriteString("why");
                    writer.WriteNull();
                }
                else
                {
                    writer.WriteNull();
                    writer.WriteThrowable(exception, "why");
                }

                writer.WriteNull();
                break;
            case "text":
                writer.WriteString("why");
                break;
            case "json":
                output.Write("\"why\""u8);
                break;
            case "garbage":
                output.Write([0xFF, 0x01, 0x02]);
                break;
        }

        state.Return();
        return output.Written.ToArray();
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
    [InlineData(ExchangeStatus.DeadlineExceeded, false, 7, ExchangeStatus.DeadlineExceeded)]
    [InlineData(ExchangeStatus.DeadlineExceeded, true, 2, ExchangeStatus.RuntimeException)]
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

    /// <summary>Callers, another gateway among them, know it by SOFARPC's number alone.</summary>
    [Theory]
    [InlineData("no registry has the service x", "RPC-020100010: no registry has the service x")]
    [InlineData("not found service: x", "not found service: x")]
    public void Outbound_UnknownServiceInOtherWords_IsReadBackAsThat(string said, string told)
    {
        var exchange = Frames.Opened(Call);
        exchange.SetFault(ExchangeStatus.Unimplemented, said);
        var reply = Frames.ReadReply(Frames.WriteReply(exchange));
        Assert.Equal((0, ExchangeStatus.Unimplemented, told), (reply.ReplyHeader.Status, reply.Status, reply.Message));
        Assert.False(reply.MayHaveExecuted);
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
    public void Outbound_CallerOfAnUnknownCodec_GetsAStatusThatNeedsNoSofaResponse(ExchangeStatus status)
    {
        var exchange = Frames.NewExchange(GoldenCase.Of("bolt-odd-frames", "unknown-codec").Request);
        exchange.SetFault(status, "why");
        var reply = Frames.ReadReply(Frames.WriteReply(exchange));
        Assert.NotEqual(0, reply.ReplyHeader.Status);
        Assert.Equal("why", reply.Message);
    }

    /// <summary>Nothing but busy and timeout makes SOFARPC's failover client call again; busy never where the call may have run.</summary>
    [Theory]
    [InlineData(ExchangeStatus.Exhausted, false, true)]
    [InlineData(ExchangeStatus.Exhausted, true, false)]
    [InlineData(ExchangeStatus.DeadlineExceeded, false, true)]
    [InlineData(ExchangeStatus.DeadlineExceeded, true, false)]
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
