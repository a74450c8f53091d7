using System.Buffers;
using System.Globalization;
using System.Text.Json;
using BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>
/// A fault as Triple tells it in JSON: the body of a unary answer that is not 200, and a member of the frame that ends a stream.
/// <code>
/// { "status": 7, "code": "permission_denied", "message": "…", "details": [ { "type": "google.rpc.ErrorInfo", "value": "base64" } ] }
/// </code>
/// Node reads and writes the number in status, Go the name in code; both are written. Java's status is a text with HTTP's number. Source:
/// error-json of dubbo-js; tripleWireError of dubbo-go; org.apache.dubbo.remoting.http12.ErrorResponse.
/// </summary>
internal static class TripleError
{
    private const int NotFound = -1;

    /// <summary>Writes the exchange's fault. JSON has every text that a message can be.</summary>
    internal static void Write(Exchange exchange, Utf8JsonWriter json)
    {
        var row = TripleCodes.Of(OutboundStatuses.CodeOf(exchange));
        json.WriteStartObject();
        json.WriteNumber("status", row.Code);
        json.WriteString("code", row.Name);
        if (!string.IsNullOrEmpty(exchange.Message))
        {
            json.WriteString("message", exchange.Message);
        }

        WriteDetails(exchange, json);
        json.WriteEndObject();
    }

    /// <summary>Reads the body of an answer that is not 200; one that is no such object leaves HTTP's status to count.</summary>
    internal static void Read(Exchange exchange, int http, in ReadOnlySequence<byte> body)
    {
        using var error = new ValueTape();
        var isError = JsonPayloadCodec.Instance.Read(body, TripleErrorShapes.Error, ValuePolicy.Default, error).IsOk
            && error.Count > 0 && error[0].Kind == ValueKind.Object;
        if (isError)
        {
            Read(exchange, http, error, 0);
        }
        else
        {
            var message = string.Create(CultureInfo.InvariantCulture, $"the callee answered HTTP {http}");
            ReceivedStatus.Read(exchange, TripleCodes.OfHttp(http), message, null);
        }
    }

    /// <summary>As above for an object that has been read by <see cref="TripleErrorShapes.Error"/>.</summary>
    internal static void Read(Exchange exchange, int http, ValueTape error, int index)
    {
        var code = CodeOf(error, index);
        var message = TextOf(error, error.FindField(index, TripleErrorShapes.Message));
        code = code is NotFound or GrpcStatus.Ok ? TripleCodes.OfHttp(http) : code;
        ReceivedStatus.Read(exchange, code, message, DetailsOf(error, index));
    }

    private static int CodeOf(ValueTape error, int index)
    {
        var status = error.FindField(index, TripleErrorShapes.Status);
        if (status >= 0 && error[status].Kind is ValueKind.Int32 or ValueKind.Int64)
        {
            return (int)Math.Clamp(error[status].AsInt64, NotFound, int.MaxValue);
        }

        return TextOf(error, error.FindField(index, TripleErrorShapes.Code)) is { } name ? TripleCodes.Find(name) : NotFound;
    }

    private static void WriteDetails(Exchange exchange, Utf8JsonWriter json)
    {
        if (StatusDetails.Write(exchange) is not { } base64)
        {
            return;
        }

        var bytes = Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='));
        using var status = new ValueTape();
        if (!ProtobufPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(bytes), StatusShapes.Status, ValuePolicy.Default, status).IsOk)
        {
            return;
        }

        json.WriteStartArray("details");
        var list = status.FindField(0, StatusShapes.Details);
        for (var i = list + 1; list >= 0 && i < status.Next(list); i = status.Next(i))
        {
            json.WriteStartObject();
            json.WriteString("type", status.Text(status.FindField(i, StatusShapes.TypeUrl))[StatusShapes.TypePrefix.Length..]);
            json.WriteString("value", Convert.ToBase64String(status.Utf8(status.FindField(i, StatusShapes.Value))).TrimEnd('='));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The details as the trailer of gRPC has them, which is read in one place; null without any.</summary>
    private static string? DetailsOf(ValueTape error, int index)
    {
        var list = error.FindField(index, TripleErrorShapes.Details);
        if (list < 0 || error[list].Kind is not ValueKind.List)
        {
            return null;
        }

        using var status = new FrameWriter();
        using var any = new FrameWriter();
        for (var i = list + 1; i < error.Next(list); i = error.Next(i))
        {
            if (TextOf(error, error.FindField(i, TripleErrorShapes.Type)) is { } type
                && TextOf(error, error.FindField(i, TripleErrorShapes.Value)) is { } value
                && Decode(value) is { } bytes)
            {
                any.Clear();
                any.WriteText(1, type.Contains('/', StringComparison.Ordinal) ? type : StatusShapes.TypePrefix + type);
                any.WriteBytes(2, bytes);
                status.WriteBytes(3, any.Written);
            }
        }

        return status.Length == 0 ? null : Convert.ToBase64String(status.Written);
    }

    private static byte[]? Decode(string base64)
    {
        var padded = base64.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        padded += new string('=', (4 - (padded.Length % 4)) % 4);
        var bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out var written) ? bytes[..written] : null;
    }

    private static string? TextOf(ValueTape tape, int index) =>
        index >= 0 && tape[index].Kind == ValueKind.String ? tape.Text(index) : null;
}
