using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <content>Timestamps, durations, dates and field masks of canonical JSON.</content>
internal ref partial struct JsonValueWriter
{
    /// <summary>With no digits behind the second, or three, six or nine of them.</summary>
    private bool TryProtoTimestamp(int index)
    {
        ref readonly var token = ref _tape[index];
        var (ms, nanos) = (token.EpochMs, token.NanosOfMs);
        if (token.Kind != ValueKind.Instant
            && (token.Kind is not (ValueKind.Text or ValueKind.String) || !IsoInstant.TryParse(_tape.Utf8(index), out ms, out nanos)))
        {
            return Fail(CodecError.TypeMismatch, "expected a point in time", index);
        }

        Span<byte> text = stackalloc byte[IsoInstant.MaxLength];
        var length = IsoInstant.Format(ms, nanos, 0, text);
        if (nanos == 0 && ms % 1_000 == 0)
        {
            // Without .000Z
            length -= 4;
            text[length - 1] = (byte)'Z';
        }

        _out.Quoted(text[..length]);
        return true;
    }

    private bool TryProtoDuration(int index)
    {
        if (_tape[index].Kind is not (ValueKind.Text or ValueKind.String)
            || !IsoDuration.TryParse(_tape.Utf8(index), out var seconds, out var nanos))
        {
            return Fail(CodecError.TypeMismatch, "expected a duration", index);
        }

        _out.Byte((byte)'"');
        if (seconds < 0 || nanos < 0)
        {
            _out.Byte((byte)'-');
        }

        _out.Int64(Math.Abs(seconds));
        nanos = Math.Abs(nanos);
        if (nanos != 0)
        {
            var digits = nanos % 1_000_000 == 0 ? 3 : nanos % 1_000 == 0 ? 6 : 9;
            _out.Byte((byte)'.');
            for (var unit = 100_000_000; digits > 0; digits--, unit /= 10)
            {
                _out.Byte((byte)('0' + (nanos / unit % 10)));
            }
        }

        _out.Raw("s\""u8);
        return true;
    }

    private bool TryProtoDate(int index)
    {
        if (_tape[index].Kind is not (ValueKind.Text or ValueKind.String)
            || !PartialDate.TryParse(_tape.Utf8(index), out var year, out var month, out var day))
        {
            return Fail(CodecError.TypeMismatch, "expected a date", index);
        }

        _out.Byte((byte)'{');
        var first = true;
        DatePart("\"year\":"u8, year, ref first);
        DatePart("\"month\":"u8, month, ref first);
        DatePart("\"day\":"u8, day, ref first);
        _out.Byte((byte)'}');
        return true;
    }

    private void DatePart(ReadOnlySpan<byte> name, int value, ref bool first)
    {
        if (value == 0)
        {
            return;
        }

        if (!first)
        {
            _out.Byte((byte)',');
        }

        first = false;
        _out.Raw(name);
        _out.Int64(value);
    }

    private bool TryProtoMask(int index)
    {
        _out.Byte((byte)'"');
        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            if (_tape[i].Kind != ValueKind.String)
            {
                return Fail(CodecError.TypeMismatch, "a FieldMask holds paths", i);
            }

            if (i > index + 1)
            {
                _out.Byte((byte)',');
            }

            if (!TryProtoPath(i))
            {
                return false;
            }
        }

        _out.Byte((byte)'"');
        return true;
    }

    // Only what comes back the same is written: no capitals, and a letter behind each underscore.
    private bool TryProtoPath(int index)
    {
        if ((_tape[index].Flags & ValueFlags.LoneSurrogate) != 0)
        {
            return Fail(CodecError.Unrepresentable, "the path holds half a surrogate pair, which protobuf does not have", index);
        }

        var upper = false;
        byte previous = 0;
        foreach (var b in _tape.Utf8(index))
        {
            var begins = previous is 0 or (byte)'.';
            previous = b;
            var letter = b is >= (byte)'a' and <= (byte)'z';
            if (b is >= (byte)'A' and <= (byte)'Z' or (byte)'"' or (byte)'\\' or (byte)',' or < 0x20 || (upper && !letter) || (begins && b == '_'))
            {
                return Fail(CodecError.Unrepresentable, "the path has no form in lower camel case", index);
            }

            if (b == '_')
            {
                upper = true;
                continue;
            }

            _out.Byte(upper ? (byte)(b & ~0x20) : b);
            upper = false;
        }

        return !upper || Fail(CodecError.Unrepresentable, "the path has no form in lower camel case", index);
    }
}
