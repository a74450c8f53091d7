using System.Buffers.Text;
using BridgeMesh.Codecs.Protobuf.Plans;
using BridgeMesh.Codecs.Protobuf.Reading;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Writing;

/// <content>Messages that are one neutral value on a tape.</content>
internal ref partial struct ProtoWriter
{
    // Fields of google.protobuf.Value. Source: google/protobuf/struct.proto.
    private const int NullMember = 0;
    private const int NumberMember = 1;
    private const int TextMember = 2;
    private const int BoolMember = 3;
    private const int StructMember = 4;
    private const int ListMember = 5;

    private bool TryTimestamp(ValuePlan plan, int index)
    {
        long ms;
        int nanos;
        ref readonly var token = ref _tape[index];
        if (token.Kind == ValueKind.Instant)
        {
            (ms, nanos) = (token.EpochMs, token.NanosOfMs);
        }
        else if (token.Kind is not (ValueKind.Text or ValueKind.String) || !IsoInstant.TryParse(_tape.Utf8(index), out ms, out nanos))
        {
            return Mismatch(index, plan.Shape);
        }

        var seconds = Math.DivRem(ms, 1_000, out var rest);
        if (rest < 0)
        {
            (seconds, rest) = (seconds - 1, rest + 1_000);
        }

        if (seconds is < ProtoReader.MinTimestampSeconds or > ProtoReader.MaxTimestampSeconds)
        {
            return Fail(CodecError.Unrepresentable, "a Timestamp has the years 1 to 9999", index);
        }

        SecondsAndNanos(seconds, ((int)rest * 1_000_000) + nanos);
        return true;
    }

    private bool TryDuration(ValuePlan plan, int index)
    {
        if (_tape[index].Kind is not (ValueKind.Text or ValueKind.String)
            || !IsoDuration.TryParse(_tape.Utf8(index), out var seconds, out var nanos))
        {
            return Mismatch(index, plan.Shape);
        }

        SecondsAndNanos(seconds, nanos);
        return true;
    }

    private void SecondsAndNanos(long seconds, int nanos)
    {
        OwnVarint(1, seconds);
        OwnVarint(2, nanos);
    }

    private bool TryDate(ValuePlan plan, int index)
    {
        if (_tape[index].Kind is not (ValueKind.Text or ValueKind.String)
            || !PartialDate.TryParse(_tape.Utf8(index), out var year, out var month, out var day))
        {
            return Mismatch(index, plan.Shape);
        }

        OwnVarint(1, year);
        OwnVarint(2, month);
        OwnVarint(3, day);
        return true;
    }

    private bool TryDecimal(ValuePlan plan, int index)
    {
        ref readonly var token = ref _tape[index];
        Span<byte> text = stackalloc byte[20];
        switch (token.Kind)
        {
            case ValueKind.Decimal or ValueKind.BigInteger or ValueKind.String:
                Byte((1 << 3) | (int)WireType.Length);
                Length(_tape.Utf8(index));
                return true;
            case ValueKind.Int32 or ValueKind.Int64:
                Utf8Formatter.TryFormat(token.AsInt64, text, out var length);
                Byte((1 << 3) | (int)WireType.Length);
                Length(text[..length]);
                return true;
            default:
                return Mismatch(index, plan.Shape);
        }
    }

    private bool TryAny(ValuePlan plan, int index)
    {
        if (_tape[index].Kind != ValueKind.Object)
        {
            return Mismatch(index, plan.Shape);
        }

        var url = _tape.FindField(index, AnyForm.TypeUrl);
        var value = _tape.FindField(index, AnyForm.Value);
        if (url < 0)
        {
            return value < 0 || Fail(CodecError.TypeMismatch, "an Any without the URL of its type", index);
        }

        if (_tape[url].Kind != ValueKind.String)
        {
            return Mismatch(url, plan.Shape);
        }

        if (!_tape.Utf8(url).IsEmpty)
        {
            Byte((1 << 3) | (int)WireType.Length);
            Length(_tape.Utf8(url));
        }

        if (value < 0)
        {
            return true;
        }

        if (AnyForm.TypeOf(plan.Shape, _tape.Utf8(url)) is not { } type)
        {
            if (_tape[value].Kind != ValueKind.Bytes)
            {
                return Fail(CodecError.Unrepresentable, "the contract has no message of the Any's type", value);
            }

            if (!_tape.Utf8(value).IsEmpty)
            {
                Byte((2 << 3) | (int)WireType.Length);
                Length(_tape.Utf8(value));
            }

            return true;
        }

        var before = _at;
        Byte((2 << 3) | (int)WireType.Length);
        var place = BeginLength();
        if (!TryBody(MessagePlan.RootOf(type), value))
        {
            return false;
        }

        if (_at == place + 1)
        {
            _at = before;
            return true;
        }

        EndLength(place);
        return true;
    }

    /// <summary>Whatever a value says of itself, as a google.protobuf.Value, in which all numbers are doubles.</summary>
    private bool TryAnyValue(MessagePlan plan, int index)
    {
        ref readonly var token = ref _tape[index];
        var member = token.Kind switch
        {
            ValueKind.Absent => -1,
            ValueKind.Null => NullMember,
            ValueKind.Bool => BoolMember,
            ValueKind.Int32 or ValueKind.Int64 or ValueKind.UInt64 or ValueKind.Float32 or ValueKind.Float64 => NumberMember,
            ValueKind.List or ValueKind.Array => ListMember,
            ValueKind.Map or ValueKind.Object => StructMember,
            _ => TextMember,
        };
        if (member < 0)
        {
            return true;
        }

        var field = plan.Fields[member];
        Varint(field.Tag);
        return member == TextMember && token.Kind is ValueKind.Instant or ValueKind.Bytes
            ? TryKey(new ValuePlan(NeutralShapes.Text, ProtoKind.String), index)
            : TryValue(field.Value, index, field.Number);
    }

    /// <summary>An object under the names of its fields.</summary>
    private bool TryObjectAsMap(FieldPlan field, int index)
    {
        if (field.Key?.Kind != ProtoKind.String)
        {
            return Mismatch(index, field.Shape);
        }

        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            if (_tape[i].Name is not { } name || _tape[i].Kind == ValueKind.Absent)
            {
                continue;
            }

            Varint(field.Tag);
            var length = BeginLength();
            Byte((1 << 3) | (int)WireType.Length);
            Length(name.Utf8);
            Byte((byte)((2 << 3) | (int)field.Value.Wire));
            if (!TryElement(field.Value, i, 2))
            {
                return false;
            }

            EndLength(length);
        }

        return true;
    }

    private void OwnVarint(int number, long value)
    {
        if (value != 0)
        {
            Byte((byte)(number << 3));
            Varint((ulong)value);
        }
    }
}
