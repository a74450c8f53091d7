using System.Buffers;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Messages;

/// <summary>Messages in protobuf by the contract, without which they mean nothing.</summary>
internal sealed class ProtobufForm : MessageForm
{
    internal static readonly ProtobufForm Instance = new();

    internal override CodecStatus ReadRequest(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into) => exchange.Shape is { } shape
        ? ProtobufArguments.Read(message, shape, PolicyOf(exchange), into)
        : NoContract(exchange.Service);

    internal override CodecStatus WriteRequest(Exchange exchange, ValueTape from, FrameWriter output) => exchange.Shape is { } shape
        ? ProtobufArguments.Write(from, shape, PolicyOf(exchange), output)
        : NoContract(exchange.CalleeService);

    internal override CodecStatus ReadResult(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into) => exchange.Shape is { } shape
        ? ProtobufArguments.ReadResult(message, shape, PolicyOf(exchange), into)
        : NoContract(exchange.CalleeService);

    internal override CodecStatus WriteResult(Exchange exchange, ValueTape from, FrameWriter output) => exchange.Shape is { } shape
        ? ProtobufArguments.WriteResult(from, shape, PolicyOf(exchange), output)
        : NoContract(exchange.Service);

    private static ValuePolicy PolicyOf(Exchange exchange) => exchange.Contract?.Policy ?? ValuePolicy.Default;

    internal static CodecStatus NoContract(ServiceKey service) => CodecStatus.Fail(
        CodecError.Unsupported, $"protobuf does not describe itself: add a contract for {service.Interface}, so that its messages can be understood");
}
