using System.Runtime.CompilerServices;
using BridgeMesh.Codecs.Protobuf.Plans;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Reading;

/// <content>
/// Messages that are one neutral value on a tape. Their fields are scalars, of which the last counts, so that they need no merging. Fields
/// that these messages do not have are dropped: a neutral value has no place for them.
/// </content>
internal ref partial struct ProtoReader
{
    /// <summary>0001-01-01T00:00:00Z. Source: google/protobuf/timestamp.proto.</summary>
    public const long MinTimestampSeconds = -62_135_596_800;

    /// <summary>9999-12-31T23:59:59Z.</summary>
    public const long MaxTimestampSeconds = 253_402_300_799;

    private bool TryTimestamp(ValuePlan plan, int end)
    {
        var start = _at;
        if (!TrySecondsAndNanos(end, out var seconds, out var nanos))
        {
            return false;
        }

        if (seconds is < MinTimestampSeconds or > MaxTimestampSeconds || nanos is < 0 or >= IsoDuration.NanosPerSecond)
        {
            return Fail(CodecError.TypeMismatch, "a Timestamp outside the years 1 to 9999, or with nanoseconds past a second", start);
        }

        var ms = (seconds * 1_000) + (nanos / 1_000_000);
        if (plan.Shape.Kind != ShapeKind.Text)
        {
            _tape.AddInstant(ms, nanos % 1_000_000, plan.Shape.TapeType);
            return !_tape.Failed;
        }

        Span<byte> text = stackalloc byte[IsoInstant.MaxLength];
        return _tape.AddText(ValueKind.Text, text[..IsoInstant.Format(ms, nanos % 1_000_000, 0, text)], plan.Shape.TapeType) >= 0;
    }

    private bool TryDuration(ValuePlan plan, int end)
    {
        var start = _at;
        if (!TrySecondsAndNanos(end, out var seconds, out var nanos))
        {
            return false;
        }

        if (seconds is < -IsoDuration.MaxSeconds or > IsoDuration.MaxSeconds || Math.Abs((long)nanos) >= IsoDuration.NanosPerSecond
            || (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0))
        {
            return Fail(CodecError.TypeMismatch, "a Duration past 10,000 years, or with nanoseconds past a second or of another sign", start);
        }

        Span<byte> text = stackalloc byte[IsoDuration.MaxLength];
        return _tape.AddText(ValueKind.Text, text[..IsoDuration.Format(seconds, nanos, text)], plan.Shape.TapeType) >= 0;
    }

    private bool TryDate(ValuePlan plan, int end)
    {
        var start = _at;
        Span<int> parts = [0, 0, 0];
        while (_at < end)
        {
            var place = _at;
            if (!TryTag(end, out var tag))
            {
                return false;
            }

            if (tag >> 3 is >= 1 and <= 3)
            {
                if (!TryOwnVarint(tag, end, place, out var value))
                {
                    return false;
                }

                parts[(int)(tag >> 3) - 1] = (int)value;
            }
            else if (!TrySkip(tag, end))
            {
                return false;
            }
        }

        Span<byte> text = stackalloc byte[PartialDate.MaxLength];
        var type = PartialDate.Format(parts[0], parts[1], parts[2], text, out var length);
        return type is null
            ? Fail(CodecError.TypeMismatch, $"no date: year {parts[0]}, month {parts[1]}, day {parts[2]}", start)
            : _tape.AddText(ValueKind.Text, text[..length], type) >= 0;
    }

    private bool TryDecimal(ValuePlan plan, int end)
    {
        var text = "0"u8;
        var at = _at;
        while (_at < end)
        {
            var place = _at;
            if (!TryTag(end, out var tag))
            {
                return false;
            }

            if (tag == ((1 << 3) | (uint)WireType.Length))
            {
                if (!TryLimit(end, out var limit))
                {
                    return false;
                }

                // The empty text is 0. Source: google/type/decimal.proto.
                at = _at;
                text = _at == limit ? "0"u8 : _bytes[_at..limit];
                _at = limit;
            }
            else if (tag >> 3 == 1 ? !WrongOwnWire(tag, place) : !TrySkip(tag, end))
            {
                return false;
            }
        }

        // As its sender wrote it: the tape takes exponents.
        return plan.Shape.Kind == ShapeKind.Decimal && ((text.Length <= NumberText.MaxLength && NumberText.IsPlain(text)) || IsDecimal(text))
            ? _tape.AddText(ValueKind.Decimal, text) >= 0
            : TextScalar.Read(text, plan.Shape, _tape, null, _offset + at).IsOk;
    }

    [SkipLocalsInit]
    private static bool IsDecimal(ReadOnlySpan<byte> text)
    {
        Span<byte> plain = stackalloc byte[NumberText.MaxLength];
        return NumberText.TryPlain(text, plain, out _);
    }

    /// <summary>An object of the type's URL and the value: typed where the contract knows the type, else its bytes.</summary>
    private bool TryAny(ValuePlan plan, int end)
    {
        ReadOnlySpan<byte> url = default;
        var (valueAt, valueEnd) = (_at, _at);
        var urlAt = _at;
        while (_at < end)
        {
            var place = _at;
            if (!TryTag(end, out var tag))
            {
                return false;
            }

            if (tag is ((1 << 3) | (uint)WireType.Length) or ((2 << 3) | (uint)WireType.Length))
            {
                if (!TryLimit(end, out var limit))
                {
                    return false;
                }

                if (tag >> 3 == 1)
                {
                    urlAt = _at;
                    url = _bytes[_at..limit];
                }
                else
                {
                    (valueAt, valueEnd) = (_at, limit);
                }

                _at = limit;
            }
            else if (tag >> 3 is 1 or 2 ? !WrongOwnWire(tag, place) : !TrySkip(tag, end))
            {
                return false;
            }
        }

        if (_tape.BeginObject(plan.Shape.TapeType) < 0)
        {
            return false;
        }

        _tape.Name(AnyForm.TypeUrl);
        if (!System.Text.Unicode.Utf8.IsValid(url))
        {
            return NotUtf8(urlAt);
        }

        if (_tape.AddString(url) < 0)
        {
            return false;
        }

        _tape.Name(AnyForm.Value);
        if (AnyForm.TypeOf(plan.Shape, url) is not { } type)
        {
            _tape.AddBytes(_bytes[valueAt..valueEnd]);
            return EndContainer();
        }

        _at = valueAt;
        return TryBody(MessagePlan.RootOf(type), valueEnd) && EndContainer();
    }

    /// <summary>Timestamp and Duration have the same fields: 1, seconds, and 2, nanos. The last of each counts.</summary>
    private bool TrySecondsAndNanos(int end, out long seconds, out int nanos)
    {
        seconds = 0;
        nanos = 0;
        while (_at < end)
        {
            var place = _at;
            if (!TryTag(end, out var tag))
            {
                return false;
            }

            if (tag >> 3 is 1 or 2)
            {
                if (!TryOwnVarint(tag, end, place, out var value))
                {
                    return false;
                }

                if (tag >> 3 == 1)
                {
                    seconds = (long)value;
                }
                else
                {
                    nanos = (int)value;
                }
            }
            else if (!TrySkip(tag, end))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryOwnVarint(uint tag, int end, int place, out ulong value)
    {
        value = 0;
        return (tag & 7) == (uint)WireType.Varint ? TryVarint(end, out value) : WrongOwnWire(tag, place);
    }

    private bool WrongOwnWire(uint tag, int place) =>
        Fail(CodecError.TypeMismatch, $"field {tag >> 3} of a well-known message comes with wire type {tag & 7}", place);
}
