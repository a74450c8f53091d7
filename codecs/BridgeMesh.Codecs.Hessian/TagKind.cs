namespace BridgeMesh.Codecs.Hessian;

/// <summary>What a first byte means. The dialects share these meanings and differ in the bytes.</summary>
internal enum TagKind : byte
{
    Unknown,
    Null,
    True,
    False,

    /// <summary>An int in the tag alone, in 2, 3 or 5 bytes.</summary>
    Int1,
    Int2,
    Int3,
    Int5,

    /// <summary>A long in the tag alone, in 2, 3, 5 or 9 bytes.</summary>
    Long1,
    Long2,
    Long3,
    Long5,
    Long9,
    DoubleZero,
    DoubleOne,
    DoubleInt8,
    DoubleInt16,

    /// <summary>Final only: an i32 of thousandths.</summary>
    DoubleMilli,

    /// <summary>Draft only: an IEEE single.</summary>
    DoubleSingle,
    Double64,
    DateMs,

    /// <summary>Final only: an i32 of minutes.</summary>
    DateMinutes,

    /// <summary>Length in the tag.</summary>
    StringShort,

    /// <summary>Final only: two bits of length in the tag, eight in the next byte.</summary>
    StringMedium,
    StringLast,
    StringChunk,
    BytesShort,
    BytesMedium,
    BytesLast,
    BytesChunk,

    /// <summary>Final: type, elements up to the end mark.</summary>
    ListOpenTyped,

    /// <summary>Final: type, int count.</summary>
    ListTyped,
    ListOpen,
    ListUntyped,
    ListShortTyped,
    ListShortUntyped,

    /// <summary>Draft <c>V</c>: optional type, optional count, elements, end mark.</summary>
    ListDraft,

    /// <summary>Draft <c>v</c>: int type reference, int count; no end mark.</summary>
    ListDraftFixed,

    /// <summary>Final: type, entries up to the end mark.</summary>
    MapTyped,
    MapUntyped,

    /// <summary>Draft <c>M</c>: optional type, entries up to the end mark.</summary>
    MapDraft,
    ClassDefinition,

    /// <summary>int index of the class definition, field values.</summary>
    Object,

    /// <summary>Index of the class definition in the tag.</summary>
    ObjectShort,

    /// <summary>Final: back reference as an int.</summary>
    ReferenceInt,
    Reference8,
    Reference16,
    Reference32,
    End,
}
