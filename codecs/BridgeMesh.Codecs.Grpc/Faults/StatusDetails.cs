using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Faults;

/// <summary>
/// Writes the trailer <c>grpc-status-details-bin</c>: a google.rpc.Status with an ErrorInfo, and behind it the exception itself as a
/// message where the contract declares its class. The ErrorInfo's metadata names the class and its causes, outermost first, and holds the
/// exception's scalar fields as text; never a stack trace.
/// </summary>
internal static class StatusDetails
{
    /// <summary>ErrorInfo's domain: who gave its reason.</summary>
    internal const string Domain = "bridgemesh";

    /// <summary>Keys of the ErrorInfo's metadata that are no field of the exception.</summary>
    internal const string ExceptionKey = "exception";
    internal const string CauseKey = "cause";
    internal const string MayHaveExecutedKey = "mayHaveExecuted";

    /// <summary>Longest details that are sent, in bytes before base64: with the other trailers below the 8 KiB that clients take at
    /// least.</summary>
    private const int MaxBytes = 4_096;

    /// <summary>The trailer's value in base64 without padding; null for a status that has no details.</summary>
    /// <param name="escapesMessage">
    /// Whether the text is percent-encoded as grpc-message is: Dubbo's Java consumers decode it, and fail on a percent sign that encodes
    /// nothing.
    /// </param>
    internal static string? Write(Exchange exchange, bool escapesMessage = false)
    {
        var details = Of(exchange);
        var message = exchange.Message ?? string.Empty;
        if (escapesMessage)
        {
            message = message.Replace("%", "%25", StringComparison.Ordinal).Replace("+", "%2B", StringComparison.Ordinal);
        }

        using var output = new FrameWriter();
        for (var count = details.Count; count > 0; count--)
        {
            // What does not fit is left out from the end: the first says most.
            if (TryWrite(exchange, message, details[..count], output))
            {
                return Convert.ToBase64String(output.Written).TrimEnd('=');
            }
        }

        return null;
    }

    /// <summary>
    /// The same, each by its type's full name and its bytes, for dialects that put them otherwise; the most telling first. Empty for a status
    /// that has none.
    /// </summary>
    internal static List<(string Type, byte[] Value)> Of(Exchange exchange)
    {
        var details = new List<(string, byte[])>();
        if (OutboundStatuses.Of(exchange.Status).Reason is not { } reason)
        {
            return details;
        }

        using var detail = new FrameWriter();
        if (WriteErrorInfo(exchange, reason, detail))
        {
            details.Add((StatusShapes.ErrorInfoName, detail.Written.ToArray()));
        }

        detail.Clear();
        if (FieldViolation.Write(exchange, detail))
        {
            details.Add((StatusShapes.BadRequestName, detail.Written.ToArray()));
        }

        detail.Clear();
        if (DeclaredOf(exchange) is { } declared
            && ProtobufPayloadCodec.Instance.Write(exchange.Reply, 0, StatusShapes.Of(declared), PolicyOf(exchange), detail).IsOk
            && detail.Length <= MaxBytes)
        {
            details.Add((StatusShapes.NameOf(declared), detail.Written.ToArray()));
        }

        return details;
    }

    private static bool TryWrite(Exchange exchange, string message, List<(string Type, byte[] Value)> details, FrameWriter output)
    {
        using var tape = new ValueTape();
        tape.BeginObject(null);
        tape.Name(StatusShapes.Code);
        tape.AddInt32(OutboundStatuses.CodeOf(exchange));
        tape.Name(StatusShapes.Message);
        tape.AddString(message);
        tape.Name(StatusShapes.Details);
        tape.BeginList();
        foreach (var (type, value) in details)
        {
            AddDetail(tape, type, value);
        }

        tape.End();
        tape.End();
        output.Clear();
        return ProtobufPayloadCodec.Instance.Write(tape, 0, StatusShapes.Status, ValuePolicy.Default, output).IsOk && output.Length <= MaxBytes;
    }

    private static void AddDetail(ValueTape tape, string name, byte[] value)
    {
        tape.BeginObject(null);
        tape.Name(StatusShapes.TypeUrl);
        tape.AddString(StatusShapes.TypePrefix + name);
        tape.Name(StatusShapes.Value);
        tape.AddBytes(value);
        tape.End();
    }

