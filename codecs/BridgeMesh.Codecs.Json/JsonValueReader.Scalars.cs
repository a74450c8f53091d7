using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <content>Strings, numbers, true, false and null, as what is declared.</content>
internal ref partial struct JsonValueReader
{
    private bool TryString(TypeShape? shape)
    {
        if (!_in.TryText(out var text))
        {
            return Broken();
        }

        switch (shape?.Kind)
        {
            case null or ShapeKind.Any or ShapeKind.String:
                return TryAddText(text);
            case ShapeKind.Void:
                _tape.AddNull();
                return !_tape.Failed;

            // A string may stand for a number that JSON's readers would round or that JSON does not have, for no other.
            case ShapeKind.Bool or ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 or ShapeKind.UInt32:
            case ShapeKind.Float32 or ShapeKind.Float64 when !NumberText.TryNonFinite(text.Raw, out _):
            case ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map or ShapeKind.Struct:
                return Unexpected(shape, "a string", text.Offset);
            default:
                return TryDecode(text, out var decoded) && TextScalar.Read(decoded, shape, _tape, _policy, text.Offset).IsOk;
        }
    }

    private bool TryNumber(TypeShape? shape)
    {
        if (!_in.TryNumber(out var number))
        {
            return Broken();
        }

        return JsonNumbers.Read(number, shape, _policy, _tape).IsOk;
    }

    private bool TryBool(TypeShape? shape, bool value)
    {
        switch (shape?.Kind)
        {
            case null or ShapeKind.Any or ShapeKind.Bool:
                _tape.AddBool(value);
                return !_tape.Failed;
            case ShapeKind.Void:
                _tape.AddNull();
                return !_tape.Failed;
            default:
                return Unexpected(shape, value ? "true" : "false");
        }
    }

    private bool TryNull(TypeShape? shape)
    {
        if (shape is { Nullable: false, Kind: not ShapeKind.Void })
        {
            return Unexpected(shape, "null");
        }

        _tape.AddNull();
        return !_tape.Failed;
    }

    private bool TryAddText(JsonText text)
    {
        if (!text.Escaped)
        {
            var plain = _tape.AddText(ValueKind.String, text.Raw);
            return plain >= 0 && (!IsBroken(plain) || NotUtf8(text));
        }

        if (!_tape.TryReserveText(text.Raw.Length, out var room))
        {
            return false;
        }

        var written = JsonEscapes.Decode(text.Raw, room);
        if (written < 0)
        {
            return Fail(CodecError.Malformed, "an escape that JSON does not have", text.Offset);
        }

        var start = _tape.TextPosition;
        _tape.CommitText(written);
        var added = _tape.AddStoredText(ValueKind.String, start, written);

        // Escapes may make lone surrogates, which a Java string may hold and protobuf's may not; bytes may not make them.
        return added >= 0 && (!IsBroken(added) || (!_policy.ProtoJson && JsonEscapes.IsUtf8(text.Raw)) || NotUtf8(text));
    }

    /// <summary>The text without its escapes; valid until the tape changes, in whose free room it may lie.</summary>
    private bool TryDecode(JsonText text, out ReadOnlySpan<byte> decoded)
    {
        decoded = text.Raw;
        if (!JsonEscapes.IsUtf8(text.Raw))
        {
            return NotUtf8(text);
        }

        if (!text.Escaped)
        {
            return true;
        }

        if (!_tape.TryReserveText(text.Raw.Length, out var room))
        {
            return false;
        }

        var written = JsonEscapes.Decode(text.Raw, room);
        decoded = written < 0 ? default : room[..written];
        return written >= 0 || Fail(CodecError.Malformed, "an escape that JSON does not have", text.Offset);
    }

    private readonly bool IsBroken(int index) => (_tape[index].Flags & ValueFlags.LoneSurrogate) != 0;

    private bool NotUtf8(JsonText text) => Fail(CodecError.Malformed, "the text is not UTF-8", text.Offset);
}
