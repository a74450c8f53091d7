using System.Buffers;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Faults;

/// <summary>
/// Reads a callee's status: code, message and <c>grpc-status-details-bin</c>. An ErrorInfo of another gateway's names the neutral status
/// and the exception's class exactly; a detail that is a declared exception's message gives its fields.
/// </summary>
internal static class ReceivedStatus
{
    /// <summary>Puts the fault into the exchange. The code is not OK.</summary>
    /// <param name="details">The trailer's base64; null where there is none. What does not read is as if it were not there.</param>
    internal static void Read(Exchange exchange, int code, string? message, string? details)
    {
        var row = InboundStatuses.Of(code);
        exchange.SetFault(row.Status, message is { Length: > 0 } ? message : $"gRPC status {code}", row.MayHaveExecuted);
        exchange.ReplyHeader = new FrameHeader { Kind = FrameKind.Reply, Status = code };
        if (details is null || Decode(details) is not { } bytes)
        {
            return;
        }

        using var status = new ValueTape();
        if (!ProtobufPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(bytes), StatusShapes.Status, ValuePolicy.Default, status).IsOk)
        {
            return;
        }

        var list = status.FindField(0, StatusShapes.Details);
        string? causes = null;
        for (var i = list + 1; list >= 0 && i < status.Next(list); i = status.Next(i))
        {
            ReadDetail(exchange, status, i, ref causes);
        }

        if (causes is not null && exchange.Status is (ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException))
        {
            ReceivedCauses.Add(exchange, causes);
        }
    }

    private static void ReadDetail(Exchange exchange, ValueTape status, int detail, ref string? causes)
    {
        var url = status.FindField(detail, StatusShapes.TypeUrl);
        var value = status.FindField(detail, StatusShapes.Value);
        if (url < 0 || value < 0)
        {
            return;
        }

        var name = status.Text(url);
        name = name[(name.LastIndexOf('/') + 1)..];
        var bytes = new ReadOnlySequence<byte>(status.Utf8Memory(value));
        if (name == StatusShapes.ErrorInfoName)
        {
            causes = ReadErrorInfo(exchange, bytes) ?? causes;
        }
        else if (name == StatusShapes.BadRequestName)
        {
            FieldViolation.Read(exchange, bytes);
        }
        else if (name == StatusShapes.DebugInfoName)
        {
            ReadDebugInfo(exchange, bytes);
        }
        else
        {
            ReadException(exchange, name, bytes);
        }
    }

    /// <summary>Returns the exception's causes; null without any.</summary>
    private static string? ReadErrorInfo(Exchange exchange, in ReadOnlySequence<byte> bytes)
    {
        using var info = new ValueTape();
        if (!ProtobufPayloadCodec.Instance.Read(bytes, StatusShapes.ErrorInfo, ValuePolicy.Default, info).IsOk
            || TextOf(info, StatusShapes.Domain) != StatusDetails.Domain)
        {
            return null;
        }

        var reason = TextOf(info, StatusShapes.Reason);
        foreach (var row in OutboundStatuses.Rows)
        {
            // Never Cancelled: the caller is still there, even if the other gateway's was not.
            if (row.Reason == reason && row.Status is not ExchangeStatus.Cancelled)
            {
                // The other gateway's own fault is none of this one's.
                exchange.Status = row.Status == ExchangeStatus.Internal ? ExchangeStatus.BadGateway : row.Status;
                exchange.MayHaveExecuted = row.Status is ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException
                    || PairOf(info, StatusDetails.MayHaveExecutedKey) == "true";
            }
        }

        if (PairOf(info, StatusDetails.ExceptionKey) is { Length: > 0 } className)
        {
            exchange.ExceptionType = TypeName.Of(className);
        }

        return PairOf(info, StatusDetails.CauseKey);
    }

    /// <summary>
    /// A Java provider of Dubbo 3 names the class of what its service threw in the first line of the stack, <c>class: message</c>, and
    /// nowhere else. The rest of the stack goes no further.
    /// </summary>
    private static void ReadDebugInfo(Exchange exchange, in ReadOnlySequence<byte> bytes)
    {
        using var info = new ValueTape();
        if (exchange.Status != ExchangeStatus.RuntimeException || exchange.ExceptionType is not null
            || !ProtobufPayloadCodec.Instance.Read(bytes, StatusShapes.DebugInfo, ValuePolicy.Default, info).IsOk
            || info.FindField(0, StatusShapes.StackEntries) is not (>= 0 and var entries)
            || info.Next(entries) == entries + 1)
        {
            return;
        }

        var line = info.Text(entries + 1);
        if (ReceivedCauses.ClassIn(line) is { } name)
        {
            exchange.ExceptionType = TypeName.Of(name);
            exchange.Status = KnownExceptions.StatusOf(exchange, exchange.ExceptionType);
        }
    }

    private static void ReadException(Exchange exchange, string name, in ReadOnlySequence<byte> bytes)
    {
        if (exchange.Shape is not { } shape || exchange.Reply.Count > 0)
        {
            return;
        }

        foreach (var declared in shape.Exceptions)
        {
            if (StatusShapes.NameOf(declared) == name)
            {
                if (!ProtobufPayloadCodec.Instance.Read(bytes, StatusShapes.Of(declared), ValuePolicy.Default, exchange.Reply).IsOk)
                {
                    exchange.Reply.Reset();
                }

                exchange.Status = ExchangeStatus.BusinessException;
                exchange.MayHaveExecuted = true;
                exchange.ExceptionType = declared.JavaType;
                return;
            }
        }
    }

    private static string? TextOf(ValueTape tape, FieldName name) =>
        tape.FindField(0, name) is >= 0 and var found && tape[found].Kind == ValueKind.String ? tape.Text(found) : null;

    private static string? PairOf(ValueTape info, string key)
    {
        var map = info.FindField(0, StatusShapes.Metadata);
        for (var i = map + 1; map >= 0 && i < info.Next(map); i = info.Next(info.Next(i)))
        {
            if (info.Text(i) == key)
            {
                return info.Text(info.Next(i));
            }
        }

        return null;
    }

    // Senders may leave the padding out; gRPC asks readers to take both.
    private static byte[]? Decode(string base64)
    {
        var padded = base64.TrimEnd('=');
        padded += new string('=', (4 - (padded.Length % 4)) % 4);
        var bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out var written) ? bytes[..written] : null;
    }
}
