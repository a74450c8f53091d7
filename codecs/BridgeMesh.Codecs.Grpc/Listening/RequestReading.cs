using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>Finds a unary call's method in the contract, and decodes its message into the exchange.</summary>
internal static class RequestReading
{
    /// <summary>Finds the method; false after a fault that is to be answered, so that a message that nobody wants is not even read.</summary>
    internal static bool TryBind(Exchange exchange)
    {
        if (exchange.Contract is not { } contract)
        {
            exchange.SetFault(
                ExchangeStatus.Unimplemented,
                $"protobuf does not describe itself: add a contract for {exchange.Service.Interface}, so that gRPC callers can be understood");
            return false;
        }

        if (contract.Find(exchange.Method, null) is not { } shape)
        {
            var candidates = contract.Overloads(exchange.Method);
            exchange.SetFault(
                ExchangeStatus.Unimplemented,
                candidates.Length == 0
                    ? $"{contract.Service.Interface} has no method {exchange.Method}"
                    : $"{exchange.Method} is overloaded, and a gRPC method has one name: {string.Join("; ", candidates.Select(c => c.ToString()))}");
            return false;
        }

        if (shape.ClientStreaming || shape.ServerStreaming)
        {
            exchange.SetFault(ExchangeStatus.Unimplemented, $"{exchange.Method} streams, and its callee takes and gives one message");
            return false;
        }

        exchange.Shape = shape;
        exchange.Signature = shape.Signature;
        return true;
    }

    internal static CodecStatus Read(GrpcCall call, Exchange exchange)
    {
        MetadataHeaders.Read(call.Context.Request.Headers, exchange.RequestMetadata);
        return exchange is { Shape: { } shape, Contract: { } contract }
            ? ProtobufArguments.Read(call.Message, shape, contract.Policy, exchange.Request)
            : CodecStatus.Fail(CodecError.Unsupported, "the method was planned for the forward lane, and its message was not read");
    }
}
