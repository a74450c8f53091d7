using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <content>FieldMask and Any of canonical JSON.</content>
internal ref partial struct JsonValueReader
{
    /// <summary>Paths with commas between them, each in lower camel case: <c>user.displayName,photo</c>.</summary>
    private bool TryProtoMask(TypeShape shape)
    {
        if (!TryProtoText(shape, out var offset, out var decoded))
        {
            return false;
        }

        // The tape's free room may be where the text lies.
        Span<byte> path = decoded.Length <= 256 ? stackalloc byte[512] : new byte[decoded.Length * 2];
        Span<byte> all = decoded.Length <= 256 ? stackalloc byte[256] : new byte[decoded.Length];
        decoded.CopyTo(all);
        all = all[..decoded.Length];
        _tape.BeginList(shape.TapeType);
        while (!all.IsEmpty)
        {
            var comma = all.IndexOf((byte)',');
            var one = comma < 0 ? all : all[..comma];
            var length = 0;
            var begins = true;
            foreach (var b in one)
            {
                if (b == '_' || (begins && b is >= (byte)'A' and <= (byte)'Z'))
                {
                    return Fail(CodecError.TypeMismatch, "a FieldMask's paths are in lower camel case", offset);
                }

                if (b is >= (byte)'A' and <= (byte)'Z')
                {
                    path[length++] = (byte)'_';
                }

                path[length++] = (byte)(b is >= (byte)'A' and <= (byte)'Z' ? b | 0x20 : b);
                begins = b == '.';
            }

            var added = _tape.AddString(path[..length]);
            if (added < 0 || IsBroken(added))
            {
                return Fail(CodecError.Malformed, "the text holds half a surrogate pair", offset);
            }

            all = comma < 0 ? default : all[(comma + 1)..];
        }

        return EndContainer();
    }

    /// <summary>
    /// An object whose member <c>@type</c> says what the others are; a type with a JSON form of its own is the member <c>value</c>.
    /// </summary>
    private bool TryProtoAny(TypeShape shape)
    {
        if (_in.Peek() != JsonToken.Object)
        {
            return Unexpected(shape, "another JSON value");
        }

        var offset = _in.Offset;
        var ahead = _in;
        var found = false;
        var hasValue = false;
        JsonText url = default;
        var value = ahead;
        ahead.TryTake((byte)'{');
        while (ahead.Peek() == JsonToken.String && ahead.TryText(out var name) && ahead.TryTake((byte)':'))
        {
            if (name.Raw.SequenceEqual(TypeMember))
            {
                found = ahead.Peek() == JsonToken.String && ahead.TryText(out url);
            }
            else
            {
                if (name.Raw.SequenceEqual(ValueMember.Utf8))
                {
                    hasValue = true;
                    value = ahead;
                }

                if (!ahead.Skip(_tape.Budget.MaxDepth))
                {
                    break;
                }
            }

            if (!ahead.TryTake((byte)','))
            {
                break;
            }
        }

        if (!ahead.Expect((byte)'}', "expected a comma or }"))
        {
            _in = ahead;
            return Broken();
        }

        if (!found || !TryDecode(url, out var type))
        {
            return _tape.Failed ? false : Fail(CodecError.TypeMismatch, "an Any needs its type: \"@type\": \"type.googleapis.com/...\"", offset);
        }

        var slash = type.LastIndexOf((byte)'/');
        var types = shape.Struct is { } any && any.Find(ValueMember.Utf8) is >= 0 and var at ? any.Fields[at].Type.Subtypes : null;
        if (slash < 0 || types?.Find(type[(slash + 1)..]) is not { } inner)
        {
            return Fail(CodecError.TypeMismatch, $"the contract has no message '{Shown(type)}'", url.Offset);
        }

        _tape.BeginObject(shape.TapeType);
        _tape.Name(TypeUrl);
        if (_tape.AddString(type) < 0)
        {
            return false;
        }

        _tape.Name(ValueMember);
        if (ProtoForm.KindOf(inner) == ProtoKind.Message)
        {
            return TryProtoMessage(inner, isAny: true) && EndContainer();
        }

        // The message of a neutral value stands behind "value".
        if (!hasValue)
        {
            return Fail(CodecError.TypeMismatch, "an Any of this type needs the member value", offset);
        }

        _in = value;
        if (!TryProto(inner))
        {
            return false;
        }

        _in = ahead;
        return EndContainer();
    }
}
