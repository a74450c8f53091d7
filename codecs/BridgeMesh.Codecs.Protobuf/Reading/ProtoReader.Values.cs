using BridgeMesh.Codecs.Protobuf.Plans;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Reading;

/// <content>Single values, packed lists and entries of maps.</content>
internal ref partial struct ProtoReader
{
    private const string NotUtf8Detail = "the text is not UTF-8";

    /// <summary>Reads a value whose tag was taken and whose name was given.</summary>
    /// <param name="number">Its field number, which ends a group.</param>
    private bool TryValue(ValuePlan plan, int end, int number)
    {
        switch (plan.Kind)
        {
            case ProtoKind.String:
                return TryLimit(end, out var textEnd) && TryText(plan, textEnd);
            case ProtoKind.Bytes:
                if (!TryLimit(end, out var bytesEnd))
                {
                    return false;
                }

                _tape.AddBytes(_bytes[_at..bytesEnd]);
                _at = bytesEnd;
                return !_tape.Failed;
            case ProtoKind.Group:
                return TryMessage(plan.Message, plan.Shape, end, number);
            case ProtoKind.Enum:
                return TryEnum(plan, null, _at, end, -1);
        }

        return plan.IsMessage ? TryLength(plan, end) : TryNumber(plan, end);
    }

    private bool TryLength(ValuePlan plan, int end)
    {
        if (!TryLimit(end, out var limit) || !TryBody(plan, limit))
        {
            return false;
        }

        _at = limit;
        return true;
    }

    /// <summary>What is inside the length of a message.</summary>
    private bool TryBody(ValuePlan plan, int end) => plan.Kind switch
    {
        ProtoKind.Timestamp => TryTimestamp(plan, end),
        ProtoKind.Duration => TryDuration(plan, end),
        ProtoKind.Date => TryDate(plan, end),
        ProtoKind.Decimal => TryDecimal(plan, end),
        ProtoKind.Any => TryAny(plan, end),
        _ => TryMessage(plan.Message, plan.Shape, end, group: 0),
    };

    private bool TryNumber(ValuePlan plan, int end)
    {
        var start = _at;
        switch (plan.Wire)
        {
            case WireType.Fixed64:
                return TryFixed64(end, out var eight) && AddFixed64(plan, eight, start);
            case WireType.Fixed32:
                return TryFixed32(end, out var four) && AddFixed32(plan, four, start);
            default:
                return TryVarint(end, out var value) && AddVarint(plan, value, start);
        }
    }

    // A number too large for its type loses its upper bits, as a cast in C++ would do. Source: protobuf.dev, "Updating A Message Type".
    private bool AddVarint(ValuePlan plan, ulong value, int start)
    {
        switch (plan.Kind)
        {
            case ProtoKind.Bool:
                _tape.AddBool(value != 0);
                return !_tape.Failed;
            case ProtoKind.NullValue:
                _tape.AddNull();
                return !_tape.Failed;
            case ProtoKind.Int32:
                return AddSigned(plan, (int)value, start);
            case ProtoKind.SInt32:
                var folded = (uint)value;
                return AddSigned(plan, (int)(folded >> 1) ^ -(int)(folded & 1), start);
            case ProtoKind.SInt64:
                return AddSigned(plan, (long)(value >> 1) ^ -(long)(value & 1), start);
            case ProtoKind.UInt32:
                return AddSigned(plan, (uint)value, start);
            case ProtoKind.UInt64:
                return AddUnsigned(plan, value, start);
            default:
                return AddSigned(plan, (long)value, start);
        }
    }

    private bool AddFixed32(ValuePlan plan, uint value, int start)
    {
        if (plan.Kind == ProtoKind.Float)
        {
            return AddFloat(plan, BitConverter.UInt32BitsToSingle(value));
        }

        return AddSigned(plan, plan.Kind == ProtoKind.Fixed32 ? value : (int)value, start);
    }

    private bool AddFixed64(ValuePlan plan, ulong value, int start)
    {
        switch (plan.Kind)
        {
            case ProtoKind.Double:
                _ = plan.Shape.Kind == ShapeKind.Float32
                    ? _tape.AddFloat32((float)BitConverter.UInt64BitsToDouble(value))
                    : _tape.AddFloat64(BitConverter.UInt64BitsToDouble(value));
                return !_tape.Failed;
            case ProtoKind.Fixed64:
                return AddUnsigned(plan, value, start);
            default:
                return AddSigned(plan, (long)value, start);
        }
    }

    private bool AddFloat(ValuePlan plan, float value)
    {
        _ = plan.Shape.Kind == ShapeKind.Float64 ? _tape.AddFloat64(value) : _tape.AddFloat32(value);
        return !_tape.Failed;
    }

    private bool AddSigned(ValuePlan plan, long value, int start)
    {
        switch (plan.Shape.Kind)
        {
            case ShapeKind.Int32 when value == (int)value:
                _tape.AddInt32((int)value);
                return !_tape.Failed;
            case ShapeKind.Int64 or ShapeKind.Any:
                _tape.AddInt64(value);
                return !_tape.Failed;
            case ShapeKind.UInt64 when value >= 0:
                _tape.AddUInt64((ulong)value);
                return !_tape.Failed;
            case ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.UInt32:
                return TextScalar.AddInteger(value, plan.Shape, _tape, _offset + start).IsOk;
            default:
                return Fail(CodecError.TypeMismatch, $"out of the range of {plan.Shape}", start);
        }
    }

    private bool AddUnsigned(ValuePlan plan, ulong value, int start)
    {
        if (plan.Shape.Kind == ShapeKind.UInt64)
        {
            _tape.AddUInt64(value);
            return !_tape.Failed;
        }

        return value <= long.MaxValue ? AddSigned(plan, (long)value, start) : Fail(CodecError.TypeMismatch, $"out of the range of {plan.Shape}", start);
    }

    private bool TryText(ValuePlan plan, int end)
    {
        var start = _at;
        var text = _bytes[start..end];
        _at = end;
        if (!plan.IsNatural)
        {
            return (System.Text.Unicode.Utf8.IsValid(text) || NotUtf8(start)) && TextScalar.Read(text, plan.Shape, _tape, null, _offset + start).IsOk;
        }

        var added = _tape.AddText(ValueKind.String, text);
        if (added >= 0 && (_tape[added].Flags & ValueFlags.LoneSurrogate) != 0)
        {
            _tape.Fail(CodecStatus.Fail(CodecError.Malformed, NotUtf8Detail, _offset + start, _tape.PathOf(added)));
        }

        return !_tape.Failed;
    }

    private bool NotUtf8(int start) => Fail(CodecError.Malformed, NotUtf8Detail, start);

    /// <summary>
    /// A constant by its number. Where the enum is closed a number without constant is an unknown field of the message; where it is open it
    /// is a number of the enum's type.
    /// </summary>
    /// <param name="field">The field whose name is not given yet; null where there is none to give.</param>
    /// <param name="start">Where the field begins, tag included.</param>
    private bool TryEnum(ValuePlan plan, FieldPlan? field, int start, int end, int self, bool isElement = false)
    {
        if (!TryVarint(end, out var value))
        {
            return false;
        }

        var number = (int)value;
        if (self >= 0 && plan.Shape.Enum is { Proto.IsClosed: true } closed && closed.FindNumber(number) < 0)
        {
            return _tape.AddUnknown(self, _bytes[start.._at]);
        }

        if (field is not null && !isElement)
        {
            NameNext(field);
        }

        return AddEnum(plan, number);
    }

    private bool AddEnum(ValuePlan plan, int number)
    {
        var ordinal = plan.Shape.Enum?.FindNumber(number) ?? -1;
        _ = ordinal >= 0
            ? _tape.AddText(ValueKind.Enum, plan.Shape.Enum!.Utf8Of(ordinal), plan.Shape.TapeType) // An ordinal was found in it.
            : _tape.AddInt32(number, plan.Shape.TapeType);
        return !_tape.Failed;
    }

    private bool TryPacked(FieldPlan field, int end, int self)
    {
        if (!TryLimit(end, out var limit))
        {
            return false;
        }

        var plan = field.Value;
        var size = plan.Wire switch
        {
            WireType.Fixed32 => 4,
            WireType.Fixed64 => 8,
            _ => 1,
        };
        if ((limit - _at) % size != 0)
        {
            return Fail(CodecError.Malformed, $"packed values of {size} bytes in {limit - _at} bytes", _at);
        }

        while (_at < limit && !_tape.Failed)
        {
            var start = _at;
            if (plan.Kind != ProtoKind.Enum ? !TryNumber(plan, limit) : !TryPackedEnum(field, start, limit, self))
            {
                return false;
            }
        }

        return !_tape.Failed;
    }

    private bool TryPackedEnum(FieldPlan field, int start, int limit, int self)
    {
        if (!TryVarint(limit, out var value))
        {
            return false;
        }

        if (self < 0 || field.Value.Shape.Enum is not { Proto.IsClosed: true } closed || closed.FindNumber((int)value) >= 0)
        {
            return AddEnum(field.Value, (int)value);
        }

        // Kept as a field of its own.
        Span<byte> tag = stackalloc byte[5];
        var length = 0;
        for (var rest = field.Tag; ; rest >>= 7)
        {
            tag[length++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
            {
                break;
            }
        }

        return _tape.AddUnknown(self, tag[..length]) && _tape.AddUnknown(self, _bytes[start.._at]);
    }

    /// <summary>One entry of a map: a message of a key, 1, and a value, 2, of which each may be missing or come again.</summary>
    private bool TryEntry(FieldPlan field, int end)
    {
        if (!TryLimit(end, out var limit) || field.Key is not { } key)
        {
            return false;
        }

        var begin = _at;
        var keyAt = -1;
        var valueAt = -1;
        var values = 0;
        while (_at < limit)
        {
            var start = _at;
            if (!TryTag(limit, out var tag))
            {
                return false;
            }

            if (tag >> 3 is 1 or 2)
            {
                var isKey = tag >> 3 == 1;
                if ((tag & 7) != (uint)(isKey ? key : field.Value).Wire)
                {
                    return Fail(CodecError.TypeMismatch, $"a map's {(isKey ? "key" : "value")} with wire type {tag & 7}", start);
                }

                _ = isKey ? keyAt = _at : valueAt = _at;
                values += isKey ? 0 : 1;
            }

            if (!TrySkip(tag, limit))
            {
                return false;
            }
        }

        _at = keyAt;
        if (keyAt < 0 ? !AddDefault(key, null) : !TryValue(key, limit, 1))
        {
            return false;
        }

        if (values > 1 && field.Value is { IsMessage: true, Wire: WireType.Length })
        {
            _at = begin;
            return TryMergedValue(field.Value, limit);
        }

        _at = valueAt;
        if (valueAt < 0 ? !AddDefault(field.Value, null) : !TryValue(field.Value, limit, 2))
        {
            return false;
        }

        _at = limit;
        return !_tape.Failed;
    }

    /// <summary>The value of a field that was not sent.</summary>
    /// <param name="text">proto2's own default; null for the type's.</param>
    private bool AddDefault(ValuePlan plan, byte[]? text)
    {
        switch (plan.Kind)
        {
            case ProtoKind.Bool:
                _tape.AddBool(text.AsSpan().SequenceEqual("true"u8));
                return !_tape.Failed;
            case ProtoKind.Bytes:
                return ProtoDefaults.TryAddBytes(text, _tape);
            case ProtoKind.String:
                return plan.IsNatural ? _tape.AddString(text.AsSpan()) >= 0 : AddForeignDefault(plan, text);
            case ProtoKind.Enum when text is not null:
                return _tape.AddText(ValueKind.Enum, text, plan.Shape.TapeType) >= 0;
            case ProtoKind.Enum:
                // The first constant is the default, which in an open enum has the number 0.
                return AddEnum(plan, plan.Shape.Enum is { Constants.Length: > 0 } known ? known.NumberOf(0) : 0);
            case ProtoKind.Float or ProtoKind.Double:
                var number = ProtoDefaults.Number(text);
                _ = plan.Shape.Kind == ShapeKind.Float32 ? _tape.AddFloat32((float)number) : _tape.AddFloat64(number);
                return !_tape.Failed;
        }

        if (!plan.IsMessage)
        {
            return text is not null && System.Buffers.Text.Utf8Parser.TryParse(text, out ulong unsigned, out var used) && used == text.Length
                ? AddUnsigned(plan, unsigned, _at)
                : plan.Kind == ProtoKind.NullValue ? _tape.AddNull() >= 0 : AddSigned(plan, ProtoDefaults.Integer(text), _at);
        }

        // An empty message: of no bytes, wherever the reader stands.
        var at = _at;
        _at = 0;
        var read = TryBody(plan, 0);
        _at = at;
        return read;
    }

    // Types that are text in protobuf only need not have a value whose text is empty.
    private bool AddForeignDefault(ValuePlan plan, byte[]? text)
    {
        if (text is null && plan.Shape.Nullable)
        {
            _tape.AddNull();
            return !_tape.Failed;
        }

        return plan.Shape.Kind == ShapeKind.Char && text is null
            ? _tape.AddString("\0"u8) >= 0
            : TextScalar.Read(text, plan.Shape, _tape, null, _offset + _at).IsOk;
    }
}
