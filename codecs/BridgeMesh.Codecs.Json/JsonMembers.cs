using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Json;

/// <summary>
/// The members of a JSON body that an HTTP binding takes as arguments, found in one pass, to be read in the method's order between
/// arguments from path and query. Refers to the payload, and owns a copy of one in several segments: dispose it before the payload goes.
/// </summary>
public ref struct JsonMembers
{
    private readonly JsonSlice[] _places;
    private ContiguousBytes _bytes;

    private JsonMembers(in ReadOnlySequence<byte> payload, int parameters)
    {
        _bytes = new ContiguousBytes(payload);
        _places = new JsonSlice[parameters];
    }

    /// <summary>
    /// Finds them. A member that is no body member's name is dropped or rejected by the policy, one that appears twice is a fault; an empty
    /// body has none. A failure is also the tape's. Dispose the members even then.
    /// </summary>
    public static CodecStatus Locate(
        in ReadOnlySequence<byte> payload, HttpBinding binding, ValuePolicy policy, ValueTape into, out JsonMembers members)
    {
        members = new JsonMembers(payload, binding.Parameters.Length);
        var scanner = new JsonScanner(members._bytes.Span, 0);
        if (!scanner.AtEnd())
        {
            new JsonValueReader(scanner, policy, into).TryLocate(binding, members._places);
        }

        return into.Status;
    }

    public readonly bool Has(int ordinal) => !_places[ordinal].IsEmpty;

    /// <summary>Appends a parameter's value; one that the body has not is missing as <see cref="TextScalar.ReadMissing"/> says.</summary>
    public readonly CodecStatus Read(int ordinal, TypeShape type, ValuePolicy policy, ValueTape into)
    {
        var place = _places[ordinal];
        return place.IsEmpty
            ? TextScalar.ReadMissing(type, into)
            : JsonPayloadCodec.Read(_bytes.Span[place.Start..place.End], place.Start, type, policy, into);
    }

    public void Dispose() => _bytes.Dispose();
}
