using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Gateway.Decoding;

/// <summary>
/// Finds and explains the frames of a framed protocol, with the same codec that the gateway runs. What a real peer would close the
/// connection for is told with its place, and the search goes on where the next frame can still be found.
/// </summary>
internal sealed class FrameDecoder(IFrameCodec codec, IReadOnlyList<IPayloadCodec> payloads)
{
    /// <summary>What a person wants to see is not bounded as what a peer may send; a declared 1 GiB still is.</summary>
    private static readonly FrameLimits Limits = new(MaxFrameBytes: 1 << 30, MaxMetadataBytes: 1 << 30, MaxInFlight: int.MaxValue);

    public static FrameScan Scan(IFrameCodec codec, ReadOnlyMemory<byte> bytes) =>
        codec.Scan(new ReadOnlySequence<byte>(bytes), Limits, out _);

    /// <summary>Explains a run of bytes; what is left at its end becomes a problem.</summary>
    public void Decode(RecordedDirection direction, RecordedRun run, DecodedConnection into)
    {
        var all = new ReadOnlySequence<byte>(run.Bytes);
        for (long at = 0; at < all.Length;)
        {
            var rest = all.Slice(at);
            var scan = codec.Scan(rest, Limits, out var header);
            var place = run.Offset + at;
            if (scan.IsWhole)
            {
                into.Frames.Add(Explain(header, rest.Slice(0, header.Length), direction.From, place, run));
                at += header.Length;
                continue;
            }

            var problem = scan.NeedBytes > 0
                ? new DecodeProblem(run.Offset + all.Length, $"the bytes end inside a frame that began at byte {place}; {scan.NeedBytes} more are needed")
                : new DecodeProblem(place + Math.Max(0, scan.Fault.Offset), Detail(scan.Fault));
            at += ExplainBroken(header, rest, direction.From, place, problem, into);
            if (at < all.Length && !FollowsFrame(all.Slice(at)))
            {
                break;
            }
        }
    }

    /// <summary>Adds what a broken frame still says, and returns how many bytes it surely has: all of the rest when that is not known.</summary>
    private long ExplainBroken(
        in FrameHeader header, in ReadOnlySequence<byte> rest, string? from, long place, DecodeProblem problem, DecodedConnection into)
    {
        var isThere = header.Length > 0 && header.Length <= rest.Length && problem.At < place + header.Length;
        DecodedFrame frame;
        if (isThere)
        {
            frame = Explain(header, rest.Slice(0, header.Length), from, place, null);
            frame.Problem = problem;
        }
        else
        {
            frame = new DecodedFrame { Protocol = codec.Protocol, From = from, Offset = place, Length = rest.Length, Kind = "broken", Problem = problem };
            (codec as IFrameDescriber)?.Describe(rest, frame.Fields);
        }

        into.Frames.Add(frame);
        return isThere ? header.Length : rest.Length;
    }

    private bool FollowsFrame(in ReadOnlySequence<byte> rest) => codec.Scan(rest, Limits, out _).Fault.IsOk;

    private DecodedFrame Explain(in FrameHeader header, in ReadOnlySequence<byte> frame, string? from, long place, RecordedRun? run)
    {
        var decoded = new DecodedFrame
        {
            Protocol = codec.Protocol,
            From = from,
            Offset = place,
            Length = header.Length,
            Kind = KindOf(header.Kind),
            Id = header.CorrelationId,
            OneWay = header.OneWay,
            TimeoutMs = header.TimeoutMs,
            Seconds = run is null ? null : TimeOf(run, place),
        };
        var describer = codec as IFrameDescriber;
        describer?.Describe(frame, decoded.Fields);
        var body = describer?.Body(header, frame);
        decoded.Serialization = body?.Serialization;
        var exchange = new Exchange();
        var status = header.Kind switch
        {
            FrameKind.Request => ReadRequest(exchange, header, frame, decoded),
            FrameKind.Reply => ReadReply(exchange, header, frame, decoded),
            _ => CodecStatus.Ok,
        };
        if (!status.IsOk)
        {
            var where = status.Offset >= 0 ? status.Offset : body?.Offset ?? 0;
            decoded.Problem = new DecodeProblem(place + where, Detail(status), Rooted(status.Path, header.Kind));
            decoded.Service ??= FieldOf(decoded, "path");
            decoded.Method ??= FieldOf(decoded, "method");
            if (body is { } known && known.Offset + known.Length <= frame.Length)
            {
                ShowBody(decoded, status, known, place, frame.Slice(known.Offset, known.Length));
            }
        }

        exchange.Request.Dispose();
        exchange.Reply.Dispose();
        return decoded;
    }

