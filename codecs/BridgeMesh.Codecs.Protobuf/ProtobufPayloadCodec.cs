using System.Buffers;
using BridgeMesh.Codecs.Protobuf.Plans;
using BridgeMesh.Codecs.Protobuf.Reading;
using BridgeMesh.Codecs.Protobuf.Writing;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>
/// Protobuf as a payload format: one message, by the contract's shape. What is not on the wire and yet has a value (implicit presence,
/// proto2 defaults) is put on the tape and marked; fields that the contract does not know are kept beside it. Writing gives fields in the
/// order of their numbers, then what was unknown. A type that is no message is a message of one field, number 1. Stateless; safe for any
/// thread. Source: protobuf.dev, "Encoding".
/// </summary>
public sealed class ProtobufPayloadCodec : IPayloadCodec
{
    public static readonly ProtobufPayloadCodec Instance = new();

    public string Format => "protobuf";

    public CodecStatus Read(in ReadOnlySequence<byte> payload, TypeShape? shape, ValuePolicy policy, ValueTape into)
    {
        if (shape is null)
        {
            return into.Fail(CodecError.Unsupported, "protobuf does not describe itself: the contract must say what the message is");
        }

        using var bytes = new ContiguousBytes(payload);
        _ = !into.Failed && new ProtoReader(bytes.Span, 0, into).TryRoot(MessagePlan.RootOf(shape));
        return into.Status;
    }

    public CodecStatus Write(ValueTape from, int index, TypeShape? shape, ValuePolicy policy, IBufferWriter<byte> output) => shape is null
        ? CodecStatus.Fail(CodecError.Unsupported, "protobuf does not describe itself: the contract must say what the message is")
        : ProtoWriter.Write(from, index, MessagePlan.RootOf(shape), policy, output);
}
