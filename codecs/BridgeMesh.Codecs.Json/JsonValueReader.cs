using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <summary>
/// Reads JSON values onto a tape: typed by a shape, or as they describe themselves. Objects that no contract declares become Maps with text
/// keys, as their member names are data and not fields of a class. Allocates nothing but what the tape grows by. Partial, as arguments
/// share every step with values and both together pass 400 lines.
/// </summary>
internal ref partial struct JsonValueReader(JsonScanner scanner, ValuePolicy policy, ValueTape into)
{
    /// <summary>Bytes of a peer's name that a message shows.</summary>
    private const int MaxShownName = 64;

    /// <summary>The member by which a sender asks for a declared subclass; always the first one.</summary>
    private static ReadOnlySpan<byte> TypeMember => "@type"u8;

    private readonly ValuePolicy _policy = policy;
    private readonly ValueTape _tape = into;

    // Where a $ref begins: the root that is the document, or -1 where the document is the arguments.
    private int _root = into.Count;
    private int _refSteps;
    private MethodShape? _arguments;
    private JsonScanner _in = scanner;

    /// <summary>Reads one value where the scanner stands.</summary>
    public bool TryRead(TypeShape? shape)
    {
        if (_policy.ProtoJson && shape is not null)
        {
            return TryProto(shape);
        }

        switch (_in.Peek())
        {
            case JsonToken.Object:
                return TryObject(shape);
            case JsonToken.Array:
                return TryArray(shape);
            case JsonToken.String:
                return TryString(shape);
            case JsonToken.Number:
                return TryNumber(shape);
            case JsonToken.True:
                return (_in.TryLiteral("true"u8) || Broken()) && TryBool(shape, true);
            case JsonToken.False:
                return (_in.TryLiteral("false"u8) || Broken()) && TryBool(shape, false);
            case JsonToken.Null:
                return (_in.TryLiteral("null"u8) || Broken()) && TryNull(shape);
            default:
                _in.FailHere("no JSON value");
                return Broken();
        }
    }

    /// <summary>Whether nothing but white space follows.</summary>
    public bool TryEnd() => _in.ExpectEnd() || Broken();

    private bool TryObject(TypeShape? shape)
    {
        if (_policy.Cycles == CycleForm.Ref && TryTakeRef(out var path))
        {
            return TryReference(path, shape);
        }

        return shape?.Kind switch
        {
            ShapeKind.Struct => TryStruct(shape),
            ShapeKind.Map => TryMap(shape, shape.Key, shape.Element),
            null or ShapeKind.Any => TryUndeclared(shape),
            ShapeKind.Void => TrySkipAsNull(),
            _ => Unexpected(shape, "an object"),
        };
    }

    private bool TryUndeclared(TypeShape? shape)
    {
        if (shape?.Subtypes is not { Count: > 0 })
        {
            return TryMap(null, null, null);
        }

        // An object under a declared java.lang.Object may still ask for one of the contract's classes; any other @type is data.
        var ahead = _in;
        ahead.TryTake((byte)'{');
        var asks = ahead.TryText(out var name) && name.Raw.SequenceEqual(TypeMember) && ahead.TryTake((byte)':')
            && ahead.TryText(out var type) && shape.Narrow(type.Raw) is not null;
        return asks ? TryStruct(shape) : TryMap(null, null, null);
    }

    private bool TryStruct(TypeShape declared)
    {
        _in.TryTake((byte)'{');
        var begun = false;
        var shape = declared;
        var seen = default(MemberSet);
        var last = -1;
        var first = true;
        while (!_in.TryTake((byte)'}'))
        {
            if (!TryMember(first, out var name))
            {
                return false;
            }

            if (first && IsTypeMember(name, declared))
            {
                if (!TryTypeMember(ref shape))
                {
                    return false;
                }

                first = false;
                continue;
            }

            first = false;
            if (!begun)
            {
                begun = true;
                _tape.BeginObject(shape.TapeType);
            }

            if (_tape.Failed || !TryField(shape.Struct, name, ref seen, ref last))
            {
                return false;
            }
        }

        if (!begun)
        {
            _tape.BeginObject(shape.TapeType);
        }

        _tape.End();
        return !_tape.Failed;
    }

    private bool TryField(StructShape? shape, JsonText name, ref MemberSet seen, ref int last)
    {
        // Senders mostly keep the declared order.
        var fields = shape is null ? [] : shape.Fields.AsSpan();
        var ordinal = last + 1;
        if (ordinal >= fields.Length || !fields[ordinal].Name.Utf8.SequenceEqual(name.Raw))
        {
            if (!TryDecode(name, out var text))
            {
                return false;
            }

            ordinal = shape?.Find(text) ?? -1;
            if (ordinal < 0)
            {
                return TryUnknown(text, name.Offset);
            }
        }

        last = ordinal;
        _tape.Name(fields[ordinal].Name);
        if (!seen.TryAdd(ordinal, fields.Length))
        {
            return Fail(CodecError.Malformed, "the member appears twice", name.Offset);
        }

        return TryRead(fields[ordinal].Type);
    }

    private bool TryUnknown(ReadOnlySpan<byte> name, long offset)
    {
        if (name.SequenceEqual(TypeMember))
        {
            return Fail(CodecError.Malformed, "the member @type must be the first one", offset);
        }

        if (_policy.RejectUnknown)
        {
            return Fail(CodecError.TypeMismatch, $"the contract declares no member '{Shown(name)}'", offset);
        }

        return _in.Skip(_tape.Budget.MaxDepth) || Broken();
    }

    private static string Shown(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name[..Math.Min(name.Length, MaxShownName)]);

    // A class that declares a field of that name keeps it.
    private static bool IsTypeMember(JsonText name, TypeShape declared) =>
        name.Raw.SequenceEqual(TypeMember) && (declared.Struct is null || declared.Struct.Find(TypeMember) < 0);

    private bool TryTypeMember(ref TypeShape shape)
    {
        if (!_in.TryText(out var text))
        {
            return Broken();
        }

        if (!TryDecode(text, out var name))
        {
            return false;
        }

        if (shape.Narrow(name) is { Kind: ShapeKind.Struct } narrowed)
        {
            shape = narrowed;
            return true;
        }

        return Fail(CodecError.TypeMismatch, $"@type names no class that the contract declares as a kind of {shape}", text.Offset);
    }

    private bool TryMap(TypeShape? map, TypeShape? key, TypeShape? element)
    {
        _in.TryTake((byte)'{');
        _tape.BeginMap(map?.TapeType);
        var first = true;
        while (!_in.TryTake((byte)'}'))
        {
            if (_tape.Failed || !TryMember(first, out var name) || !TryKey(name, key) || !TryRead(element))
            {
                return false;
            }

            first = false;
        }

        _tape.End();
        return !_tape.Failed;
    }

    private bool TryKey(JsonText name, TypeShape? key)
    {
        if (key?.Kind is null or ShapeKind.String or ShapeKind.Any)
        {
            return TryAddText(name);
        }

        return TryDecode(name, out var text) && TextScalar.Read(text, key, _tape, _policy, name.Offset).IsOk;
    }

    // Takes the comma before all but the first, the name, and the colon.
    private bool TryMember(bool first, out JsonText name)
    {
        name = default;
        if (!first && !_in.Expect((byte)',', "expected a comma or }"))
        {
            return Broken();
        }

        return (_in.TryText(out name) && _in.Expect((byte)':', "expected a colon")) || Broken();
    }

    private bool TryArray(TypeShape? shape)
    {
        switch (shape?.Kind)
        {
            case null or ShapeKind.Any:
                _tape.BeginList();
                break;
            case ShapeKind.List or ShapeKind.Set:
                _tape.BeginList(shape.TapeType, shape.Kind == ShapeKind.Set);
                break;
            case ShapeKind.Array:
                _tape.BeginArray(shape.TapeType);
                break;
            case ShapeKind.Bytes:
                return TryByteArray();
            case ShapeKind.Void:
                return TrySkipAsNull();
            default:
                return Unexpected(shape, "an array");
        }

        _in.TryTake((byte)'[');
        var element = shape?.Element;
        var first = true;
        while (!_in.TryTake((byte)']'))
        {
            if (!first && !_in.Expect((byte)',', "expected a comma or ]"))
            {
                return Broken();
            }

            if (_tape.Failed || !TryRead(element))
            {
                return false;
            }

            first = false;
        }

        _tape.End();
        return !_tape.Failed;
    }

    // Numbers from -128 to 255: both Java's and JavaScript's idea of a byte.
    private bool TryByteArray()
    {
        _in.TryTake((byte)'[');
        var start = _tape.TextPosition;
        var first = true;
        while (!_in.TryTake((byte)']'))
        {
            if (!first && !_in.Expect((byte)',', "expected a comma or ]"))
            {
                return Broken();
            }

            if (_in.Peek() != JsonToken.Number || !_in.TryNumber(out var number)
                || !NumberText.TryInt64(number.Raw, out var value) || value is < -128 or > 255)
            {
                _in.FailHere("bytes are base64 or numbers from -128 to 255");
                return Broken();
            }

            if (!_tape.TryReserveText(1, out var room))
            {
                return false;
            }

            room[0] = (byte)value;
            _tape.CommitText(1);
            first = false;
        }

        _tape.AddStoredText(ValueKind.Bytes, start, _tape.TextPosition - start);
        return !_tape.Failed;
    }

    private bool TrySkipAsNull()
    {
        _tape.AddNull();
        return (_in.Skip(_tape.Budget.MaxDepth) || Broken()) && !_tape.Failed;
    }

    private bool Unexpected(TypeShape shape, string found) => Unexpected(shape, found, _in.Offset);

    private bool Unexpected(TypeShape shape, string found, long offset) =>
        Fail(CodecError.TypeMismatch, $"expected {shape}, found {found}", offset);

    private bool Broken() => Fail(_in.Error, _in.Detail, _in.Offset);

    private bool Fail(CodecError error, string detail, long offset)
    {
        _tape.Fail(error, detail, offset);
        return false;
    }
}
