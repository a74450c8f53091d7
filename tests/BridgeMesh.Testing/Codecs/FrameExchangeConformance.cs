using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Testing.Codecs;

/// <summary>Requests and replies through the tape: what one side of the codec writes, its other side reads.</summary>
public abstract class FrameExchangeConformance : FrameCopyConformance
{
    private const ulong Id = 0x0102_0304_0506_0708;

    [Fact]
    public void Request_WrittenToACallee_IsReadAsTheSameCall()
    {
        foreach (var call in Calls)
        {
            var sent = NewCall(call);
            sent.RequestMetadata.TryAdd("tenant", "acme-中");
            sent.RequestMetadata.TryAdd("x-empty", string.Empty);
            var bytes = WriteRequest(sent, Id, call.Name);
            var got = new Exchange();
            var header = ScanWhole(SegmentedBytes.Whole(bytes), call.Name);
            var status = ReadRequest(got, header, SegmentedBytes.Whole(bytes));

            Assert.True(status.IsOk, $"{call}: {status}");
            Assert.Equal(FrameKind.Request, header.Kind);
            Assert.Equal(bytes.Length, header.Length);
            Assert.Equal(Mask(Id), header.CorrelationId);
            Assert.Equal(Service, got.Service);
            Assert.Equal("place", got.Method);
            Assert.False(got.OneWay);
            if (CarriesTimeout)
            {
                Assert.Equal(1_234, got.CallerTimeoutMs);
            }

            Assert.Equal("acme-中", got.RequestMetadata.Find("tenant"));
            Assert.Equal(string.Empty, got.RequestMetadata.Find("x-empty"));
            AssertSignature(call, got);
            TapeAssert.Equal(sent.Request, got.Request, Comparison, call.Name);
            Release(sent);
            Release(got);
        }
    }

    [Fact]
    public void Request_OneWay_IsReadAsOneWay()
    {
        var sent = NewCall(Calls[0]);
        sent.OneWay = true;
        var bytes = WriteRequest(sent, Id, "one way");
        var got = new Exchange();
        var header = ScanWhole(SegmentedBytes.Whole(bytes), "one way");
        Assert.True(ReadRequest(got, header, SegmentedBytes.Whole(bytes)).IsOk);
        Assert.True(header.OneWay && got.OneWay);
        Release(sent);
        Release(got);
    }

    [Fact]
    public void Result_WrittenToACaller_IsReadAsTheSameValue()
    {
        foreach (var call in Calls.Where(c => JavaSignature.Of(c.Descriptor).TypeNames.Length <= 1))
        {
            var (caller, callee) = NewPair();
            call.Arguments(caller.Reply);
            caller.ReplyMetadata.TryAdd("served-by", "blue-中");
            Answer(caller, callee, call.Name);

            Assert.True(callee.Status == ExchangeStatus.Ok, $"{call}: {callee.Status} {callee.Message}");
            if (CarriesReplyMetadata)
            {
                Assert.Equal("blue-中", callee.ReplyMetadata.Find("served-by"));
            }

            AssertResult(call, caller.Reply, callee.Reply);
            Release(caller);
            Release(callee);
        }
    }

    [Fact]
    public void Exception_WithItsObject_KeepsClassMessageAndFields()
    {
        var (caller, callee) = NewPair();
        var type = TypeName.Of("com.acme.order.OrderException");
        caller.Status = ExchangeStatus.BusinessException;
        caller.ExceptionType = type;
        caller.Message = "out of stock";
        caller.Reply.BeginObject(type);
        caller.Reply.Name(FieldName.Of("code"));
        caller.Reply.AddInt32(42);
        caller.Reply.Name(FieldName.Of("detailMessage"));
        caller.Reply.AddString("out of stock");

        // Only a JVM sends one; without a contract nothing else says that the caller may have the class.
        caller.Reply.Name(ThrowableValue.StackTrace);
        caller.Reply.BeginArray(TypeName.Of("[java.lang.StackTraceElement"));
        caller.Reply.End();
        caller.Reply.End();
        Answer(caller, callee, "exception");

        Assert.True(callee.Status is ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException, $"{callee.Status} {callee.Message}");
        Assert.Equal(type.Text, callee.ExceptionType?.Text);
        Assert.Equal("out of stock", callee.Message);
        Assert.True(callee.Reply.Count > 0, "the exception object is lost");
        var code = callee.Reply.FindField(0, "code"u8);
        Assert.True(code > 0, TapeText.Of(callee.Reply));
        Assert.Equal(42, callee.Reply[code].AsInt32);
        Release(caller);
        Release(callee);
    }