    private static bool WriteErrorInfo(Exchange exchange, string reason, FrameWriter output)
    {
        using var tape = new ValueTape();
        tape.BeginObject(null);
        tape.Name(StatusShapes.Reason);
        tape.AddString(reason);
        tape.Name(StatusShapes.Domain);
        tape.AddString(Domain);
        tape.Name(StatusShapes.Metadata);
        tape.BeginMap();
        if (exchange.MayHaveExecuted)
        {
            AddPair(tape, MayHaveExecutedKey, "true");
        }

        if (exchange.Status is ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException)
        {
            AddException(exchange, tape);
        }

        tape.End();
        tape.End();
        return ProtobufPayloadCodec.Instance.Write(tape, 0, StatusShapes.ErrorInfo, ValuePolicy.Default, output).IsOk;
    }

    private static void AddException(Exchange exchange, ValueTape into)
    {
        var reply = exchange.Reply;
        var isObject = reply.Count > 0 && reply[0].Kind == ValueKind.Object;
        if ((exchange.ExceptionType ?? (isObject ? reply[0].Type : null)) is { } type)
        {
            AddPair(into, ExceptionKey, type.Text);
        }

        if (!isObject)
        {
            return;
        }

        var declared = DeclaredOf(exchange);
        for (var i = 1; i < reply.Next(0); i = reply.Next(i))
        {
            if (reply[i].Name is { } name && IsPublic(exchange, declared, name)
                && name.Text is not (ExceptionKey or CauseKey or MayHaveExecutedKey) && TextOf(reply, i) is { } text)
            {
                AddPair(into, name.Text, text);
            }
        }

        var causes = Causes(reply);
        if (causes.Length > 0)
        {
            AddPair(into, CauseKey, causes);
        }
    }

    /// <summary>As Java prints them: a line each, class and message.</summary>
    private static string Causes(ValueTape reply)
    {
        var lines = new List<string>();
        Span<int> seen = stackalloc int[ThrowableValue.MaxCauses];
        var cause = ThrowableValue.CauseOf(reply, 0);
        for (var count = 0; count < seen.Length && cause > 0 && !seen[..count].Contains(cause) && reply[cause].Type is { } type; count++)
        {
            seen[count] = cause;
            lines.Add(ThrowableValue.MessageOf(reply, cause) is { } message ? $"{type.Text}: {message}" : type.Text);
            cause = ThrowableValue.CauseOf(reply, cause);
        }

        return string.Join('\n', lines);
    }

    /// <summary>What the contract declares is public; of a class that it does not know, its code alone. Without a contract all but
    /// Throwable's own.</summary>
    private static bool IsPublic(Exchange exchange, StructShape? declared, FieldName name)
    {
        if (declared is not null)
        {
            return declared.Find(name.Text) >= 0;
        }

        return exchange.Contract is null ? !ThrowableValue.IsOwnField(name) : name.Text is "code" or "errorCode";
    }

    private static string? TextOf(ValueTape tape, int index)
    {
        ref readonly var token = ref tape[index];
        return token.Kind switch
        {
            ValueKind.Bool => token.AsInt64 != 0 ? "true" : "false",
            ValueKind.Int32 or ValueKind.Int64 => token.AsInt64.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ValueKind.String or ValueKind.Enum or ValueKind.Decimal or ValueKind.BigInteger or ValueKind.Text => tape.Text(index),
            _ => null,
        };
    }

    private static StructShape? DeclaredOf(Exchange exchange)
    {
        if (exchange.Shape is not { } shape || exchange.Reply.Count == 0 || exchange.Reply[0] is not { Kind: ValueKind.Object, Type: { } type })
        {
            return null;
        }

        foreach (var declared in shape.Exceptions)
        {
            if (declared.JavaType == type)
            {
                return declared;
            }
        }

        return null;
    }

    private static void AddPair(ValueTape tape, string key, string value)
    {
        tape.AddString(key);
        tape.AddString(value);
    }

    private static ValuePolicy PolicyOf(Exchange exchange) => exchange.Contract?.Policy ?? ValuePolicy.Default;
}
