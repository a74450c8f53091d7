using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Bolt.Bodies;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Requests;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Bolt.Replies;

/// <summary>
/// The text in a reply that is no result. Java's servers send an RpcServerException and name its class; sofa-rpc-node's sends one too and
/// names SofaResponse; a SofaResponse with errorMsg, a bare text, bytes of another format and nothing at all are taken as well.
/// </summary>
internal static class FailureText
{
    /// <summary>Of a text that is in no known form.</summary>
    private const int MaxShownBytes = 2_048;

    /// <summary>Of a reply with a status other than 0; null where it has no text. The tape is empty afterwards.</summary>
    internal static string? Of(Exchange exchange)
    {
        var header = exchange.ReplyHeader;
        var content = exchange.ReplyFrame.Slice(header.ContentOffset(), header.ContentLength());
        return content.IsEmpty ? null : header.Serializer switch
        {
            BoltFrame.CodecHessian => OfHessian(content, exchange.Reply),
            BoltFrame.CodecJson => OfJson(content, exchange.Reply),
            BoltFrame.CodecProtobuf => ProtobufBodies.TextOf(content),
            _ => null,
        };
    }

    /// <summary>A JSON text, or what is no JSON as it is. The tape is empty afterwards.</summary>
    internal static string OfJson(in ReadOnlySequence<byte> content, ValueTape scratch)
    {
        var status = JsonPayloadCodec.Instance.Read(content, null, ValuePolicy.Default, scratch);
        var isText = status.IsOk && scratch.Count == 1 && scratch[0].Kind == ValueKind.String;
        var text = isText ? scratch.Text(0) : Encoding.UTF8.GetString(content.Slice(0, Math.Min(content.Length, MaxShownBytes)));
        scratch.Reset();
        return text;
    }

    /// <summary>Of a value that says what went wrong; null where it has no text.</summary>
    internal static string? Of(ValueTape tape, int index) => tape[index].Kind switch
    {
        ValueKind.String => tape.Text(index),
        ValueKind.Object when tape[index].Type?.Text == ResponseClasses.SofaResponseName =>
            Field(tape, index, ResponseClasses.ErrorMessage) ?? Field(tape, index, ResponseClasses.AppResponse),
        ValueKind.Object => Field(tape, index, ResponseClasses.DetailMessage),
        _ => null,
    };

    private static string? OfHessian(in ReadOnlySequence<byte> content, ValueTape scratch)
    {
        var state = HessianReadState.Rent();
        try
        {
            state.Budget = scratch.Budget;
            var reader = new HessianReader(content, Dialects.OfContent(content), state);
            return (reader.NextIsObject || reader.NextIsString) && reader.ReadValue(scratch).IsOk ? Of(scratch, 0) : null;
        }
        finally
        {
            state.Return();
            scratch.Reset();
        }
    }

    // An object in a field is an exception in a SofaResponse; deeper than that nothing is looked for.
    private static string? Field(ValueTape tape, int index, ReadOnlySpan<byte> name)
    {
        var field = tape.FindField(index, name);
        field = field < 0 ? field : tape.Resolve(field);
        if (field < 0)
        {
            return null;
        }

        if (tape[field].Kind == ValueKind.Object && !name.SequenceEqual(ResponseClasses.DetailMessage))
        {
            return Field(tape, field, ResponseClasses.DetailMessage);
        }

        return tape[field].Kind == ValueKind.String ? tape.Text(field) : null;
    }
}
