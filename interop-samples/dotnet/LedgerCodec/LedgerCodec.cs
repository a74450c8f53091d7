using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace Acme.Ledger;

/// <summary>The ledger protocol for both sides: frames of <see cref="LedgerFrame"/> with bodies of <see cref="LedgerBody"/>.</summary>
internal sealed class LedgerCodec : IFrameCodec
{
    // Deeper than any tape, so that the tape's budget decides; answers are never put into HTML.
    private static readonly JsonWriterOptions WriterOptions =
        new() { MaxDepth = 2_000, SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private delegate CodecStatus BodyWriter(Exchange exchange, Utf8JsonWriter json);

    public string Protocol => "ledger";

    public int CorrelationBits => 64;

    public int HeartbeatIntervalMs => 15_000;

    public FrameScan Scan(in ReadOnlySequence<byte> buffer, FrameLimits limits, out FrameHeader header) =>
        LedgerFrame.Scan(buffer, limits.MaxFrameBytes, out header);

    public CodecStatus OpenRequest(Exchange exchange)
    {
        var status = LedgerBody.Open(exchange.RequestFrame, out var body);
        if (!status.IsOk)
        {
            return status;
        }

        if (body.Service.Interface.Length == 0 || string.IsNullOrEmpty(body.Method))
        {
            return CodecStatus.Fail(CodecError.Malformed, "the request names no service or no method", LedgerFrame.HeadBytes);
        }

        exchange.Service = body.Service;
        exchange.Method = body.Method;
        exchange.OneWay = exchange.CallerHeader.OneWay;
        exchange.CallerTimeoutMs = exchange.CallerHeader.TimeoutMs;
        return CodecStatus.Ok;
    }

    public CodecStatus ReadRequest(Exchange exchange)
    {
        var status = LedgerBody.Open(exchange.RequestFrame, out var body);
        status = status.IsOk ? body.ReadMetadata(exchange.RequestMetadata) : status;
        if (!status.IsOk)
        {
            return status;
        }

        status = body.ReadSignature(out var signature);
        if (!status.IsOk)
        {
            return status;
        }

        exchange.Shape ??= exchange.Contract?.Find(exchange.Method, signature);
        exchange.Signature = signature ?? exchange.Shape?.Signature;
        return body.ReadArguments(exchange.Shape, exchange.Request);
    }

    public CodecStatus WriteReply(Exchange exchange, FrameWriter output) =>
        WriteFrame(exchange, LedgerFrame.Reply, exchange.CallerHeader.CorrelationId, 0, output, WriteReplyBody);

    public CodecStatus WriteRequest(Exchange exchange, ulong correlationId, FrameWriter output) => WriteFrame(
        exchange, exchange.OneWay ? LedgerFrame.OneWay : LedgerFrame.Request, correlationId, exchange.RemainingMs, output, WriteRequestBody);

    public CodecStatus ReadReply(Exchange exchange)
    {
        var status = LedgerBody.Open(exchange.ReplyFrame, out var body);
        status = status.IsOk ? body.ReadMetadata(exchange.ReplyMetadata) : status;
        if (!status.IsOk)
        {
            return status;
        }

        if (body.Error < 0)
        {
            exchange.Status = ExchangeStatus.Ok;
            return body.Result < 0 ? CodecStatus.Ok : body.ReadResult(exchange.Shape?.Returns, exchange.Reply);
        }

        // A status from a later version of the protocol is some failure of the callee's.
        exchange.Status = Enum.TryParse<ExchangeStatus>(body.TextAt(body.Status), out var said) && said != ExchangeStatus.Ok && Enum.IsDefined(said)
            ? said
            : ExchangeStatus.RuntimeException;
        exchange.Message = body.TextAt(body.Message);
        exchange.ExceptionType = body.TextAt(body.Type) is { Length: > 0 } type ? TypeName.Of(type) : null;
        return body.Value < 0 ? CodecStatus.Ok : body.ReadException(exchange.ExceptionType, exchange.Reply);
    }

    public bool CanForward(Exchange exchange) => true;

    public CodecStatus CopyPatched(in FrameHeader header, in ReadOnlySequence<byte> frame, in FramePatch patch, FrameWriter output)
    {
        if (patch.Splice is not null)
        {
            return CodecStatus.Fail(CodecError.Unsupported, "a ledger body is translated as a whole");
        }

        var start = output.Length;
        output.Write(frame);
        var head = output.From(start);
        BinaryPrimitives.WriteUInt64BigEndian(head[LedgerFrame.IdOffset..], patch.CorrelationId);
        if (patch.TimeoutMs > 0 && header is { Kind: FrameKind.Request, TimeoutMs: > 0 })
        {
            BinaryPrimitives.WriteInt32BigEndian(head[LedgerFrame.TimeoutOffset..], patch.TimeoutMs);
        }

        return CodecStatus.Ok;
    }

    public void WriteControlReply(in FrameHeader header, in ReadOnlySequence<byte> frame, FrameWriter output)
    {
        if (header.Kind == FrameKind.Heartbeat)
        {
            LedgerFrame.Begin(output, LedgerFrame.Pong, header.CorrelationId, 0);
        }
    }

    public void WriteHeartbeat(ulong correlationId, FrameWriter output) => LedgerFrame.Begin(output, LedgerFrame.Ping, correlationId, 0);

    public bool WriteGoAway(FrameWriter output)
    {
        LedgerFrame.Begin(output, LedgerFrame.Goodbye, 0, 0);
        return true;
    }

    private static CodecStatus WriteFrame(Exchange exchange, byte kind, ulong id, int timeoutMs, FrameWriter output, BodyWriter write)
    {
        var start = LedgerFrame.Begin(output, kind, id, timeoutMs);
        CodecStatus status;
        using (var json = new Utf8JsonWriter(output, WriterOptions))
        {
            json.WriteStartObject();
            status = write(exchange, json);
            json.WriteEndObject();
        }

        if (status.IsOk)
        {
            LedgerFrame.End(output, start);
        }
        else
        {
            output.Truncate(start);
        }

        return status;
    }

    private static CodecStatus WriteRequestBody(Exchange exchange, Utf8JsonWriter json)
    {
        var service = exchange.CalleeService;
        if (!IsText(service.ToString()) || !IsText(exchange.Method))
        {
            return CodecStatus.Fail(CodecError.Unrepresentable, "the name of the service or method is not valid Unicode");
        }

        json.WriteString("service", service.Interface);
        WriteUnlessEmpty(json, "version", service.Version);
        WriteUnlessEmpty(json, "group", service.Group);
        WriteUnlessEmpty(json, "uniqueId", service.UniqueId);
        json.WriteString("method", exchange.Method);
        if (exchange.Signature is { WellFormed: true } signature)
        {
            json.WriteStartArray("types");
            foreach (var type in signature.TypeNames)
            {
                json.WriteStringValue(type);
            }

            json.WriteEndArray();
        }

        var status = WriteMetadata(exchange.RequestMetadata, json);
        return status.IsOk ? WriteArguments(exchange.Request, exchange.Shape, json) : status;
    }

    private static CodecStatus WriteArguments(ValueTape tape, MethodShape? shape, Utf8JsonWriter json)
    {
        if (tape.Failed)
        {
            return tape.Status;
        }

        var values = new TapeToJson(json, tape);
        var named = shape is not null && shape.Parameters.Length == tape.RootCount();
        json.WritePropertyName("args");
        if (named)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartArray();
        }

        var ordinal = 0;
        for (var i = 0; i < tape.Count; i = tape.Next(i), ordinal++)
        {
            if (named)
            {
                json.WritePropertyName(shape!.Parameters[ordinal].Name);
            }

            values.Write(i);
        }

        if (named)
        {
            json.WriteEndObject();
        }
        else
        {
            json.WriteEndArray();
        }

        return values.Status;
    }

