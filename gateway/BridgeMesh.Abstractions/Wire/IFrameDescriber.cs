using System.Buffers;

namespace BridgeMesh.Wire;

/// <summary>One thing that a frame says outside of its body, for people.</summary>
/// <param name="Offset">From the frame's first byte.</param>
/// <param name="Length">Bytes that say it, 1 or more; 0 where a text is empty.</param>
/// <param name="Name">The protocol's own word: requestId, codec, status.</param>
/// <param name="Value">As written: a number in decimal, a text as it is.</param>
/// <param name="Meaning">What the protocol means by the value, such as the name of a status; null where the value says enough.</param>
public readonly record struct FrameField(int Offset, int Length, string Name, string Value, string? Meaning = null);

/// <summary>Where a frame's body lies and in which serialization.</summary>
/// <param name="Offset">From the frame's first byte.</param>
/// <param name="Length">In bytes, 0 or more.</param>
/// <param name="Serialization">Name for people: hessian2, hessian-draft, protobuf, json, fastjson.</param>
public readonly record struct FrameBody(int Offset, int Length, string Serialization);

/// <summary>
/// What a frame codec may tell people beside what calls need; a frame codec that also implements it has its frames explained field by
/// field. Stateless and safe for any thread; what a peer sends never makes it throw.
/// </summary>
public interface IFrameDescriber
{
    /// <summary>
    /// Adds the fields of the frame at the start of the bytes, in their order. The frame may be broken, end early or be followed by others:
    /// as much is told as the bytes say.
    /// </summary>
    void Describe(in ReadOnlySequence<byte> bytes, ICollection<FrameField> fields);

    /// <summary>The body of a frame of which <see cref="IFrameCodec.Scan"/> gave the header.</summary>
    FrameBody Body(in FrameHeader header, in ReadOnlySequence<byte> frame);
}
