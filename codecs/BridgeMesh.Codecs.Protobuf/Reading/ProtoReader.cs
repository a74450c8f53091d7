using BridgeMesh.Codecs.Protobuf.Plans;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Reading;

/// <summary>
/// Reads a message onto a tape. A tape wants the elements of a list side by side and each field once, while protobuf lets elements lie
/// apart, singular fields come again and messages be merged. Nearly no writer does so: a payload is read in one go, and the first field
/// found out of place sends it the careful way: see <see cref="TryCarefully"/>. Allocates nothing but what the
/// tape grows by.
/// </summary>
/// <remarks>Partial by what is read: the parts share place and state and together pass 400 lines.</remarks>
/// <param name="bytes">The payload in one piece.</param>
/// <param name="offset">Byte offset of its first byte, for faults.</param>
internal ref partial struct ProtoReader(ReadOnlySpan<byte> bytes, long offset, ValueTape into)
{
    /// <summary>Fields of a message that are told apart without renting: 256.</summary>
    private const int StackWords = 4;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly long _offset = offset;
    private readonly ValueTape _tape = into;
    private int _at;
    private bool _repeats;

    /// <summary>Where the group that was skipped last ends: before its end tag.</summary>
    private int _groupEnd;

    /// <summary>Whether messages are looked through before they are read. A payload begins without it and is begun again at most once.</summary>
    private bool _careful;

    /// <summary>Reads the whole payload as the message of a root value.</summary>
    public bool TryRoot(ValuePlan plan)
    {
        var mark = _tape.Mark();
        if (TryBody(plan, _bytes.Length))
        {
            return !_tape.Failed;
        }

        if (!_repeats)
        {
            return false;
        }

        // From the root on, as to begin again where it was found could be made to happen at every level.
        _repeats = false;
        _careful = true;
        _tape.RollBack(mark);
        _at = 0;
        return TryBody(plan, _bytes.Length) && !_tape.Failed;
    }

    /// <summary>The fields of a message up to <paramref name="end"/>, or up to the end of its group.</summary>
    /// <param name="group">The group's field number; 0 for a message of known length.</param>
    private bool TryMessage(MessagePlan plan, TypeShape shape, int end, int group)
    {
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return Fail(CodecError.OverBudget, "messages nested deeper than the stack goes", _at);
        }

        if (plan.IsBox)
        {
            return _careful ? TryCarefully(plan, end, group, self: -1) : TryFields(plan, end, group, self: -1);
        }

        var self = _tape.BeginObject(shape.TapeType);
        return self >= 0
            && (_careful ? TryCarefully(plan, end, group, self) : TryFields(plan, end, group, self))
            && EndContainer();
    }

    private bool TryFields(MessagePlan plan, int end, int group, int self)
    {
        if (plan.SlotCount <= StackWords * 64)
        {
            Span<ulong> seen = stackalloc ulong[StackWords];
            return TryFields(plan, end, group, self, seen);
        }

        var rented = System.Buffers.ArrayPool<ulong>.Shared.Rent((plan.SlotCount + 63) / 64);
        rented.AsSpan().Clear();
        var read = TryFields(plan, end, group, self, rented);
        System.Buffers.ArrayPool<ulong>.Shared.Return(rented);
        return read;
    }

    private bool TryFields(MessagePlan plan, int end, int group, int self, scoped Span<ulong> seen)
    {
        var fields = plan.Fields;
        var expected = 0;
        while (_at < end)
        {
            var start = _at;
            if (!TryTag(end, out var tag))
            {
                return false;
            }

            // Writers mostly keep the declared order.
            var field = (uint)expected < (uint)fields.Length && fields[expected].Tag == tag ? fields[expected] : plan.Find((int)(tag >> 3));
            if ((tag & 7) == (uint)WireType.EndGroup)
            {
                return tag >> 3 == group
                    ? TryFinish(plan, seen)
                    : Fail(CodecError.Malformed, $"the end of a group {tag >> 3} that did not begin", start);
            }

            if (field is null)
            {
                if (!TrySkip(tag, end) || (self >= 0 && !_tape.AddUnknown(self, _bytes[start.._at])))
                {
                    return false;
                }

                continue;
            }

            expected = field.Ordinal + 1;
            ref var word = ref seen[field.Slot >> 6];
            var bit = 1UL << (field.Slot & 63);
            if ((word & bit) != 0)
            {
                _repeats = true;
                return false;
            }

            word |= bit;
            if (!TryField(field, tag, start, end, self))
            {
                return false;
            }
        }

        return group == 0 ? TryFinish(plan, seen) : Fail(CodecError.Truncated, $"the message ends inside the group {group}", _at);
    }

    private bool TryField(FieldPlan field, uint tag, int start, int end, int self)
    {
        switch (field.Form)
        {
            case FieldForm.Single:
                if (tag != field.Tag)
                {
                    return WrongWire(field, tag, start);
                }

                if (field.Value.Kind == ProtoKind.Enum)
                {
                    return TryEnum(field.Value, field, start, end, self);
                }

                NameNext(field);
                return TryValue(field.Value, end, field.Number);
            case FieldForm.List:
                NameNext(field);
                return BeginList(field.Shape) && TryElements(field, tag, start, end, self) && EndContainer();
            default:
                NameNext(field);
                return _tape.BeginMap(field.Shape.TapeType) >= 0 && TryEntries(field, tag, start, end) && EndContainer();
        }
    }

    /// <summary>Elements that follow each other, one by one or packed, in any mixture.</summary>
    private bool TryElements(FieldPlan field, uint tag, int start, int end, int self)
    {
        do
        {
            if (!TryElement(field, tag, start, end, self))
            {
                return false;
            }

            start = _at;
        }
        while (TrySame(field, end, ref tag));
        return !_tape.Failed;
    }

    private bool TryElement(FieldPlan field, uint tag, int start, int end, int self)
    {
        if (tag == field.Tag)
        {
            return field.Value.Kind == ProtoKind.Enum
                ? TryEnum(field.Value, field, start, end, self, isElement: true)
                : TryValue(field.Value, end, field.Number);
        }

        return tag == field.PackedTag && field.Value.IsPackable ? TryPacked(field, end, self) : WrongWire(field, tag, start);
    }

    private bool TryEntries(FieldPlan field, uint tag, int start, int end)
    {
        do
        {
            if (tag != field.Tag)
            {
                return WrongWire(field, tag, start);
            }

            if (!TryEntry(field, end))
            {
                return false;
            }

            start = _at;
        }
        while (TrySame(field, end, ref tag));
        return !_tape.Failed;
    }

    /// <summary>Takes the next tag if it is of the same field.</summary>
    private bool TrySame(FieldPlan field, int end, ref uint tag)
    {
        var before = _at;
        if (_at >= end || _tape.Failed)
        {
            return false;
        }

        if (_bytes[_at] < 0x80)
        {
            // One byte tells nearly always.
            uint next = _bytes[_at];
            if (next >> 3 != field.Number || (next & 7) == (uint)WireType.EndGroup)
            {
                return false;
            }

            _at++;
            tag = next;
            return true;
        }

        if (!TryTag(end, out var following))
        {
            return false;
        }

        if (following >> 3 == field.Number && (following & 7) != (uint)WireType.EndGroup)
        {
            tag = following;
            return true;
        }

        _at = before;
        return false;
    }

    /// <summary>Adds what a message without some fields still means, and refuses one without a required field.</summary>
    private bool TryFinish(MessagePlan plan, scoped ReadOnlySpan<ulong> seen)
    {
        foreach (var field in plan.Finishing)
        {
            if ((seen[field.Slot >> 6] & (1UL << (field.Slot & 63))) == 0 && !TryMissing(plan, field))
            {
                return false;
            }
        }

        // A Value in which nothing is set.
        if (plan.IsBox && plan.Fields.Length > 1 && seen[0] == 0)
        {
            _tape.AddAbsent();
        }

        return !_tape.Failed;
    }

    private bool TryMissing(MessagePlan plan, FieldPlan field)
    {
        if (field.IsRequired)
        {
            NameNext(field);
            return Fail(CodecError.TypeMismatch, "the required field is missing", _at);
        }

        NameNext(field);
        switch (field.Form)
        {
            case FieldForm.List:
                return BeginList(field.Shape) && EndContainer();
            case FieldForm.Map:
                return _tape.BeginMap(field.Shape.TapeType) >= 0 && EndContainer();
            default:
                var added = AddDefault(field.Value, field.Default);
                if (added && !plan.IsBox)
                {
                    _tape.SetImplied(_tape.Count - 1);
                }

                return added;
        }
    }

    private bool BeginList(TypeShape shape) => shape.Kind == ShapeKind.Array
        ? _tape.BeginArray(shape.TapeType) >= 0
        : _tape.BeginList(shape.TapeType, shape.Kind == ShapeKind.Set) >= 0;

    private bool EndContainer()
    {
        _tape.End();
        return !_tape.Failed;
    }

    private void NameNext(FieldPlan field)
    {
        if (field.Name is { } name)
        {
            _tape.Name(name);
        }
    }

    private bool WrongWire(FieldPlan field, uint tag, int start)
    {
        if (field.Form == FieldForm.Single)
        {
            NameNext(field);
        }

        return Fail(
            CodecError.TypeMismatch,
            $"field {field.Number} comes with wire type {tag & 7}, but {field.Shape} has {(uint)(field.Form == FieldForm.Map ? WireType.Length : field.Value.Wire)}",
            start);
    }

    private bool Fail(CodecError error, string detail, int at)
    {
        _tape.Fail(error, detail, _offset + at);
        return false;
    }
}
