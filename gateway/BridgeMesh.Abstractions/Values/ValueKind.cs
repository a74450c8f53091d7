namespace BridgeMesh.Values;

/// <summary>What a token of a <see cref="ValueTape"/> holds. The neutral type system in which all payload codecs meet.</summary>
public enum ValueKind : byte
{
    /// <summary>No value was there at all: a field that the sender left out.</summary>
    Absent,
    Null,
    Bool,

    /// <summary>A 32-bit integer; also Java's byte and short, which Hessian writes alike.</summary>
    Int32,
    Int64,
    UInt64,
    Float32,
    Float64,

    /// <summary>
    /// An exact decimal number as its sender wrote it, which may be with an exponent; formats for people and JSON write it without one.
    /// Java: BigDecimal.
    /// </summary>
    Decimal,

    /// <summary>An integer of any size as decimal text. Java: BigInteger.</summary>
    BigInteger,

    /// <summary>UTF-8 text; a lone surrogate is kept as its three-byte form (WTF-8) and flagged.</summary>
    String,

    /// <summary>Octets.</summary>
    Bytes,

    /// <summary>A point in time: milliseconds since 1970-01-01T00:00Z and, for finer clocks, nanoseconds within the millisecond.</summary>
    Instant,

    /// <summary>
    /// A scalar with its own type whose natural form is text: java.time values in ISO 8601, UUID, Locale tag, Class name.
    /// The token's <see cref="ValueToken.Type"/> says which.
    /// </summary>
    Text,

    /// <summary>An enum constant by name, with the enum's type.</summary>
    Enum,

    /// <summary>A growable list or set, with its type name where the sender gave one.</summary>
    List,

    /// <summary>An array; its type name is in Java's array form, for example <c>[int</c> or <c>[com.acme.Item</c>.</summary>
    Array,

    /// <summary>Entries as alternating key and value tokens.</summary>
    Map,

    /// <summary>Named fields, each child token carrying its <see cref="ValueToken.Name"/>; usually with a type name.</summary>
    Object,

    /// <summary>The same value as an earlier token; <see cref="ValueToken.Target"/> is that token's index.</summary>
    Reference,
}
