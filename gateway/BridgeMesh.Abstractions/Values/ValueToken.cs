using System.Runtime.InteropServices;

namespace BridgeMesh.Values;

/// <summary>
/// One value, or the head of a container, on a <see cref="ValueTape"/>. Containers are followed by their children, so a tree is a flat
/// run of tokens and skipping a subtree is one addition. 32 bytes; no object per value.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public struct ValueToken
{
    /// <summary>Containers: index behind the subtree. Leaves: UTF-16 length of a text, or nanoseconds of an instant.</summary>
    internal int Link;

    /// <summary>
    /// Leaves: the scalar, or offset (high 32 bits) and length (low 32 bits) in the tape's text. Containers: number of children in the low
    /// half; in the high half of an Object one more than the place of its first unknown fields.
    /// </summary>
    internal long Bits;

    /// <summary>Name under which this value hangs in its parent object; null elsewhere.</summary>
    public FieldName? Name { get; internal set; }

    /// <summary>Type name that the sender or the contract gave; null when neither did.</summary>
    public TypeName? Type { get; internal set; }

    public ValueKind Kind { get; internal set; }

    public ValueFlags Flags { get; internal set; }

    public readonly bool IsContainer => Kind is ValueKind.List or ValueKind.Array or ValueKind.Map or ValueKind.Object;

    /// <summary>Children of a container: elements of a list, entries of a map (two tokens each), fields of an object.</summary>
    public readonly int Count => (int)Bits;

    public readonly bool AsBool => Bits != 0;

    public readonly int AsInt32 => (int)Bits;

    public readonly long AsInt64 => Bits;

    public readonly ulong AsUInt64 => (ulong)Bits;

    public readonly float AsFloat32 => BitConverter.Int32BitsToSingle((int)Bits);

    public readonly double AsFloat64 => BitConverter.Int64BitsToDouble(Bits);

    /// <summary>Milliseconds since the epoch, for <see cref="ValueKind.Instant"/>.</summary>
    public readonly long EpochMs => Bits;

    /// <summary>0 to 999,999: nanoseconds behind <see cref="EpochMs"/>.</summary>
    public readonly int NanosOfMs => Link;

    /// <summary>Index of the token that a <see cref="ValueKind.Reference"/> means.</summary>
    public readonly int Target => (int)Bits;

    /// <summary>Length in UTF-16 code units of a text token (String, Decimal, BigInteger, Text, Enum).</summary>
    public readonly int Utf16Length => Link;

    internal readonly int UnknownSlot => (int)(Bits >>> 32) - 1;

    internal readonly int TextOffset => (int)(Bits >>> 32);

    internal readonly int TextLength => (int)Bits;
}

/// <summary>What a tape knows about a value beside its kind.</summary>
[Flags]
public enum ValueFlags : byte
{
    None = 0,

    /// <summary>The text holds ASCII only: its byte and UTF-16 lengths are equal.</summary>
    Ascii = 1,

    /// <summary>The text holds a lone surrogate in three-byte form and is not valid UTF-8.</summary>
    LoneSurrogate = 2,

    /// <summary>Some <see cref="ValueKind.Reference"/> later on the tape points at this token.</summary>
    Referenced = 4,

    /// <summary>The list was a set to its sender or is one in the contract.</summary>
    Set = 8,

    /// <summary>
    /// The sender left the field out and the format says that it then means this value. Formats that can leave it out too do so; to the
    /// others it is a value.
    /// </summary>
    Implied = 16,
}
