using System.Buffers;
using BridgeMesh.Contracts;

namespace BridgeMesh.Values;

/// <summary>
/// A serialization of values that wire codecs use: JSON, both Hessian dialects, protobuf. Stateless and safe for any thread.
/// </summary>
public interface IPayloadCodec
{
    /// <summary>Name of the format: json, hessian2, hessian-draft, protobuf.</summary>
    string Format { get; }

    /// <summary>Reads one value as a root of the tape, typed by the shape where there is one.</summary>
    CodecStatus Read(in ReadOnlySequence<byte> payload, TypeShape? shape, ValuePolicy policy, ValueTape into);

    /// <summary>Writes the value at <paramref name="index"/>. What was written before a failure is the caller's to drop.</summary>
    CodecStatus Write(ValueTape from, int index, TypeShape? shape, ValuePolicy policy, IBufferWriter<byte> output);
}