    /// <summary>
    /// What the codec does not read may still be a value of its serialization, as programs on plain Bolt send: then nothing is wrong with it.
    /// </summary>
    private void ShowBody(DecodedFrame decoded, in CodecStatus status, in FrameBody body, long place, in ReadOnlySequence<byte> bytes)
    {
        var name = body.Serialization;
        var payload = payloads.FirstOrDefault(p => p.Format == name);
        using var tape = new ValueTape();
        var isWhole = bytes.IsEmpty || (payload is not null && payload.Read(bytes, null, ValuePolicy.Default, tape).IsOk);
        if (isWhole && (status.Error == CodecError.Unsupported || decoded.Kind == "reply"))
        {
            decoded.Content = bytes.IsEmpty ? null : TapeJson.Of(tape, 0, "content");
            decoded.Note = decoded.Problem?.What;
            decoded.Problem = null;
        }
        else if (!bytes.IsEmpty)
        {
            decoded.Body = BodyPreview.Of(place + body.Offset, bytes.ToArray());
        }
    }

    private static string? FieldOf(DecodedFrame frame, string name) => frame.Fields.Find(f => f.Name == name).Value;

    private CodecStatus ReadRequest(Exchange exchange, in FrameHeader header, in ReadOnlySequence<byte> frame, DecodedFrame decoded)
    {
        exchange.CallerHeader = header;
        exchange.RequestFrame = frame;
        var status = codec.OpenRequest(exchange);
        var isOpen = status.IsOk;
        if (isOpen)
        {
            status = codec.ReadRequest(exchange);
        }

        decoded.Service = exchange.Service.Interface.Length == 0 ? null : exchange.Service.ToString();
        decoded.Method = exchange.Method.Length == 0 ? null : exchange.Method;
        decoded.OneWay = exchange.OneWay;
        decoded.TimeoutMs = exchange.CallerTimeoutMs;
        decoded.ParameterTypes = exchange.Signature is { } signature ? signature.TypeNames : null;
        decoded.Metadata.AddRange(exchange.RequestMetadata.Entries);
        if (isOpen && (status.IsOk || exchange.Request.Count > 0))
        {
            decoded.Arguments = TapeJson.Roots(exchange.Request);
        }

        return status;
    }

    private CodecStatus ReadReply(Exchange exchange, in FrameHeader header, in ReadOnlySequence<byte> frame, DecodedFrame decoded)
    {
        // A signature says that the call was an ordinary one, so that the value is shown as it stands on the wire.
        exchange.Signature = JavaSignature.None;
        exchange.ReplyHeader = header;
        exchange.ReplyFrame = frame;
        var status = codec.ReadReply(exchange);
        decoded.Metadata.AddRange(exchange.ReplyMetadata.Entries);
        if (status.IsOk)
        {
            decoded.Status = ExchangeWords.Of(exchange.Status);
            decoded.Message = exchange.Message;
            decoded.ExceptionType = exchange.ExceptionType?.Text;
        }

        if (exchange.Reply.Count > 0)
        {
            decoded.Result = TapeJson.Of(exchange.Reply, 0, "result");
        }

        return status;
    }

    private static string Detail(in CodecStatus status) => status.Detail ?? status.Error.ToString();

    private static string? Rooted(string? path, FrameKind kind) =>
        kind == FrameKind.Reply && path?.StartsWith("args[0]", StringComparison.Ordinal) == true ? $"result{path["args[0]".Length..]}" : path;

    private static double? TimeOf(RecordedRun run, long place) => run.Times.Count == 0 ? null : run.Times.Last(t => t.Offset <= place).Seconds;

    private static string KindOf(FrameKind kind) => kind switch
    {
        FrameKind.Request => "request",
        FrameKind.Reply => "reply",
        FrameKind.Heartbeat => "heartbeat",
        FrameKind.HeartbeatReply => "heartbeat-reply",
        FrameKind.GoAway => "go-away",
        _ => "control",
    };
}
