using System.Buffers;
using System.Globalization;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Faults;

/// <summary>
/// Which field of a request was wrong, as google.rpc.BadRequest says it: by the path in the request's message, which is what its caller knows.
/// Source: googleapis, google/rpc/error_details.proto.
/// </summary>
internal static class FieldViolation
{
    private const string Argument = "args[";

    /// <summary>Writes a BadRequest; false where the fault is not the caller's or is about no value.</summary>
    internal static bool Write(Exchange exchange, FrameWriter output)
    {
        if (exchange is not { Status: ExchangeStatus.InvalidArgument, FaultPath: { Length: > 0 } path })
        {
            return false;
        }

        using var tape = new ValueTape();
        tape.BeginObject(null);
        tape.Name(StatusShapes.FieldViolations);
        tape.BeginList();
        tape.BeginObject(null);
        tape.Name(StatusShapes.Field);
        tape.AddString(FieldOf(path, exchange.Shape));
        tape.Name(StatusShapes.Description);
        tape.AddString(exchange.Message ?? string.Empty);
        tape.End();
        tape.End();
        tape.End();
        return ProtobufPayloadCodec.Instance.Write(tape, 0, StatusShapes.BadRequest, ValuePolicy.Default, output).IsOk;
    }

    /// <summary>Takes the first field that a callee complains of.</summary>
    internal static void Read(Exchange exchange, in ReadOnlySequence<byte> bytes)
    {
        using var request = new ValueTape();
        if (!ProtobufPayloadCodec.Instance.Read(bytes, StatusShapes.BadRequest, ValuePolicy.Default, request).IsOk
            || request.FindField(0, StatusShapes.FieldViolations) is not (>= 0 and var list) || request.Next(list) == list + 1)
        {
            return;
        }

        var first = list + 1;
        if (TextOf(request, first, StatusShapes.Field) is not { Length: > 0 } field)
        {
            return;
        }

        exchange.FaultPath = field;
        if (TextOf(request, first, StatusShapes.Description) is { Length: > 0 } description
            && exchange.Message?.Contains(description, StringComparison.Ordinal) != true)
        {
            exchange.Message = $"{exchange.Message}: {field}: {description}";
        }
    }

    /// <summary>An argument's place is its parameter's name, or nothing where the message is the argument itself.</summary>
    private static string FieldOf(string path, MethodShape? shape)
    {
        var end = path.IndexOf(']', StringComparison.Ordinal);
        if (shape is null || !path.StartsWith(Argument, StringComparison.Ordinal) || end < 0
            || !int.TryParse(path.AsSpan(Argument.Length, end - Argument.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || index >= shape.Parameters.Length)
        {
            return path;
        }

        var rest = path[(end + 1)..];
        return shape.Proto.RequestForm == ProtoBody.Whole ? rest.TrimStart('.') : shape.Parameters[index].Name + rest;
    }

    private static string? TextOf(ValueTape tape, int index, FieldName name) =>
        tape.FindField(index, name) is >= 0 and var found && tape[found].Kind == ValueKind.String ? tape.Text(found) : null;
}
