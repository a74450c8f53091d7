using System.Runtime.CompilerServices;
using BridgeMesh.Codecs.Protobuf.Plans;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Writing;

/// <content>Single values. A tape's number is written in any encoding that holds it exactly.</content>
internal ref partial struct ProtoWriter
{
    /// <summary>Writes a value behind its tag.</summary>
    private bool TryValue(ValuePlan plan, int index, int number)
    {
        switch (plan.Kind)
        {
            case ProtoKind.String:
                return TryText(plan, index);
            case ProtoKind.Bytes:
                if (_tape[index].Kind != ValueKind.Bytes)
                {
                    return Mismatch(index, plan.Shape);
                }

                Length(_tape.Utf8(index));
                return true;
            case ProtoKind.Group:
                if (!TryBody(plan, index))
                {
                    return false;
                }

                Varint((uint)(number << 3) | (uint)WireType.EndGroup);
                return true;
        }

        if (!plan.IsMessage)
        {
            return TryNumber(plan, index);
        }

        var length = BeginLength();
        if (!TryBody(plan, index))
        {
            return false;
        }

        EndLength(length);
        return true;
    }

    /// <summary>What is inside the length of a message.</summary>
    private bool TryBody(ValuePlan plan, int index)
    {
        // A Struct in a Value in a list entry are three messages and one container.
        if (_depth >= _tape.Budget.MaxDepth * MessagesPerContainer || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return Fail(CodecError.OverBudget, $"nested more than {_tape.Budget.MaxDepth} deep", index);
        }

        if (_tape[index].Kind == ValueKind.Reference)
        {
            return TryReference(index, out var target) && TryBody(plan, target) && EndReference();
        }

        _depth++;
        var written = plan.Kind switch
        {
            ProtoKind.Timestamp => TryTimestamp(plan, index),
            ProtoKind.Duration => TryDuration(plan, index),
            ProtoKind.Date => TryDate(plan, index),
            ProtoKind.Decimal => TryDecimal(plan, index),
            ProtoKind.Any => TryAny(plan, index),
            ProtoKind.Box when plan.Declared == ProtoKind.Value => TryAnyValue(plan.Message, index),
            ProtoKind.Box => TryBox(plan.Message, index),
            _ => TryMessage(plan.Message, plan.Shape, index),
        };
        _depth--;
        return written;
    }

    private bool TryBox(MessagePlan plan, int index)
    {
        var field = plan.Fields[0];

        // A map that was an untyped object to its sender stays one where any map will do.
        return field.Form == FieldForm.Map && _tape[index].Kind == ValueKind.Object ? TryObjectAsMap(field, index) : TryField(field, index);
    }

    private bool TryNumber(ValuePlan plan, int index)
    {
        switch (plan.Kind)
        {
            case ProtoKind.Bool:
                if (_tape[index].Kind != ValueKind.Bool)
                {
                    return Mismatch(index, plan.Shape);
                }

                Varint(_tape[index].AsBool ? 1UL : 0);
                return true;
            case ProtoKind.Enum:
                return TryEnum(plan, index);
            case ProtoKind.NullValue:
                Varint(0);
                return _tape[index].Kind is ValueKind.Null or ValueKind.Absent || Mismatch(index, plan.Shape);
            case ProtoKind.Float:
                if (!TryFloat(index, plan, out var single))
                {
                    return false;
                }

                Fixed32(BitConverter.SingleToUInt32Bits(single));
                return true;
            case ProtoKind.Double:
                if (!TryDouble(index, plan, out var number))
                {
                    return false;
                }

                Fixed64(BitConverter.DoubleToUInt64Bits(number));
                return true;
            case ProtoKind.UInt64 or ProtoKind.Fixed64:
                return TryUnsigned(plan, index);
            default:
                return TrySigned(plan, index);
        }
    }

    private bool TrySigned(ValuePlan plan, int index)
    {
        ref readonly var token = ref _tape[index];
        long value;
        switch (token.Kind)
        {
            case ValueKind.Int32 or ValueKind.Int64:
                value = token.AsInt64;
                break;
            case ValueKind.UInt64 when token.AsInt64 >= 0:
                value = token.AsInt64;
                break;
            case ValueKind.BigInteger when NumberText.TryInt64(_tape.Utf8(index), out value):
                break;
            default:
                return Mismatch(index, plan.Shape);
        }

        switch (plan.Kind)
        {
            case ProtoKind.Int64:
                Varint((ulong)value);
                return true;
            case ProtoKind.SInt64:
                Varint((ulong)((value << 1) ^ (value >> 63)));
                return true;
            case ProtoKind.SFixed64:
                Fixed64((ulong)value);
                return true;
            case ProtoKind.UInt32 when value == (uint)value:
                Varint((ulong)value);
                return true;
            case ProtoKind.Fixed32 when value == (uint)value:
                Fixed32((uint)value);
                return true;
            case ProtoKind.Int32 when value == (int)value:
                Varint((ulong)value);
                return true;
            case ProtoKind.SInt32 when value == (int)value:
                Varint((uint)(((int)value << 1) ^ ((int)value >> 31)));
                return true;
            case ProtoKind.SFixed32 when value == (int)value:
                Fixed32((uint)value);
                return true;
            default:
                return Fail(CodecError.TypeMismatch, $"out of the range of {plan.Shape}", index);
        }
    }

    private bool TryUnsigned(ValuePlan plan, int index)
    {
        ref readonly var token = ref _tape[index];
        ulong value;
        switch (token.Kind)
        {
            case ValueKind.UInt64:
                value = token.AsUInt64;
                break;
            case ValueKind.Int32 or ValueKind.Int64 when token.AsInt64 >= 0:
                value = token.AsUInt64;
                break;
            case ValueKind.Int32 or ValueKind.Int64:
                return Fail(CodecError.TypeMismatch, "an unsigned number cannot be negative", index);
            case ValueKind.BigInteger when NumberText.TryUInt64(_tape.Utf8(index), out value):
                break;
            default:
                return Mismatch(index, plan.Shape);
        }

        if (plan.Kind == ProtoKind.UInt64)
        {
            Varint(value);
        }
        else
        {
            Fixed64(value);
        }

        return true;
    }

    private bool TryDouble(int index, ValuePlan plan, out double value)
    {
        ref readonly var token = ref _tape[index];
        switch (token.Kind)
        {
            case ValueKind.Float64:
                value = token.AsFloat64;
                return true;
            case ValueKind.Float32:
                value = token.AsFloat32;
                return true;
            case ValueKind.Int32 or ValueKind.Int64:
                value = token.AsInt64;
                return token.AsInt64 is >= -MaxExactInDouble and <= MaxExactInDouble || NotExact(index);
            case ValueKind.UInt64:
                value = token.AsUInt64;
                return token.AsUInt64 <= MaxExactInDouble || NotExact(index);
            case ValueKind.Decimal or ValueKind.BigInteger when NumberText.TryFloat64(_tape.Utf8(index), out value):
                return IsExact(_tape.Utf8(index), value) || NotExact(index);
            default:
                value = 0;
                return Mismatch(index, plan.Shape);
        }
    }

    // A double for a float is normal: Hessian writes floats so. It is rounded as Java's decoder does it, but must not become infinite.
    private bool TryFloat(int index, ValuePlan plan, out float value)
    {
        if (_tape[index].Kind == ValueKind.Float32)
        {
            value = _tape[index].AsFloat32;
            return true;
        }

        value = 0;
        if (!TryDouble(index, plan, out var number))
        {
            return false;
        }

        value = (float)number;
        return float.IsFinite(value) || !double.IsFinite(number) || Fail(CodecError.TypeMismatch, $"out of the range of {plan.Shape}", index);
    }

    private bool NotExact(int index) => Fail(CodecError.Unrepresentable, "a double would round the number", index);

    /// <summary>Integers beyond may share a double with their neighbours: 2^53.</summary>
    private const long MaxExactInDouble = 1L << 53;

    /// <summary>Decimal digits that a double always keeps. Source: C's DBL_DIG.</summary>
    private const int SafeDigits = 15;

    private static bool IsExact(ReadOnlySpan<byte> text, double value)
    {
        var digits = 0;
        foreach (var b in text)
        {
            digits += b is >= (byte)'0' and <= (byte)'9' ? 1 : 0;
        }

        Span<byte> shortest = stackalloc byte[NumberText.MaxFloatLength];
        return digits <= SafeDigits || shortest[..NumberText.Format(value, shortest)].SequenceEqual(text);
    }

    private bool TryText(ValuePlan plan, int index)
    {
        ref readonly var token = ref _tape[index];
        if (token.Kind is not (ValueKind.String or ValueKind.Text or ValueKind.Enum or ValueKind.Decimal or ValueKind.BigInteger))
        {
            return Mismatch(index, plan.Shape);
        }

        if ((token.Flags & ValueFlags.LoneSurrogate) != 0)
        {
            return Fail(CodecError.Unrepresentable, "the text holds half a surrogate pair, which UTF-8 does not have", index);
        }

        Length(_tape.Utf8(index));
        return true;
    }

    private bool TryEnum(ValuePlan plan, int index)
    {
        ref readonly var token = ref _tape[index];
        switch (token.Kind)
        {
            case ValueKind.Enum or ValueKind.String when plan.Shape.Enum is { } known:
                var ordinal = known.Find(_tape.Utf8(index));
                if (ordinal < 0)
                {
                    return Fail(CodecError.TypeMismatch, $"no constant of {plan.Shape}", index);
                }

                Varint((ulong)known.NumberOf(ordinal));
                return true;
            case ValueKind.Int32:
                Varint((ulong)token.AsInt32);
                return true;
            default:
                return Mismatch(index, plan.Shape);
        }
    }

    private bool TryKey(ValuePlan plan, int index)
    {
        if (plan.Kind != ProtoKind.String || _tape[index].Kind is ValueKind.String or ValueKind.Text or ValueKind.Enum)
        {
            return TryValue(plan, index, 1);
        }

        // Keys of other types are their text.
        using var text = new Wire.FrameWriter(64);
        var status = TextScalar.Write(_tape, index, plan.Shape, _policy, text);
        if (!status.IsOk)
        {
            return Fail(status.Error, status.Detail ?? "no text", index);
        }

        Length(text.Written);
        return true;
    }
}
