using BridgeMesh.Wire;

namespace BridgeMesh.Testing.Codecs;

/// <summary>One whole frame, best as a real peer sent it.</summary>
public sealed record FrameSample(string Name, byte[] Bytes, FrameKind Kind)
{
    public static FrameSample FromHex(string name, string hex, FrameKind kind) => new(name, Convert.FromHexString(hex), kind);

    public override string ToString() => Name;
}

/// <summary>A length that the fixed part of a protocol's frames declares, big-endian.</summary>
/// <param name="Applies">Whether a frame has the field; null means all have.</param>
/// <param name="Unchecked">The field's largest value is within any limit, as with 16 bits, so lying only has to be harmless.</param>
public sealed record LengthField(string Name, int Offset, int Bytes, Func<byte[], bool>? Applies = null, bool Unchecked = false);
