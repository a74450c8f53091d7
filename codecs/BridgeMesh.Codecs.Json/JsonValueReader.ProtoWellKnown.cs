using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <content>Messages that canonical JSON writes in a form of their own, and those that a tape holds as one neutral value.</content>
internal ref partial struct JsonValueReader
{
    // 0001-01-01 and the end of 9999, in milliseconds. Source: google/protobuf/timestamp.proto.
    private const long MinTimestampMs = -62_135_596_800_000;
    private const long MaxTimestampMs = 253_402_300_799_999;

    private static readonly FieldName TypeUrl = FieldName.Of("typeUrl");
    private static readonly FieldName ValueMember = FieldName.Of("value");

    /// <summary>Takes a string; the text is valid until the tape changes.</summary>
    private bool TryProtoText(TypeShape shape, out long offset, out ReadOnlySpan<byte> decoded)
    {
        decoded = default;
        _ = _in.Peek();
        offset = _in.Offset;
        if (_in.Peek() != JsonToken.String)
        {
            return Unexpected(shape, "another JSON value");
        }

        return _in.TryText(out var text) ? TryDecode(text, out decoded) : Broken();
    }

    private bool TryProtoTimestamp(TypeShape shape)
    {
        if (!TryProtoText(shape, out var offset, out var decoded))
        {
            return false;
        }

        // RFC 3339 alone: with seconds, T and Z in capitals, and a colon in the offset.
        var strict = decoded.Length >= 20 && decoded[4] == '-' && decoded[10] == 'T' && decoded[16] == ':'
            && decoded[19] is (byte)'.' or (byte)'Z' or (byte)'+' or (byte)'-'
            && (decoded[^1] == 'Z' || (decoded[^6] is (byte)'+' or (byte)'-' && decoded[^3] == ':'));
        if (!strict || !IsoInstant.TryParse(decoded, out var ms, out var nanos) || ms is < MinTimestampMs or > MaxTimestampMs)
        {
            return Fail(CodecError.TypeMismatch, "the text is no Timestamp, such as 2024-05-06T07:08:09.123Z in the years 1 to 9999", offset);
        }

        if (shape.Kind != ShapeKind.Text)
        {
            _tape.AddInstant(ms, nanos, shape.TapeType);
            return !_tape.Failed;
        }

        Span<byte> iso = stackalloc byte[IsoInstant.MaxLength];
        return _tape.AddText(ValueKind.Text, iso[..IsoInstant.Format(ms, nanos, 0, iso)], shape.TapeType) >= 0;
    }

    private bool TryProtoDuration(TypeShape shape)
    {
        if (!TryProtoText(shape, out var offset, out var decoded))
        {
            return false;
        }

        // 1.5s is PT1.5S to java.time.
        Span<byte> iso = stackalloc byte[IsoDuration.MaxLength];
        if (decoded.Length is < 2 or > 32 || decoded[^1] != 's' || decoded[^2] is < (byte)'0' or > (byte)'9'
            || decoded.IndexOfAny((byte)'+', (byte)',') >= 0)
        {
            return NoDuration(offset);
        }

        "PT"u8.CopyTo(iso);
        decoded.CopyTo(iso[2..]);
        iso[decoded.Length + 1] = (byte)'S';
        if (!IsoDuration.TryParse(iso[..(decoded.Length + 2)], out var seconds, out var nanos))
        {
            return NoDuration(offset);
        }

        // -0.5s: the sign is of the fraction as well.
        nanos = decoded[0] == '-' ? -Math.Abs(nanos) : nanos;
        return _tape.AddText(ValueKind.Text, iso[..IsoDuration.Format(seconds, nanos, iso)], shape.TapeType) >= 0;
    }

    private bool NoDuration(long offset) => Fail(CodecError.TypeMismatch, "the text is no Duration, such as 1.5s", offset);

    /// <summary>google.type.Date is an object of year, month and day to canonical JSON; a plain ISO date is taken too.</summary>
    private bool TryProtoDate(TypeShape shape)
    {
        if (_in.Peek() == JsonToken.String)
        {
            return TryString(shape);
        }

        var offset = _in.Offset;
        Span<int> parts = [0, 0, 0];
        if (!TryParts(shape, parts, "year"u8, "month"u8, "day"u8))
        {
            return false;
        }

        Span<byte> text = stackalloc byte[PartialDate.MaxLength];
        return PartialDate.Format(parts[0], parts[1], parts[2], text, out var length) is { } type
            ? _tape.AddText(ValueKind.Text, text[..length], type) >= 0
            : Fail(CodecError.TypeMismatch, $"no date: year {parts[0]}, month {parts[1]}, day {parts[2]}", offset);
    }

    private bool TryParts(TypeShape shape, scoped Span<int> parts, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        if (!_in.TryTake((byte)'{'))
        {
            return Unexpected(shape, "another JSON value");
        }

        var isFirst = true;
        while (!_in.TryTake((byte)'}'))
        {
            if (!TryMember(isFirst, out var name) || !TryDecode(name, out var text))
            {
                return false;
            }

            isFirst = false;
            var at = text.SequenceEqual(first) ? 0 : text.SequenceEqual(second) ? 1 : text.SequenceEqual(third) ? 2 : -1;
            if (at < 0)
            {
                if (!TryProtoUnknown(text, name.Offset))
                {
                    return false;
                }

                continue;
            }

            if (_in.Peek() != JsonToken.Number || !_in.TryNumber(out var number)
                || !NumberText.TryInt64(number.Raw, out var value) || value != (int)value)
            {
                return Unexpected(shape, "another JSON value");
            }

            parts[at] = (int)value;
        }

        return true;
    }

    /// <summary>google.type.Decimal is an object of a text to canonical JSON; the text or number alone is taken too.</summary>
    private bool TryProtoDecimal(TypeShape shape)
    {
        switch (_in.Peek())
        {
            case JsonToken.String:
                return TryString(shape);
            case JsonToken.Number:
                return TryNumber(shape);
        }

        if (!_in.TryTake((byte)'{'))
        {
            return Unexpected(shape, "another JSON value");
        }

        var any = false;
        var first = true;
        while (!_in.TryTake((byte)'}'))
        {
            if (!TryMember(first, out var name) || !TryDecode(name, out var text))
            {
                return false;
            }

            first = false;
            if (!text.SequenceEqual(ValueMember.Utf8) ? !TryProtoUnknown(text, name.Offset) : any || !TryDecimalText(shape))
            {
                return _tape.Failed ? false : Fail(CodecError.Malformed, "the member appears twice", name.Offset);
            }

            any |= text.SequenceEqual(ValueMember.Utf8);
        }

        return any || TextScalar.Read("0"u8, shape, _tape, _policy, _in.Offset).IsOk;
    }

    // As its sender wrote it: the tape takes exponents.
    private bool TryDecimalText(TypeShape shape)
    {
        if (!TryProtoText(shape, out var offset, out var text))
        {
            return false;
        }

        Span<byte> plain = stackalloc byte[NumberText.MaxLength];
        text = text.IsEmpty ? "0"u8 : text;
        return shape.Kind == ShapeKind.Decimal && NumberText.TryPlain(text, plain, out _)
            ? _tape.AddText(ValueKind.Decimal, text) >= 0
            : TextScalar.Read(text, shape, _tape, _policy, offset).IsOk;
    }

    private bool TryProtoValue() => _in.Peek() switch
    {
        JsonToken.Null => TryProtoNull(),
        JsonToken.Object => TryProtoStruct(),
        JsonToken.Array => TryProtoListValue(),
        JsonToken.Number => TryProtoDouble(),
        _ => TryUntyped(),
    };

    private bool TryUntyped() => _in.Peek() switch
    {
        JsonToken.String => TryString(null),
        JsonToken.True => (_in.TryLiteral("true"u8) || Broken()) && TryBool(null, true),
        JsonToken.False => (_in.TryLiteral("false"u8) || Broken()) && TryBool(null, false),
        _ => _in.FailHere("no JSON value") || Broken(),
    };

    private bool TryProtoDouble()
    {
        if (!_in.TryNumber(out var number))
        {
            return Broken();
        }

        if (!NumberText.TryFloat64(number.Raw, out var value))
        {
            return Fail(CodecError.TypeMismatch, "a number past the range of a double", number.Offset);
        }

        _tape.AddFloat64(value);
        return !_tape.Failed;
    }

    private bool TryProtoNull()
    {
        if (_in.Peek() == JsonToken.String && _in.TryText(out var text) && text.Raw.SequenceEqual("NULL_VALUE"u8))
        {
            _tape.AddNull();
            return !_tape.Failed;
        }

        if (_in.Peek() != JsonToken.Null)
        {
            return Fail(CodecError.TypeMismatch, "expected null", _in.Offset);
        }

        _tape.AddNull();
        return (_in.TryLiteral("null"u8) || Broken()) && !_tape.Failed;
    }

    private bool TryProtoStruct()
    {
        _in.TryTake((byte)'{');
        _tape.BeginMap();
        var first = true;
        while (!_in.TryTake((byte)'}'))
        {
            if (_tape.Failed || !TryMember(first, out var name) || !TryAddText(name) || !TryProtoValue())
            {
                return false;
            }

            first = false;
        }

        return EndContainer();
    }

    private bool TryProtoListValue()
    {
        _in.TryTake((byte)'[');
        _tape.BeginList();
        var first = true;
        while (!_in.TryTake((byte)']'))
        {
            if (!first && !_in.Expect((byte)',', "expected a comma or ]"))
            {
                return Broken();
            }

            if (_tape.Failed || !TryProtoValue())
            {
                return false;
            }

            first = false;
        }

        return EndContainer();
    }
}
