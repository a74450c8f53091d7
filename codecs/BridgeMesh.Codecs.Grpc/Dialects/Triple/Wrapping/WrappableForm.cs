using System.Buffers;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;

/// <summary>Messages of a Triple caller: wrapped or protobuf, as each request shows, and each reply as its requests.</summary>
internal sealed class WrappableForm : MessageForm
{
    internal static readonly WrappableForm Instance = new();

    internal override CodecStatus ReadRequest(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into)
    {
        if (RequestWrapper.TryOpen(message, exchange, out var wrapper))
        {
            WrappedCall.Remember(exchange, wrapper.Serialization);
            return WrappedRequest.Read(message, wrapper, exchange, into);
        }

        if (exchange.Method == WrappedRequest.EchoMethod)
        {
            return Refuse(exchange, "$echo is a method of Java interfaces, whose messages are wrapped");
        }

        return WhyUnbound(exchange) is { } why ? Refuse(exchange, why) : ProtobufForm.Instance.ReadRequest(message, exchange, into);
    }

    /// <summary>
    /// Binds a call of an overloaded method whose message does not say which: by its name in protobuf. Why that fails; null when it does not.
    /// </summary>
    internal static string? WhyUnbound(Exchange exchange)
    {
        if (exchange is not { Shape: null, Contract: { } contract })
        {
            return null;
        }

        if (contract.FindProto(exchange.Method) is not { } shape)
        {
            return contract.Explain(exchange.Method, null);
        }

        MethodBinding.Bind(exchange, shape);
        return null;
    }

    /// <summary>As a gRPC caller is told: in protobuf the name alone says which method is meant.</summary>
    internal static CodecStatus Refuse(Exchange exchange, string why)
    {
        exchange.SetFault(ExchangeStatus.Unimplemented, why);
        exchange.AnsweredLocally = true;
        return CodecStatus.Ok;
    }

    internal override CodecStatus WriteResult(Exchange exchange, ValueTape from, FrameWriter output) => WrappedCall.IsWrapped(exchange)
        ? WrappedReply.Write(exchange, WrappedCall.SerializationOf(exchange), from, output)
        : ProtobufForm.Instance.WriteResult(exchange, from, output);

    internal override CodecStatus WriteRequest(Exchange exchange, ValueTape from, FrameWriter output) =>
        ProtobufForm.Instance.WriteRequest(exchange, from, output);

    internal override CodecStatus ReadResult(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into) =>
        ProtobufForm.Instance.ReadResult(message, exchange, into);
}
