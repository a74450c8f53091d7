using System.Buffers;
using BridgeMesh.Codecs.Protobuf.Plans;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Writing;

/// <summary>
/// Writes a value of a tape as a message. A length comes before what it measures: one byte is left for it, and where the message turns out
/// longer than 127 bytes it is moved up. The messages inside an ordinary one are short and nothing is moved; to walk the tape ahead for all
/// lengths would cost every one of them. Allocates nothing.
/// </summary>
/// <remarks>Partial by what is written: the parts share buffer and state and together pass 400 lines.</remarks>
internal ref partial struct ProtoWriter
{
    private const int StackFields = 64;
    private const int FirstBytes = 2_048;
    private const int MessagesPerContainer = 3;

    private readonly ValueTape _tape;
    private readonly ValuePolicy _policy;
    private byte[] _buffer;
    private int _at;
    private int _depth;
    private int _expanding;
    private int _expanded;
    private CodecStatus _status;

    private ProtoWriter(ValueTape tape, ValuePolicy policy)
    {
        _tape = tape;
        _policy = policy;
        _buffer = ArrayPool<byte>.Shared.Rent(FirstBytes);
    }

    public static CodecStatus Write(ValueTape from, int index, ValuePlan root, ValuePolicy policy, IBufferWriter<byte> output)
    {
        var writer = new ProtoWriter(from, policy);
        if (from[index].Kind is ValueKind.Null or ValueKind.Absent && root.Declared != ProtoKind.Value)
        {
            writer.Fail(CodecError.Unrepresentable, "null has no form as a message", index);
        }
        else
        {
            writer.TryBody(root, index);
        }

        return writer.Finish(output);
    }

    /// <summary>All roots as the fields of one message.</summary>
    public static CodecStatus WriteRoots(ValueTape from, ValuePlan root, ValuePolicy policy, IBufferWriter<byte> output)
    {
        var writer = new ProtoWriter(from, policy);
        writer.TryRoots(root.Message);
        return writer.Finish(output);
    }

    private CodecStatus Finish(IBufferWriter<byte> output)
    {
        if (_status.IsOk)
        {
            output.Write(_buffer.AsSpan(0, _at));
        }

        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        return _status;
    }

    private bool TryRoots(MessagePlan plan)
    {
        // Fields go by their numbers, roots by the fields' order.
        var places = ArrayPool<int>.Shared.Rent(Math.Max(1, plan.Fields.Length));
        var count = 0;
        for (var i = 0; i < _tape.Count && count < plan.Fields.Length; i = _tape.Next(i))
        {
            places[count++] = i;
        }

        var written = true;
        foreach (var field in plan.InOrder)
        {
            written = written && (field.Ordinal >= count || TryField(field, places[field.Ordinal]));
        }

        ArrayPool<int>.Shared.Return(places);
        return written;
    }

    /// <summary>The fields of an object.</summary>
    private bool TryMessage(MessagePlan plan, TypeShape shape, int index)
    {
        if (_tape[index].Kind != ValueKind.Object)
        {
            return Mismatch(index, shape);
        }

        if (plan.Fields.Length <= StackFields)
        {
            Span<int> places = stackalloc int[StackFields];
            return TryMessage(plan, shape, index, places[..plan.Fields.Length]);
        }

        var rented = ArrayPool<int>.Shared.Rent(plan.Fields.Length);
        var written = TryMessage(plan, shape, index, rented.AsSpan(0, plan.Fields.Length));
        ArrayPool<int>.Shared.Return(rented);
        return written;
    }

    private bool TryMessage(MessagePlan plan, TypeShape shape, int index, scoped Span<int> places)
    {
        if (!TryLocate(plan, shape, index, places))
        {
            return false;
        }

        foreach (var field in plan.InOrder)
        {
            var place = places[field.Ordinal];
            if (place >= 0 ? !TryField(field, place) : field.IsRequired && !Missing(field, index))
            {
                return false;
            }
        }

        for (var place = _tape.FirstUnknown(index); place >= 0; place = _tape.NextUnknown(place))
        {
            Raw(_tape.Unknown(place));
        }

        return true;
    }

    /// <summary>Finds each field's child; the last wins where a class repeats a name.</summary>
    private bool TryLocate(MessagePlan plan, TypeShape shape, int index, scoped Span<int> places)
    {
        places.Fill(-1);
        var fields = plan.Fields;
        var expected = 0;
        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            var name = _tape[i].Name;
            var ordinal = (uint)expected < (uint)fields.Length && ReferenceEquals(fields[expected].Name, name) ? expected
                : name is null ? -1
                : plan.Message?.Find(name.Utf8) ?? -1;
            if (ordinal >= 0)
            {
                places[ordinal] = i;
                expected = ordinal + 1;
            }
            else if (_tape[i].Kind is not (ValueKind.Null or ValueKind.Absent) && !MayDrop(shape, index))
            {
                return Fail(CodecError.Unrepresentable, $"the message {shape} has no such field", i);
            }
        }

        return true;
    }

    // What a newer service adds to a class goes as unknown members go; what a declared subclass adds is data that the contract knows.
    private readonly bool MayDrop(TypeShape shape, int index) => !_policy.RejectUnknown
        && (_tape[index].Type is not { } own || own == shape.TapeType || shape.Narrow(own.Utf8) is null);

    private bool Missing(FieldPlan field, int index) =>
        Fail(CodecError.TypeMismatch, $"the required field {field.Name?.Text} is missing", index);

    private bool TryField(FieldPlan field, int index)
    {
        ref readonly var token = ref _tape[index];
        switch (token.Kind)
        {
            case ValueKind.Reference:
                return TryReference(index, out var target) && TryField(field, target) && EndReference();
            case ValueKind.Null or ValueKind.Absent
                when field.Form != FieldForm.Single || field.Value.Declared is not (ProtoKind.Value or ProtoKind.NullValue):
                return !field.IsRequired || Missing(field, index);
        }

        if (field.Form == FieldForm.Single)
        {
            if (IsLeftOut(field, index))
            {
                return true;
            }

            Varint(field.Tag);
            return TryValue(field.Value, index, field.Number);
        }

        return field.Form == FieldForm.List ? TryList(field, index) : TryMap(field, index);
    }

    /// <summary>Whether the field need not be sent for the value to be understood.</summary>
    private readonly bool IsLeftOut(FieldPlan field, int index)
    {
        ref readonly var token = ref _tape[index];
        if ((token.Flags & ValueFlags.Implied) != 0 && !field.IsRequired)
        {
            return true;
        }

        if (token.Kind is ValueKind.Null or ValueKind.Absent)
        {
            // A Value: null is one of its values, and absent one in which nothing is set. A NullValue: null is its default.
            return field.Value.Declared == ProtoKind.NullValue && !field.HasPresence;
        }

        return !field.HasPresence && token.Kind switch
        {
            ValueKind.String or ValueKind.Bytes => _tape.Utf8(index).IsEmpty,
            ValueKind.Enum => field.Value.Shape.Enum is { } known
                && known.Find(_tape.Utf8(index)) is >= 0 and var ordinal && known.NumberOf(ordinal) == 0,
            ValueKind.Bool or ValueKind.Int32 or ValueKind.Int64 or ValueKind.UInt64
                or ValueKind.Float32 or ValueKind.Float64 => token.AsInt64 == 0,
            _ => false,
        };
    }

    private bool TryList(FieldPlan field, int index)
    {
        if (_tape[index].Kind is not (ValueKind.List or ValueKind.Array))
        {
            return Mismatch(index, field.Shape);
        }

        var end = _tape.Next(index);
        if (end == index + 1)
        {
            return true;
        }

        var length = 0;
        if (field.IsPacked)
        {
            Varint(field.PackedTag);
            length = BeginLength();
        }

        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            if (!field.IsPacked)
            {
                Varint(field.Tag);
            }

            if (!TryElement(field.Value, i, field.Number))
            {
                return false;
            }
        }

        if (field.IsPacked)
        {
            EndLength(length);
        }

        return true;
    }

    private bool TryMap(FieldPlan field, int index)
    {
        if (_tape[index].Kind != ValueKind.Map || field.Key is not { } keyPlan)
        {
            return Mismatch(index, field.Shape);
        }

        var end = _tape.Next(index);
        for (int key = index + 1, value; key < end; key = _tape.Next(value))
        {
            value = _tape.Next(key);
            Varint(field.Tag);
            var length = BeginLength();
            Byte((byte)((1 << 3) | (int)keyPlan.Wire));
            if (!TryKey(keyPlan, _tape.Resolve(key)))
            {
                return false;
            }

            Byte((byte)((2 << 3) | (int)field.Value.Wire));
            if (!TryElement(field.Value, value, 2))
            {
                return false;
            }

            EndLength(length);
        }

        return true;
    }

    /// <summary>A value that cannot be left out.</summary>
    private bool TryElement(ValuePlan plan, int index, int number) => _tape[index].Kind switch
    {
        ValueKind.Reference => TryReference(index, out var target) && TryElement(plan, target, number) && EndReference(),
        ValueKind.Null or ValueKind.Absent when plan.Declared is not (ProtoKind.Value or ProtoKind.NullValue) =>
            Fail(CodecError.Unrepresentable, "protobuf has no null in a list or map", index),
        _ => TryValue(plan, index, number),
    };

    /// <summary>Shared values are written again. References point backwards, so that every cycle has one to a container around it.</summary>
    private bool TryReference(int index, out int target)
    {
        target = _tape.Resolve(index);
        if (target < index && index < _tape.Next(target))
        {
            return Fail(CodecError.Unrepresentable, "a value that contains itself has no form in protobuf", index);
        }

        if (_policy.Cycles == CycleForm.Reject)
        {
            return Fail(CodecError.Unrepresentable, "the contract refuses shared values", index);
        }

        _expanding++;
        var size = _tape.Next(target) - target;
        if (size > _tape.Budget.MaxExpandedTokens - _expanded || _depth + _expanding > _tape.Budget.MaxDepth * MessagesPerContainer)
        {
            return Fail(CodecError.OverBudget, $"shared values make more than {_tape.Budget.MaxExpandedTokens} values", index);
        }

        _expanded += size;
        return true;
    }

    private bool EndReference()
    {
        _expanding--;
        return true;
    }

    private bool Mismatch(int index, TypeShape shape) =>
        Fail(CodecError.TypeMismatch, $"expected {shape}, found {_tape[index].Kind switch { ValueKind.Object => "an object", var kind => kind.ToString() }}", index);

    private bool Fail(CodecError error, string detail, int index)
    {
        if (_status.IsOk)
        {
            _status = CodecStatus.Fail(error, detail, -1, _tape.PathOf(index));
        }

        return false;
    }
}
