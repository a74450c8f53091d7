using System.Buffers;
using System.Text.Json;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Messages;

/// <summary>
/// The same messages as <see cref="ProtobufForm"/>'s in protobuf's canonical JSON, whatever JSON the contract has for HTTP: where a result is no
/// message, it is the message's only field.
/// </summary>
internal sealed class ProtoJsonForm : MessageForm
{
    internal static readonly ProtoJsonForm Instance = new();

    private static readonly ValuePolicy Canonical = new() { ProtoJson = true };

    internal override CodecStatus ReadRequest(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into) => exchange.Shape is { } shape
        ? JsonArguments.Read(message, shape, PolicyOf(exchange), into)
        : ProtobufForm.NoContract(exchange.Service);

    internal override CodecStatus WriteRequest(Exchange exchange, ValueTape from, FrameWriter output)
    {
        if (exchange.Shape is not { } shape)
        {
            return ProtobufForm.NoContract(exchange.CalleeService);
        }

        if (shape.Proto.RequestForm == ProtoBody.Empty)
        {
            output.Write("{}"u8);
            return CodecStatus.Ok;
        }

        return JsonArguments.Write(from, shape, PolicyOf(exchange), output);
    }

    internal override CodecStatus ReadResult(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into)
    {
        if (exchange.Shape is not { } shape)
        {
            return ProtobufForm.NoContract(exchange.CalleeService);
        }

        switch (shape.Proto.ResponseForm)
        {
            case ProtoBody.Whole:
                return JsonPayloadCodec.Instance.Read(message, shape.Returns, PolicyOf(exchange), into);
            case ProtoBody.Fields:
                var found = Find(message, FieldOf(shape), out var value);
                return found.IsOk ? JsonPayloadCodec.Instance.Read(value, shape.Returns, PolicyOf(exchange), into) : found;
            default:
                return CodecStatus.Ok;
        }
    }

    internal override CodecStatus WriteResult(Exchange exchange, ValueTape from, FrameWriter output)
    {
        if (exchange.Shape is not { } shape)
        {
            return ProtobufForm.NoContract(exchange.Service);
        }

        var isNothing = from.Count == 0 || from[0].Kind == ValueKind.Null;
        switch (shape.Proto.ResponseForm)
        {
            case ProtoBody.Whole when isNothing:
                return CodecStatus.Fail(CodecError.Unrepresentable, "there is no value, and protobuf has no message for that", path: "result");
            case ProtoBody.Whole:
                return JsonPayloadCodec.Instance.Write(from, 0, shape.Returns, PolicyOf(exchange), output);
            case ProtoBody.Fields when !isNothing:
                output.Write("{\""u8);
                output.Write(JsonEncodedText.Encode(FieldOf(shape)).EncodedUtf8Bytes);
                output.Write("\":"u8);
                var status = JsonPayloadCodec.Instance.Write(from, 0, shape.Returns, PolicyOf(exchange), output);
                output.WriteByte((byte)'}');
                return status;
            default:
                output.Write("{}"u8);
                return CodecStatus.Ok;
        }
    }

    private static ValuePolicy PolicyOf(Exchange exchange) => exchange.Contract?.Policy switch
    {
        null => Canonical,
        { ProtoJson: true } own => own,

        // What is not of the contract is dropped or refused as it says.
        { RejectUnknown: true } => Canonical with { RejectUnknown = true },
        _ => Canonical,
    };

    private static string FieldOf(MethodShape shape) => shape.Proto.Response.Struct?.Fields is [{ Name.Text: var name }, ..] ? name : "value";

    /// <summary>The member's value; a null where there is none, as that is a message whose field is not set.</summary>
    private static CodecStatus Find(in ReadOnlySequence<byte> message, string member, out ReadOnlySequence<byte> value)
    {
        value = new ReadOnlySequence<byte>("null"u8.ToArray());
        var reader = new Utf8JsonReader(message);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return CodecStatus.Fail(CodecError.TypeMismatch, "a response is an object", 0);
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isIt = reader.ValueTextEquals(member);
                reader.Read();
                var start = reader.TokenStartIndex;
                reader.Skip();
                if (isIt)
                {
                    value = message.Slice(start, reader.BytesConsumed - start);
                }
            }

            return CodecStatus.Ok;
        }
        catch (JsonException)
        {
            return CodecStatus.Fail(CodecError.Malformed, "the response is no JSON", reader.BytesConsumed);
        }
    }
}