    private static CodecStatus WriteReplyBody(Exchange exchange, Utf8JsonWriter json)
    {
        var tape = exchange.Reply;
        if (tape.Failed)
        {
            return tape.Status;
        }

        var values = new TapeToJson(json, tape);
        if (exchange.Status == ExchangeStatus.Ok)
        {
            if (tape.Count > 0)
            {
                json.WritePropertyName("result");
                values.Write(0);
            }
        }
        else
        {
            json.WriteStartObject("error");
            json.WriteString("status", exchange.Status.ToString());
            WriteUnlessEmpty(json, "type", exchange.ExceptionType?.Text);
            WriteUnlessEmpty(json, "message", exchange.Message);
            if (tape.Count > 0 && tape[0].Kind == ValueKind.Object)
            {
                values.WriteException("value");
            }

            json.WriteEndObject();
        }

        return values.Status.IsOk ? WriteMetadata(exchange.ReplyMetadata, json) : values.Status;
    }

    private static CodecStatus WriteMetadata(Metadata metadata, Utf8JsonWriter json)
    {
        if (metadata.Count == 0)
        {
            return CodecStatus.Ok;
        }

        json.WriteStartObject("meta");
        for (var i = 0; i < metadata.Count; i++)
        {
            var (name, value) = (metadata[i].Key, metadata[i].Value);
            if (!IsText(name) || !IsText(value))
            {
                return CodecStatus.Fail(CodecError.Unrepresentable, "a name or value of the metadata is not valid Unicode");
            }

            if (FirstOf(metadata, name) != i)
            {
                continue;
            }

            if (Repeats(metadata, name, i))
            {
                json.WriteStartArray(name);
                foreach (var entry in metadata.Entries)
                {
                    if (string.Equals(entry.Key, name, StringComparison.OrdinalIgnoreCase))
                    {
                        json.WriteStringValue(entry.Value);
                    }
                }

                json.WriteEndArray();
            }
            else
            {
                json.WriteString(name, value);
            }
        }

        json.WriteEndObject();
        return CodecStatus.Ok;
    }

    private static int FirstOf(Metadata metadata, string name)
    {
        var first = 0;
        while (!string.Equals(metadata[first].Key, name, StringComparison.OrdinalIgnoreCase))
        {
            first++;
        }

        return first;
    }

    private static bool Repeats(Metadata metadata, string name, int after)
    {
        for (var i = after + 1; i < metadata.Count; i++)
        {
            if (string.Equals(metadata[i].Key, name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteUnlessEmpty(Utf8JsonWriter json, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            // A message may quote what a peer sent: what is not Unicode in it is replaced, as nobody computes with it.
            json.WriteString(name, IsText(text) ? text : Wellformed(text));
        }
    }

    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static string Wellformed(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