    [Fact]
    public void Exception_KnownByNameAlone_KeepsClassAndMessage()
    {
        var (caller, callee) = NewPair();
        caller.Status = ExchangeStatus.RuntimeException;
        caller.ExceptionType = TypeName.Of("java.lang.IllegalStateException");
        caller.Message = "no such luck 😀";
        Answer(caller, callee, "exception");

        Assert.True(callee.Status is ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException, $"{callee.Status} {callee.Message}");
        Assert.Equal("java.lang.IllegalStateException", callee.ExceptionType?.Text);
        Assert.Equal("no such luck 😀", callee.Message);
        Release(caller);
        Release(callee);
    }

    [Fact]
    public void EveryStatus_WrittenToACaller_IsReadAsTheTablesSay()
    {
        var wrong = new List<string>();
        foreach (var written in Enum.GetValues<ExchangeStatus>().Where(s => s != ExchangeStatus.Cancelled))
        {
            foreach (var mayHaveExecuted in new[] { false, true })
            {
                var (caller, callee) = NewPair();
                caller.Status = written;
                caller.Message = written == ExchangeStatus.Ok ? null : "because of 中";
                caller.MayHaveExecuted = mayHaveExecuted && written != ExchangeStatus.Ok;
                Answer(caller, callee, $"{written}");
                var expected = Expect(written, caller.MayHaveExecuted);
                if (callee.Status != expected)
                {
                    wrong.Add($"{written}, mayHaveExecuted={mayHaveExecuted}: read as {callee.Status}, expected {expected}");
                }
                else if (written != ExchangeStatus.Ok && callee.Message?.Contains("because of 中", StringComparison.Ordinal) != true)
                {
                    wrong.Add($"{written}: its message is read as '{callee.Message}'");
                }

                Release(caller);
                Release(callee);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Cancelled_Reply_IsHarmlessToWrite()
    {
        var (caller, callee) = NewPair();
        caller.SetFault(ExchangeStatus.Cancelled, "the caller went away");
        AssertWholeOrNothing(output => Codec.WriteReply(caller, output), "cancelled");
        Release(caller);
        Release(callee);
    }

    [Fact]
    public void RecordedRequests_EveryStatus_CanBeAnswered()
    {
        foreach (var sample in OfKind(FrameKind.Request))
        {
            foreach (var status in Enum.GetValues<ExchangeStatus>())
            {
                var exchange = new Exchange();
                var frame = SegmentedBytes.Whole(sample.Bytes);
                var header = ScanWhole(frame, sample.Name);
                if (!ReadRequest(exchange, header, frame).IsOk)
                {
                    exchange.Request.Reset();
                }

                exchange.Status = status;
                exchange.Message = status == ExchangeStatus.Ok ? null : "answer";
                using var output = new FrameWriter();
                var written = Codec.WriteReply(exchange, output);
                Assert.True(written.IsOk, $"{sample}, {status}: {written}");
                if (output.Length > 0)
                {
                    var reply = ScanWhole(SegmentedBytes.Whole(output.Written), $"{sample}, {status}");
                    Assert.Equal((FrameKind.Reply, header.CorrelationId, output.Length), (reply.Kind, reply.CorrelationId, reply.Length));
                }

                Release(exchange);
            }
        }
    }

    [Fact]
    public void Writers_RunTwice_WriteTheSameBytes()
    {
        foreach (var call in Calls)
        {
            var (first, second) = (NewCall(call), NewCall(call));
            first.RequestMetadata.TryAdd("tenant", "acme");
            second.RequestMetadata.TryAdd("tenant", "acme");
            Assert.Equal(WriteRequest(first, 7, call.Name), WriteRequest(second, 7, call.Name));
            Release(first);
            Release(second);
        }
    }

    [Fact]
    public void Writers_WhatCannotBeSaid_LeaveNoPartialFrame()
    {
        var text = new string('x', 100_000);
        foreach (var spoil in new Action<Exchange>[]
        {
            e => e.CalleeService = new ServiceKey(text, text, text, text),
            e => e.Method = text,
            e => e.Method = "\uD800",
            e => e.Signature = JavaSignature.Of("not a signature"),
            e => e.Request.AddUInt64(ulong.MaxValue),
            e => e.Request.AddAbsent(),
            e => e.Request.AddText(ValueKind.BigInteger, "not a number"),
            e => e.Request.AddText(ValueKind.Decimal, "1e5"),
            e => e.Request.AddText(ValueKind.Text, "2024-01-01T00:00", TypeName.Of("java.time.LocalDateTime")),
            e => e.Request.AddText(ValueKind.Text, "never", TypeName.Of("java.time.Instant")),
            e => e.Request.Fail(CodecError.Malformed, "already failed"),
            e => Nest(e.Request, 128),
            e =>
            {
                for (var i = 0; e.RequestMetadata.TryAdd($"key-{i}", text[..1_000]); i++)
                {
                }
            },
        })
        {
            var request = NewCall(Calls[0]);
            spoil(request);
            AssertWholeOrNothing(output => Codec.WriteRequest(request, Id, output), "request");
            Release(request);
        }

        foreach (var spoil in new Action<ValueTape>[]
        {
            t => t.AddUInt64(ulong.MaxValue),
            t => t.AddAbsent(),
            t => t.AddText(ValueKind.Text, "never", TypeName.Of("java.time.Instant")),
            t => t.AddText(ValueKind.BigInteger, string.Empty),
            t => t.Fail(CodecError.Malformed, "already failed"),
            t => Nest(t, 128),
        })
        {
            var (caller, callee) = NewPair();
            spoil(caller.Reply);
            AssertWholeOrNothing(output => Codec.WriteReply(caller, output), "reply");
            Release(caller);
            Release(callee);
        }
    }

    [Fact]
    public void ReadRequest_PooledExchange_SeesNothingOfTheCallBefore()
    {
        var pooled = new Exchange();
        foreach (var sample in OfKind(FrameKind.Request).Take(50))
        {
            var frame = SegmentedBytes.Whole(sample.Bytes);
            pooled.Reset();
            var fresh = new Exchange();
            var header = ScanWhole(frame, sample.Name);
            Assert.Equal(ReadRequest(fresh, header, frame), ReadRequest(pooled, header, frame));
            Assert.Equal(ExchangeText.Of(fresh), ExchangeText.Of(pooled));
            Release(fresh);
        }
    }

    /// <summary>What the callee's side sent and its caller's side reads as: no result may read as null.</summary>
    protected virtual void AssertResult(CallSample call, ValueTape sent, ValueTape got)
    {
        if (sent.Count == 0)
        {
            Assert.True(got.Count == 0 || (got.RootCount() == 1 && got[0].Kind == ValueKind.Null), $"void: {TapeText.Of(got)}");
            return;
        }

        TapeAssert.Equal(sent, got, Comparison, call.Name);
    }

    /// <summary>Parameter types survive; a protocol without them overrides this.</summary>
    protected virtual void AssertSignature(CallSample call, Exchange got) => Assert.Equal(call.Descriptor, got.Signature?.Descriptor);

    /// <summary>A call that this codec wrote to a callee, and the same call as this codec's caller side read it.</summary>
    protected (Exchange Caller, Exchange Callee) NewPair()
    {
        var callee = NewCall(Calls[0]);
        var frame = SegmentedBytes.Whole(WriteRequest(callee, Id, "request"));
        var caller = new Exchange();
        var status = ReadRequest(caller, ScanWhole(frame, "request"), frame);
        Assert.True(status.IsOk, status.ToString());
        return (caller, callee);
    }

    private void Answer(Exchange caller, Exchange callee, string about)
    {
        var bytes = WriteReply(caller, about);
        var frame = SegmentedBytes.Whole(bytes);
        var header = ScanWhole(frame, about);
        Assert.Equal((FrameKind.Reply, Mask(Id), bytes.Length), (header.Kind, header.CorrelationId, header.Length));
        var status = ReadReply(callee, header, frame);
        Assert.True(status.IsOk, $"{about}: {status}");
    }

    private void AssertWholeOrNothing(Func<FrameWriter, CodecStatus> write, string about)
    {
        using var output = new FrameWriter(16);
        byte[] before = [1, 2, 3];
        output.Write(before);
        var status = write(output);
        Assert.Equal(before, output.Written[..3].ToArray());
        var rest = output.Written[3..];
        if (!status.IsOk)
        {
            Assert.True(rest.IsEmpty, $"{about}: {rest.Length} bytes of a frame that failed with {status}");
        }
        else if (!rest.IsEmpty)
        {
            Assert.Equal(rest.Length, ScanWhole(SegmentedBytes.Whole(rest), about).Length);
        }
    }

    private static void Nest(ValueTape tape, int depth)
    {
        for (var i = 0; i < depth; i++)
        {
            tape.BeginList();
        }

        for (var i = 0; i < depth; i++)
        {
            tape.End();
        }
    }
}
