using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Translation;

/// <summary>
/// The first walk: checks every value against its declared type and changes in place what a token alone can say otherwise. Finds out
/// whether a second walk must change the structure.
/// </summary>
internal ref struct ShapeChecker(ValueTape tape, ValuePolicy policy)
{
    private readonly ValueTape _tape = tape;
    private readonly ValuePolicy _policy = policy;

    /// <summary>Whether some container must become another one.</summary>
    public bool NeedsRewrite { get; private set; }

    /// <param name="mayBeNull">Java's own decoders read null into a primitive field as its default; an argument cannot be that.</param>
    public bool TryFit(int index, TypeShape shape, bool mayBeNull = true)
    {
        ref readonly var token = ref _tape[index];
        switch (token.Kind)
        {
            case ValueKind.Null or ValueKind.Absent:
                return mayBeNull || Mismatch(index, shape);
            case ValueKind.Reference:
                NeedsRewrite |= !HeadFits(_tape, _tape.Resolve(index), shape);
                return true;
        }

        switch (shape.Kind)
        {
            case ShapeKind.Any or ShapeKind.Void:
                return true;
            case ShapeKind.List or ShapeKind.Set or ShapeKind.Array:
                return TrySequence(index, shape);
            case ShapeKind.Map:
                return TryMap(index, shape);
            case ShapeKind.Struct:
                return TryStruct(index, shape);
            case ShapeKind.Bytes:
                return TryBytes(index, shape);
            case ShapeKind.Enum when token.Kind is ValueKind.Map or ValueKind.Object:
                return TryEnumObject(index, shape);
            default:
                return ScalarFit.TryFit(_tape, index, shape) || Mismatch(index, shape);
        }
    }

    /// <summary>Whether a value that another place shares can stand here as it is; what is below its head is not looked at again.</summary>
    public static bool HeadFits(ValueTape tape, int index, TypeShape shape)
    {
        ref readonly var token = ref tape[index];
        return shape.Kind switch
        {
            ShapeKind.Any or ShapeKind.Void => true,
            ShapeKind.List or ShapeKind.Set => token.Kind == ValueKind.List,
            ShapeKind.Array => token.Kind == ValueKind.Array && token.Type == shape.TapeType,
            ShapeKind.Map => token.Kind == ValueKind.Map,
            ShapeKind.Struct => token.Kind == ValueKind.Object,
            ShapeKind.Bytes => token.Kind == ValueKind.Bytes,
            ShapeKind.Enum => token.Kind == ValueKind.Enum && token.Type == shape.TapeType,
            ShapeKind.Text => token.Kind == ValueKind.Text && token.Type == shape.TapeType,
            ShapeKind.Decimal => token.Kind == ValueKind.Decimal,
            ShapeKind.BigInteger => token.Kind == ValueKind.BigInteger,
            ShapeKind.Instant => token.Kind == ValueKind.Instant,
            _ => !token.IsContainer,
        };
    }

    /// <summary>The class of an object for a declared one: its own where the contract knows it.</summary>
    public static StructShape? ClassOf(ValueTape tape, int index, TypeShape shape) =>
        tape[index].Type is { } own ? (shape.Narrow(own.Utf8) ?? shape).Struct : shape.Struct;

    /// <summary>
    /// The class that an untyped map becomes. Dubbo's generic form names one in an entry <c>class</c>; it counts where the contract knows
    /// it.
    /// </summary>
    public static TypeShape ClassOfMap(ValueTape tape, int index, TypeShape shape)
    {
        if (tape[index].Type is { } own && shape.Narrow(own.Utf8) is { } typed)
        {
            return typed;
        }

        var end = tape.Next(index);
        for (int key = index + 1, value; key < end; key = tape.Next(value))
        {
            value = tape.Next(key);
            if (IsClassKey(tape, key) && tape[value].Kind == ValueKind.String && shape.Narrow(tape.Utf8(value)) is { } named)
            {
                return named;
            }
        }

        return shape;
    }

    public static bool IsClassKey(ValueTape tape, int key) =>
        tape[key].Kind == ValueKind.String && tape.Utf8(key).SequenceEqual("class"u8);

    /// <summary>Ordinal of the field that a map's key names; -1 when it names none.</summary>
    public static int FieldOf(ValueTape tape, int key, StructShape? fields) =>
        fields is not null && tape[tape.Resolve(key)].Kind is ValueKind.String or ValueKind.Text or ValueKind.Enum
            ? fields.Find(tape.Utf8(tape.Resolve(key)))
            : -1;

    private bool TrySequence(int index, TypeShape shape)
    {
        ref readonly var token = ref _tape[index];
        if (token.Kind is not (ValueKind.List or ValueKind.Array))
        {
            return Mismatch(index, shape);
        }

        var kind = shape.Kind == ShapeKind.Array ? ValueKind.Array : ValueKind.List;
        var isSet = shape.Kind == ShapeKind.Set;
        if (token.Kind != kind || kind == ValueKind.Array)
        {
            _tape.SetSequence(index, kind, shape.TapeType, isSet);
        }
        else if (isSet != ((token.Flags & ValueFlags.Set) != 0) && (isSet || token.Type is null))
        {
            // A set under its own class name may stand where any collection is declared.
            _tape.SetSequence(index, kind, token.Type, isSet);
        }

        if (shape.Element is not { } element)
        {
            return true;
        }

        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            if (!TryFit(i, element, element.Nullable))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryMap(int index, TypeShape shape)
    {
        ref readonly var token = ref _tape[index];
        if (token.Kind == ValueKind.Object && token.Type is null)
        {
            return TryObjectAsMap(index, shape);
        }

        if (token.Kind != ValueKind.Map)
        {
            return Mismatch(index, shape);
        }

        var end = _tape.Next(index);
        for (int key = index + 1, value; key < end; key = _tape.Next(value))
        {
            value = _tape.Next(key);
            if ((shape.Key is { } keys && !TryFit(key, keys)) || (shape.Element is { } values && !TryFit(value, values)))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryObjectAsMap(int index, TypeShape shape)
    {
        NeedsRewrite = true;
        if (shape.Key is { Kind: not (ShapeKind.String or ShapeKind.Any) })
        {
            return Mismatch(index, shape);
        }

        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            if (shape.Element is { } values && !TryFit(i, values))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryStruct(int index, TypeShape shape)
    {
        ref readonly var token = ref _tape[index];
        if (token.Kind == ValueKind.Map)
        {
            return TryMapAsStruct(index, shape);
        }

        if (token.Kind != ValueKind.Object)
        {
            return Mismatch(index, shape);
        }

        if (token.Type is null)
        {
            _tape.SetType(index, shape.TapeType);
        }

        // A class that the contract does not know may still have the declared one's fields.
        var fields = ClassOf(_tape, index, shape);
        var last = -1;
        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            var name = _tape[i].Name;
            if (name is null || fields is null)
            {
                continue;
            }

            var ordinal = last + 1 < fields.Fields.Length && ReferenceEquals(fields.Fields[last + 1].Name, name)
                ? last + 1
                : fields.Find(name.Utf8);
            if (ordinal >= 0 && !TryFit(i, fields.Fields[ordinal].Type))
            {
                return false;
            }

            last = ordinal >= 0 ? ordinal : last;
        }

        return true;
    }

    private bool TryMapAsStruct(int index, TypeShape shape)
    {
        NeedsRewrite = true;
        var fields = ClassOfMap(_tape, index, shape).Struct;
        var end = _tape.Next(index);
        for (int key = index + 1, value; key < end; key = _tape.Next(value))
        {
            value = _tape.Next(key);
            var ordinal = FieldOf(_tape, key, fields);
            if (ordinal >= 0)
            {
                if (!TryFit(value, fields!.Fields[ordinal].Type)) // An ordinal was found in them.
                {
                    return false;
                }
            }
            else if (_policy.RejectUnknown && !IsClassKey(_tape, key))
            {
                return Fail(value, $"{shape} has no such field");
            }
        }

        return true;
    }

    private bool TryBytes(int index, TypeShape shape)
    {
        ref readonly var token = ref _tape[index];
        if (token.Kind == ValueKind.Bytes)
        {
            return true;
        }

        if (token.Kind is not (ValueKind.List or ValueKind.Array))
        {
            return Mismatch(index, shape);
        }

        NeedsRewrite = true;
        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            if (_tape[i].Kind is not (ValueKind.Int32 or ValueKind.Int64) || _tape[i].AsInt64 is < -128 or > 255)
            {
                return Fail(i, "a byte is a number from -128 to 255");
            }
        }

        return true;
    }

    // Untyped callers send an enum as they see it decoded: { name: 'PAID' }.
    private bool TryEnumObject(int index, TypeShape shape)
    {
        NeedsRewrite = true;
        var name = NameOfEnum(_tape, index);
        return (name >= 0 && ScalarFit.TryFit(_tape, name, shape)) || Mismatch(index, shape);
    }

    /// <summary>The text token under <c>name</c> of an enum in the form of an object or map; -1 without one.</summary>
    public static int NameOfEnum(ValueTape tape, int index)
    {
        if (tape[index].Kind == ValueKind.Object)
        {
            var field = tape.FindField(index, "name"u8);
            return field >= 0 && IsText(tape, field) ? field : -1;
        }

        var end = tape.Next(index);
        for (int key = index + 1, value; key < end; key = tape.Next(value))
        {
            value = tape.Next(key);
            if (tape[key].Kind == ValueKind.String && tape.Utf8(key).SequenceEqual("name"u8) && IsText(tape, value))
            {
                return value;
            }
        }

        return -1;
    }

    private static bool IsText(ValueTape tape, int index) => tape[index].Kind is ValueKind.String or ValueKind.Enum;

    private readonly bool Mismatch(int index, TypeShape shape) =>
        Fail(index, ScalarFit.Explain(_tape, index, shape) ?? $"expected {shape}, found {ValueWords.Describe(_tape, index)}");

    private readonly bool Fail(int index, string detail)
    {
        _tape.Fail(CodecStatus.Fail(CodecError.TypeMismatch, detail, -1, _tape.PathOf(index)));
        return false;
    }
}
