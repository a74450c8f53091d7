using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <content>Maps, whose keys JSON wants as text.</content>
internal ref partial struct JsonValueWriter
{
    private static ReadOnlySpan<byte> ClassKey => "class"u8;

    private bool TryMap(int index, TypeShape? shape)
    {
        var isDeclared = shape?.Kind == ShapeKind.Map;
        var fields = shape?.Kind == ShapeKind.Struct ? shape.Struct : null;
        var end = _tape.Next(index);
        var firstKind = ValueKind.Absent;
        var checkedKeys = false;
        _out.Byte((byte)'{');
        for (int key = index + 1, value; key < end; key = _tape.Next(value))
        {
            value = _tape.Next(key);
            var kind = _tape[_tape.Resolve(key)].Kind;
            if (!isDeclared && kind == ValueKind.String && IsClassEntry(key, value))
            {
                continue;
            }

            if (firstKind != ValueKind.Absent)
            {
                _out.Byte((byte)',');

                // Keys of one kind differ in their text too; 1 and "1" do not.
                if (kind != firstKind && !checkedKeys && !TryDistinctKeys(index))
                {
                    return false;
                }

                checkedKeys |= kind != firstKind;
            }
            else
            {
                firstKind = kind;
            }

            if (!TryKey(_tape.Resolve(key), shape))
            {
                return false;
            }

            _out.Byte((byte)':');
            var element = isDeclared ? shape!.Element : FieldType(fields, key, kind); // Declared maps have an element.
            if (!TryWrite(value, element))
            {
                return false;
            }
        }

        _out.Byte((byte)'}');
        return true;
    }

    private bool TryKey(int key, TypeShape? map)
    {
        ref readonly var token = ref _tape[key];
        switch (token.Kind)
        {
            case ValueKind.String or ValueKind.Text or ValueKind.Enum or ValueKind.Decimal or ValueKind.BigInteger:
                _out.Text(_tape.Utf8(key), (token.Flags & ValueFlags.LoneSurrogate) != 0);
                return true;
            case ValueKind.Bool:
                _out.Quoted(token.AsBool ? "true"u8 : "false"u8);
                return true;
            case ValueKind.Int32 or ValueKind.Int64:
                _out.Byte((byte)'"');
                _out.Int64(token.AsInt64);
                _out.Byte((byte)'"');
                return true;
            case ValueKind.UInt64:
                _out.Byte((byte)'"');
                _out.UInt64(token.AsUInt64);
                _out.Byte((byte)'"');
                return true;
            case ValueKind.Float32 or ValueKind.Float64:
                WriteFloatKey(token.Kind == ValueKind.Float32, token, map?.Key);
                return true;
            case ValueKind.Instant:
                WriteInstantKey(token.EpochMs, token.NanosOfMs);
                return true;
            case ValueKind.Bytes:
                _out.Base64Text(_tape.Utf8(key));
                return true;
            case ValueKind.Null or ValueKind.Absent:
                return Fail(CodecError.Unrepresentable, "a null key has no form in JSON", key);
            default:
                return Fail(CodecError.Unrepresentable, "a key that is no scalar has no form in JSON", key);
        }
    }

    private void WriteFloatKey(bool single, in ValueToken token, TypeShape? declared)
    {
        Span<byte> text = stackalloc byte[NumberText.MaxFloatLength];
        var length = single ? NumberText.Format(token.AsFloat32, text)
            : declared?.Kind == ShapeKind.Float32 ? NumberText.Format((float)token.AsFloat64, text)
            : NumberText.Format(token.AsFloat64, text);
        _out.Quoted(text[..length]);
    }

    private void WriteInstantKey(long epochMs, int nanos)
    {
        var quoted = _policy.InstantAsEpochMs;
        if (quoted)
        {
            _out.Byte((byte)'"');
        }

        WriteInstant(epochMs, nanos);
        if (quoted)
        {
            _out.Byte((byte)'"');
        }
    }

    private bool TryDistinctKeys(int map)
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var end = _tape.Next(map);
        for (var key = map + 1; key < end; key = _tape.Next(_tape.Next(key)))
        {
            var status = TextScalar.Write(_tape, key, null, _policy, out var text);
            if (status.IsOk && !texts.Add(text))
            {
                return Fail(CodecError.Unrepresentable, "two keys of the map become the same text", key);
            }
        }

        return true;
    }

    private readonly TypeShape? FieldType(StructShape? fields, int key, ValueKind kind)
    {
        var ordinal = fields is null || kind != ValueKind.String ? -1 : fields.Find(_tape.Utf8(_tape.Resolve(key)));
        return ordinal < 0 ? null : fields!.Fields[ordinal].Type; // An ordinal was found in them.
    }

    /// <summary>
    /// Dubbo's generic replies turn objects into maps with an entry <c>class</c>, which tells of the callee's inside and is no data. A map
    /// that the contract declares keeps such an entry, and so does any map whose <c>class</c> is no qualified Java name.
    /// </summary>
    private readonly bool IsClassEntry(int key, int value) => _tape.Utf8(_tape.Resolve(key)).SequenceEqual(ClassKey)
        && _tape[value].Kind == ValueKind.String && IsQualifiedName(_tape.Utf8(value));

    private static bool IsQualifiedName(ReadOnlySpan<byte> text)
    {
        var dots = 0;
        var atStart = true;
        foreach (var b in text)
        {
            if (b == '.')
            {
                if (atStart)
                {
                    return false;
                }

                dots++;
                atStart = true;
                continue;
            }

            var letter = (uint)((b | 0x20) - 'a') < 26 || b is (byte)'_' or (byte)'$' || b >= 0x80;
            if (!letter && (atStart || (uint)(b - '0') > 9))
            {
                return false;
            }

            atStart = false;
        }

        return dots > 0 && !atStart;
    }
}
