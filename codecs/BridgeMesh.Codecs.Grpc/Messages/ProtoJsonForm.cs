using System.Buffers;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Messages;

/// <summary>
/// The messages of <see cref="ProtobufForm"/> in their canonical JSON. A message is made in the other form on the way, so that both say the
/// same of defaults, of parameters that are fields and of results that are a message's only field.
/// </summary>
internal sealed class ProtoJsonForm : MessageForm
{
    internal static readonly ProtoJsonForm Instance = new();

    internal override CodecStatus ReadRequest(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into)
    {
        using var binary = new FrameWriter();
        var status = FromJson(message, exchange.Shape?.Proto.Request, PolicyOf(exchange), into.Budget, binary);
        return status.IsOk ? ProtobufForm.Instance.ReadRequest(new ReadOnlySequence<byte>(binary.WrittenMemory), exchange, into) : status;
    }

    internal override CodecStatus WriteRequest(Exchange exchange, ValueTape from, FrameWriter output)
    {
        using var binary = new FrameWriter();
        var status = ProtobufForm.Instance.WriteRequest(exchange, from, binary);
        return status.IsOk ? ToJson(binary, exchange.Shape?.Proto.Request, PolicyOf(exchange), from.Budget, output) : status;
    }

    internal override CodecStatus ReadResult(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into)
    {
        using var binary = new FrameWriter();
        var status = FromJson(message, exchange.Shape?.Proto.Response, PolicyOf(exchange), into.Budget, binary);
        return status.IsOk ? ProtobufForm.Instance.ReadResult(new ReadOnlySequence<byte>(binary.WrittenMemory), exchange, into) : status;
    }

    internal override CodecStatus WriteResult(Exchange exchange, ValueTape from, FrameWriter output)
    {
        using var binary = new FrameWriter();
        var status = ProtobufForm.Instance.WriteResult(exchange, from, binary);
        return status.IsOk ? ToJson(binary, exchange.Shape?.Proto.Response, PolicyOf(exchange), from.Budget, output) : status;
    }

    // Without a contract the other form says what is missing.
    private static CodecStatus FromJson(
        in ReadOnlySequence<byte> json, TypeShape? type, ValuePolicy policy, TapeBudget budget, FrameWriter binary)
    {
        if (type is null)
        {
            return CodecStatus.Ok;
        }

        using var value = new ValueTape(budget);
        var status = JsonPayloadCodec.Instance.Read(json, type, policy, value);
        return status.IsOk ? ProtobufPayloadCodec.Instance.Write(value, 0, type, policy, binary) : status;
    }

    private static CodecStatus ToJson(FrameWriter binary, TypeShape? type, ValuePolicy policy, TapeBudget budget, FrameWriter json)
    {
        using var value = new ValueTape(budget);
        var status = ProtobufPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(binary.WrittenMemory), type, policy, value);
        return status.IsOk ? JsonPayloadCodec.Instance.Write(value, 0, type, policy, json) : status;
    }

    private static ValuePolicy PolicyOf(Exchange exchange) => (exchange.Contract?.Policy ?? ValuePolicy.Default) with { ProtoJson = true };
}
