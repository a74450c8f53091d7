using System.Collections.Immutable;
using BridgeMesh.Values;

namespace BridgeMesh.Contracts;

/// <summary>What a contract can declare a value to be.</summary>
public enum ShapeKind : byte
{
    /// <summary>Anything; Java's Object.</summary>
    Any,
    Void,
    Bool,

    /// <summary>Java byte; 8-bit signed.</summary>
    Int8,

    /// <summary>Java short; 16-bit signed.</summary>
    Int16,
    Int32,
    Int64,
    Float32,
    Float64,

    /// <summary>Java char: a string of one UTF-16 unit.</summary>
    Char,
    String,
    Bytes,
    Decimal,
    BigInteger,

    /// <summary>A point in time; java.util.Date unless the Java type says otherwise.</summary>
    Instant,

    /// <summary>A typed scalar written as text: java.time.*, UUID, Locale, Class.</summary>
    Text,
    Enum,
    List,
    Set,
    Array,
    Map,
    Struct,

    /// <summary>32-bit unsigned, which Java holds in a long.</summary>
    UInt32,

    /// <summary>64-bit unsigned; Java's long as far as that reaches.</summary>
    UInt64,
}

/// <summary>A declared type, generics already applied. Immutable once its contract is loaded; safe for any thread.</summary>
public sealed class TypeShape
{
    private TypeName? _tapeType;
    private bool _tapeTypeKnown;

    public required ShapeKind Kind { get; init; }

    /// <summary>
    /// Java's Class.getName form: <c>int</c>, <c>java.lang.Integer</c>, <c>[Lcom.acme.Item;</c>, <c>com.acme.Order</c>. Generics erased.
    /// </summary>
    public required TypeName JavaType { get; init; }

    /// <summary>Java's descriptor form: <c>I</c>, <c>Ljava/lang/Integer;</c>, <c>[Lcom/acme/Item;</c>.</summary>
    public required string JavaDescriptor { get; init; }

    /// <summary>False only for Java primitives, which cannot be null.</summary>
    public bool Nullable { get; init; } = true;

    /// <summary>Element of a List, Set or Array; value of a Map.</summary>
    public TypeShape? Element { get; init; }

    /// <summary>Key of a Map.</summary>
    public TypeShape? Key { get; init; }

    public StructShape? Struct { get; init; }

    public EnumShape? Enum { get; init; }

    /// <summary>Declared classes that may stand in for this one: subclasses of a Struct, every class for Any. Null without any.</summary>
    public SubtypeCatalog? Subtypes { get; init; }

    /// <summary>How protobuf encodes it, where that is another way than the canonical one of its kind.</summary>
    public ProtoKind Proto { get; init; }

    /// <summary>
    /// The type name that a token of this shape carries on a tape: a class, an enum, an array in Hessian's form (<c>[int</c>,
    /// <c>[string</c>, <c>[com.acme.Item</c>); null where the token's kind says enough.
    /// </summary>
    public TypeName? TapeType
    {
        get
        {
            if (!Volatile.Read(ref _tapeTypeKnown))
            {
                _tapeType = TapeTypes.Of(this);
                Volatile.Write(ref _tapeTypeKnown, true);
            }

            return _tapeType;
        }
    }

    /// <summary>This shape, or the subclass of it that has this name; null when the contract has no such subclass.</summary>
    public TypeShape? Narrow(ReadOnlySpan<byte> javaType) =>
        (Struct?.JavaType ?? JavaType).Utf8.SequenceEqual(javaType) ? this : Subtypes?.Find(javaType);

    public override string ToString() => Kind switch
    {
        ShapeKind.Map => $"map<{Key}, {Element}>",
        ShapeKind.List => $"list<{Element}>",
        ShapeKind.Set => $"set<{Element}>",
        ShapeKind.Array => $"array<{Element}>",
        _ => JavaType.Text,
    };
}

/// <summary>A class with fields, one per set of type arguments. May refer to itself, so fields are set once after creation.</summary>
public sealed class StructShape(TypeName javaType, bool isException)
{
    private ImmutableArray<FieldShape> _fields = [];
    private Dictionary<string, int> _ordinals = [];

