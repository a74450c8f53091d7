using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Json;

/// <summary>
/// JSON as a payload format. Reading: members come in any order; a declared member that appears twice is a fault, as two readers of such
/// JSON may disagree; in maps and undeclared objects all entries are kept in order, and Java's maps keep the last. A member that a class
/// declares and the JSON leaves out stays out of the tape. Stateless; safe for any thread.
/// </summary>
public sealed class JsonPayloadCodec : IPayloadCodec
{
    public static readonly JsonPayloadCodec Instance = new();

    public string Format => "json";

    public CodecStatus Read(in ReadOnlySequence<byte> payload, TypeShape? shape, ValuePolicy policy, ValueTape into)
    {
        using var bytes = new ContiguousBytes(payload);
        return Read(bytes.Span, 0, shape, policy, into);
    }

    public CodecStatus Write(ValueTape from, int index, TypeShape? shape, ValuePolicy policy, IBufferWriter<byte> output) =>
        JsonValueWriter.Write(from, index, shape, policy, output);

    internal static CodecStatus Read(ReadOnlySpan<byte> payload, long offset, TypeShape? shape, ValuePolicy policy, ValueTape into)
    {
        var reader = new JsonValueReader(new JsonScanner(payload, offset), policy, into);
        _ = reader.TryRead(shape) && reader.TryEnd();
        return into.Status;
    }
}
