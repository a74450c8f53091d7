using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Replies;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Bodies;

/// <summary>
/// Bodies of Bolt codec 12: arguments without names or types, a bare result, or the text of an error. Service, method and metadata are in
/// the header map alone. Source: SOFARPC JacksonSerializer and the recordings.
/// </summary>
internal static class JsonBodies
{
    // What Jackson writes by itself. It reads all of these forms, and knows no others for dates and numbers.
    private static readonly ValuePolicy Jackson = new()
    {
        Long = LongForm.AlwaysNumber,
        Decimal = DecimalForm.Number,
        InstantAsEpochMs = true,
    };

    private static readonly ValuePolicy JacksonStrict = Jackson with { RejectUnknown = true };

    // Jackson has no sign for a value that was there before: a contract that wants one gets a copy, one that wants none still gets none.
    private static readonly ValuePolicy JacksonUnshared = Jackson with { Cycles = CycleForm.Reject };

    /// <summary>Reads metadata and arguments of a request that was opened before.</summary>
    internal static CodecStatus ReadRequest(Exchange exchange)
    {
        var header = exchange.CallerHeader;
        if (header.ContentLength() == 0)
        {
            return CodecStatus.Fail(CodecError.Malformed, "the request has no content", header.ContentOffset());
        }

        var status = NamelessCall.Begin(exchange);
        if (!status.IsOk || exchange.Shape is not { } shape)
        {
            return status;
        }

        status = Check(shape, header.IdOffset() + 4);
        if (!status.IsOk)
        {
            return status;
        }

        var content = exchange.RequestFrame.Slice(header.ContentOffset(), header.ContentLength());
        return NamelessCall.Placed(JsonArguments.ReadBare(content, shape, ForReading(exchange), exchange.Request), header);
    }

    /// <summary>Writes the arguments; the frame is begun and ended by the caller.</summary>
    internal static CodecStatus WriteArguments(Exchange exchange, FrameWriter output)
    {
        var status = exchange.Shape is { } shape ? Check(shape, -1) : CodecStatus.Ok;
        return status.IsOk ? JsonArguments.WriteBare(exchange.Request, exchange.Shape, ForWriting(exchange), output) : status;
    }

    /// <summary>Reads the content of a reply with status 0.</summary>
    internal static CodecStatus ReadReply(Exchange exchange, bool saysError)
    {
        var header = exchange.ReplyHeader;
        var content = exchange.ReplyFrame.Slice(header.ContentOffset(), header.ContentLength());
        if (!saysError)
        {
            var returns = exchange.Shape?.Returns;
            return NamelessCall.Placed(JsonPayloadCodec.Instance.Read(content, returns, ForReading(exchange), exchange.Reply), header);
        }

        var message = FailureText.OfJson(content, exchange.Reply);
        InboundTable.OfFrameworkError(message).Settle(exchange, message);
        return CodecStatus.Ok;
    }

    /// <summary>Writes the result.</summary>
    internal static CodecStatus WriteResult(Exchange exchange, FrameWriter output)
    {
        if (exchange.Reply.Count == 0)
        {
            output.Write("null"u8);
            return CodecStatus.Ok;
        }

        return JsonPayloadCodec.Instance.Write(exchange.Reply, 0, exchange.Shape?.Returns, ForWriting(exchange), output);
    }

    /// <summary>Writes what a caller is told of an exception or an unknown method.</summary>
    internal static CodecStatus WriteMessage(Exchange exchange, FrameWriter output)
    {
        using var text = new ValueTape();
        text.AddString(NamelessCall.MessageOf(exchange));
        return text.Failed ? text.Status : JsonPayloadCodec.Instance.Write(text, 0, null, Jackson, output);
    }

    // A real server refuses such a method when it reads the request; a real client cannot read the answer.
    private static CodecStatus Check(MethodShape shape, long offset) => shape.Returns.Kind == ShapeKind.Void
        ? NamelessCall.Refuse(BoltFrame.CodecJson, $"has no form for methods without a result, such as {shape.Name}", offset)
        : CodecStatus.Ok;

    private static ValuePolicy ForReading(Exchange exchange) =>
        exchange.Contract is { Policy.RejectUnknown: true } ? JacksonStrict : Jackson;

    private static ValuePolicy ForWriting(Exchange exchange) =>
        exchange.Contract is { Policy.Cycles: CycleForm.Reject } ? JacksonUnshared : Jackson;
}