    public TypeName JavaType { get; } = javaType;

    public bool IsException { get; } = isException;

    /// <summary>Whether any method may throw it without declaring it: Java's RuntimeException and its subclasses.</summary>
    public bool IsUnchecked { get; init; }

    /// <summary>The class that this one extends, where the contract knows it.</summary>
    public StructShape? Parent { get; private set; }

    /// <summary>The message that it is in protobuf; null when the contract names none.</summary>
    public ProtoMessage? Proto { get; init; }

    /// <summary>Type arguments of a generic class; empty for any other.</summary>
    public ImmutableArray<TypeShape> Arguments { get; init; } = [];

    /// <summary>Status code by which HTTP tells this exception, 400 to 599; null when the contract says none.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>What people should know of it; null without any.</summary>
    public string? Doc { get; init; }

    /// <summary>Its own code, or that of the nearest superclass that has one.</summary>
    public int? CodeInHttp => HttpStatus ?? Parent?.CodeInHttp;

    /// <summary>Fields in contract order, inherited ones after the class's own, as Java's reflection lists them.</summary>
    public ImmutableArray<FieldShape> Fields => _fields;

    /// <summary>Ordinal of the first field with this name in the contract or in JSON; -1 when there is none.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _fields.Length; i++)
        {
            if (_fields[i].Name.Utf8.SequenceEqual(name))
            {
                return i;
            }
        }

        return -1;
    }

    public int Find(string name) => _ordinals.TryGetValue(name, out var ordinal) ? ordinal : -1;

    /// <summary>To be called once, by the loader of the contract.</summary>
    /// <param name="parent">The class that this one extends; its fields are among <paramref name="fields"/>.</param>
    public void SetFields(ImmutableArray<FieldShape> fields, StructShape? parent = null)
    {
        _fields = fields;
        Parent = parent;
        _ordinals = new Dictionary<string, int>(fields.Length, StringComparer.Ordinal);
        for (var i = 0; i < fields.Length; i++)
        {
            _ordinals.TryAdd(fields[i].Name.Text, i);
        }
    }
}

/// <summary>One field of a class, by its name in the contract.</summary>
public sealed record FieldShape(FieldName Name, TypeShape Type)
{
    /// <summary>Its number and form in a protobuf message; null leaves them to <see cref="ProtoForm.FieldsOf"/>.</summary>
    public ProtoField? Proto { get; init; }

    /// <summary>What people should know of it, such as the range that its service checks; null without any.</summary>
    public string? Doc { get; init; }
}

/// <summary>An enum by the names of its constants, in their order.</summary>
public sealed class EnumShape(TypeName javaType, ImmutableArray<string> constants)
{
    private readonly byte[][] _utf8 = [.. constants.Select(System.Text.Encoding.UTF8.GetBytes)];

    public TypeName JavaType { get; } = javaType;

    public ImmutableArray<string> Constants { get; } = constants;

    /// <summary>Name and numbers in protobuf; null when the contract says none, and each constant's number is its ordinal.</summary>
    public ProtoEnum? Proto { get; init; }

    /// <summary>What people should know of it; null without any.</summary>
    public string? Doc { get; init; }

    public ReadOnlySpan<byte> Utf8Of(int ordinal) => _utf8[ordinal];

    /// <summary>The constant's number in protobuf.</summary>
    public int NumberOf(int ordinal) => Proto is { } proto ? proto.Numbers[ordinal] : ordinal;

    /// <summary>Ordinal of the first constant with this number in protobuf; -1 when there is none.</summary>
    public int FindNumber(int number)
    {
        if (Proto is not { } proto)
        {
            return (uint)number < (uint)_utf8.Length ? number : -1;
        }

        // Most enums count up from 0.
        return (uint)number < (uint)proto.Numbers.Length && proto.Numbers[number] == number && !proto.Numbers.AsSpan(0, number).Contains(number)
            ? number
            : proto.Numbers.IndexOf(number);
    }

    /// <summary>Ordinal of the constant with this name; -1 when the enum has none.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _utf8.Length; i++)
        {
            if (name.SequenceEqual(_utf8[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
