using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>Decodes a unary request into the exchange.</summary>
internal static class RequestReading
{
    internal static CodecStatus Read(GrpcCall call, Exchange exchange)
    {
        MetadataHeaders.Read(call.Context.Request.Headers, exchange.RequestMetadata);
        if (exchange.Contract is not { } contract)
        {
            return CodecStatus.Fail(
                CodecError.Unsupported,
                $"protobuf does not describe itself: add a contract for {exchange.Service.Interface}, so that gRPC callers can be understood");
        }

        if (contract.Find(exchange.Method, null) is not { } shape)
        {
            var candidates = contract.Overloads(exchange.Method);
            return CodecStatus.Fail(
                CodecError.TypeMismatch,
                candidates.Length == 0
                    ? $"{contract.Service.Interface} has no method {exchange.Method}"
                    : $"{exchange.Method} is overloaded, and a gRPC method has one name: {string.Join("; ", candidates.Select(c => c.ToString()))}");
        }

        if (shape.ClientStreaming || shape.ServerStreaming)
        {
            return CodecStatus.Fail(CodecError.Unsupported, $"{exchange.Method} streams, and its callee takes and gives one message");
        }

        exchange.Shape = shape;
        exchange.Signature = shape.Signature;
        return ProtobufArguments.Read(call.Message, shape, contract.Policy, exchange.Request);
    }
}
