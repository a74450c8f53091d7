namespace BridgeMesh.Contracts;

/// <summary>
/// How protobuf encodes a value. The first eighteen are the descriptor's own numbers; those from <see cref="Timestamp"/> on are messages
/// that the tape holds as one neutral value. Source: descriptor.proto, FieldDescriptorProto.Type; protobuf.dev, "Well-Known Types".
/// </summary>
public enum ProtoKind : byte
{
    /// <summary>What <see cref="ProtoForm.KindOf"/> makes of the declared type.</summary>
    Canonical = 0,
    Double = 1,
    Float = 2,
    Int64 = 3,
    UInt64 = 4,
    Int32 = 5,
    Fixed64 = 6,
    Fixed32 = 7,
    Bool = 8,
    String = 9,
    Group = 10,
    Message = 11,
    Bytes = 12,
    UInt32 = 13,
    Enum = 14,
    SFixed32 = 15,
    SFixed64 = 16,
    SInt32 = 17,
    SInt64 = 18,

    /// <summary>google.protobuf.Timestamp.</summary>
    Timestamp = 32,

    /// <summary>google.protobuf.Duration, as java.time.Duration's text.</summary>
    Duration,

    /// <summary>google.type.Date, as the text of a java.time.LocalDate, YearMonth, MonthDay or Year.</summary>
    Date,

    /// <summary>google.type.Decimal.</summary>
    Decimal,

    /// <summary>google.protobuf.Any: an object of a type's URL and a value of that type, or its bytes where the type is not known.</summary>
    Any,

    /// <summary>google.protobuf.Struct, as a map.</summary>
    Struct,

    /// <summary>google.protobuf.Value: what it holds; Absent where it holds nothing.</summary>
    Value,

    /// <summary>google.protobuf.ListValue, as a list.</summary>
    ListValue,

    /// <summary>google.protobuf.FieldMask, as a list of paths.</summary>
    FieldMask,

    /// <summary>google.protobuf.NullValue, the enum of one constant that JSON writes as null.</summary>
    NullValue,

    // The wrappers of google/protobuf/wrappers.proto: a scalar that can be missing.
    DoubleValue = 48,
    FloatValue,
    Int64Value,
    UInt64Value,
    Int32Value,
    UInt32Value,
    BoolValue,
    StringValue,
    BytesValue,

    /// <summary>A message of one field, number 1, that stands for its value: a list of lists, a root that is no class.</summary>
    Box,
}
