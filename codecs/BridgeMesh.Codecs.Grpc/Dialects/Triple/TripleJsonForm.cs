using System.Buffers;
using BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>
/// A Triple caller's JSON: an object is the request message in protobuf's JSON, as generated clients send it, and is answered by the
/// response message; an array is the arguments of a Java interface, and is answered by the bare result. Source: the Triple specification,
/// "Unary".
/// </summary>
internal sealed class TripleJsonForm : MessageForm
{
    internal static readonly TripleJsonForm Instance = new();

    /// <summary>In <see cref="Exchange.CallerFlags"/>: the request was an array.</summary>
    private const int Bare = 4;

    internal override CodecStatus ReadRequest(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into)
    {
        // An array is arguments in Java's order, whose name says nothing of which overload is meant.
        var isArray = IsArray(message);
        var why = isArray && exchange is { Shape: null, Contract: { } overloaded }
            ? overloaded.Explain(exchange.Method, null)
            : WrappableForm.WhyUnbound(exchange);
        if (why is not null)
        {
            return WrappableForm.Refuse(exchange, why);
        }

        if (exchange is not { Shape: { } shape, Contract: { } contract } || !isArray)
        {
            return ProtoJsonForm.Instance.ReadRequest(message, exchange, into);
        }

        exchange.CallerFlags = Bare;
        return JsonArguments.Read(message, shape, contract.Policy, into);
    }

    internal override CodecStatus WriteResult(Exchange exchange, ValueTape from, FrameWriter output)
    {
        if ((exchange.CallerFlags & Bare) == 0)
        {
            return ProtoJsonForm.Instance.WriteResult(exchange, from, output);
        }

        if (from.Count == 0)
        {
            output.Write("null"u8);
            return CodecStatus.Ok;
        }

        return JsonPayloadCodec.Instance.Write(from, 0, exchange.Shape?.Returns, exchange.Contract?.Policy ?? ValuePolicy.Default, output);
    }

    internal override CodecStatus WriteRequest(Exchange exchange, ValueTape from, FrameWriter output) =>
        ProtoJsonForm.Instance.WriteRequest(exchange, from, output);

    internal override CodecStatus ReadResult(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into) =>
        ProtoJsonForm.Instance.ReadResult(message, exchange, into);

    private static bool IsArray(in ReadOnlySequence<byte> message)
    {
        foreach (var segment in message)
        {
            var start = segment.Span.IndexOfAnyExcept(" \t\r\n"u8);
            if (start >= 0)
            {
                return segment.Span[start] == '[';
            }
        }

        return false;
    }
}
