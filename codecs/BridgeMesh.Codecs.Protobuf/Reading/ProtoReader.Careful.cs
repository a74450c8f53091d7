using System.Buffers;
using BridgeMesh.Codecs.Protobuf.Plans;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Reading;

/// <content>Messages whose fields come again: looked through once, then read field by field with all occurrences of each.</content>
internal ref partial struct ProtoReader
{
    private const int FirstOccurrences = 32;

    /// <param name="Start">Where the field begins, tag included.</param>
    /// <param name="At">Where its value begins.</param>
    /// <param name="BodyEnd">Where the value ends; of a group, before its end tag.</param>
    /// <param name="Next">Place of the next occurrence in the same slot; -1 after the last.</param>
    private record struct Occurrence(int Ordinal, uint Tag, int Start, int At, int BodyEnd, int End, int Next);

    /// <summary>Occurrences by slot, chained in the order of the wire; what no contract knows is in the slot behind all others.</summary>
    private ref struct Chains(Span<int> heads, Span<int> tails)
    {
        public readonly Span<int> Heads = heads;
        public readonly Span<int> Tails = tails;
        public Occurrence[] All = ArrayPool<Occurrence>.Shared.Rent(FirstOccurrences);
        public int Count;
        public bool Apart;

        /// <summary>Behind the message.</summary>
        public int End;

        public void Add(Occurrence occurrence, int slot, bool isSingle)
        {
            if (Count == All.Length)
            {
                var grown = ArrayPool<Occurrence>.Shared.Rent(Count * 2);
                All.AsSpan().CopyTo(grown);
                ArrayPool<Occurrence>.Shared.Return(All);
                All = grown;
            }

            if (Heads[slot] < 0)
            {
                Heads[slot] = Count;
            }
            else
            {
                All[Tails[slot]].Next = Count;
                Apart |= isSingle || Tails[slot] != Count - 1;
            }

            Tails[slot] = Count;
            All[Count++] = occurrence;
        }
    }

    private bool TryCarefully(MessagePlan plan, int end, int group, int self)
    {
        var start = _at;
        var rented = ArrayPool<int>.Shared.Rent((plan.SlotCount + 1) * 2);
        rented.AsSpan(0, plan.SlotCount + 1).Fill(-1);
        var chains = new Chains(rented.AsSpan(0, plan.SlotCount + 1), rented.AsSpan(plan.SlotCount + 1, plan.SlotCount + 1));
        var read = TryIndex(plan, end, group, ref chains);
        if (read && !chains.Apart)
        {
            _at = start;
            read = TryFields(plan, end, group, self);
        }
        else if (read)
        {
            read = TryChains(plan, self, chains);
            _at = chains.End;
        }

        ArrayPool<Occurrence>.Shared.Return(chains.All);
        ArrayPool<int>.Shared.Return(rented);
        return read;
    }

    /// <summary>A message's fields as roots, one a field, in the order of the class: what was not sent is null, or the default of a primitive.</summary>
    public bool TryRoots(MessagePlan plan)
    {
        var rented = ArrayPool<int>.Shared.Rent((plan.SlotCount + 1) * 2);
        rented.AsSpan(0, plan.SlotCount + 1).Fill(-1);
        var chains = new Chains(rented.AsSpan(0, plan.SlotCount + 1), rented.AsSpan(plan.SlotCount + 1, plan.SlotCount + 1));
        var read = TryIndex(plan, _bytes.Length, 0, ref chains);
        foreach (var field in plan.Fields)
        {
            read = read && TryRootField(field, chains);
        }

        ArrayPool<Occurrence>.Shared.Return(chains.All);
        ArrayPool<int>.Shared.Return(rented);
        return read && !_tape.Failed;
    }

    /// <summary>A message of which no field is wanted; it must still be one.</summary>
    public bool TryNothing()
    {
        while (_at < _bytes.Length)
        {
            if (!TryTag(_bytes.Length, out var tag) || !TrySkip(tag, _bytes.Length))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryRootField(FieldPlan field, scoped in Chains chains)
    {
        if (chains.Heads[field.Slot] >= 0 && (!field.InOneof || chains.All[chains.Tails[field.Slot]].Ordinal == field.Ordinal))
        {
            return TryChain(field, chains, -1, isNamed: false);
        }

        switch (field.Form)
        {
            case FieldForm.List:
                return BeginList(field.Shape) && EndContainer();
            case FieldForm.Map:
                return _tape.BeginMap(field.Shape.TapeType) >= 0 && EndContainer();
            default:
                return field.IsImplied ? AddDefault(field.Value, field.Default) : TextScalar.ReadMissing(field.Shape, _tape).IsOk;
        }
    }

    private bool TryIndex(MessagePlan plan, int end, int group, scoped ref Chains chains)
    {
        while (_at < end)
        {
            var start = _at;
            if (!TryTag(end, out var tag))
            {
                return false;
            }

            if ((tag & 7) == (uint)WireType.EndGroup)
            {
                chains.End = _at;
                return tag >> 3 == group || Fail(CodecError.Malformed, $"the end of a group {tag >> 3} that did not begin", start);
            }

            var field = plan.Find((int)(tag >> 3));
            var at = _at;
            if (!TrySkip(tag, end))
            {
                return false;
            }

            var bodyEnd = (tag & 7) == (uint)WireType.StartGroup ? _groupEnd : _at;
            chains.Add(
                new Occurrence(field?.Ordinal ?? -1, tag, start, at, bodyEnd, _at, -1),
                field?.Slot ?? plan.SlotCount,
                field is { Form: FieldForm.Single });
        }

        chains.End = _at;
        return group == 0 || Fail(CodecError.Truncated, $"the message ends inside the group {group}", _at);
    }

    private bool TryChains(MessagePlan plan, int self, scoped in Chains chains)
    {
        for (var i = chains.Heads[plan.SlotCount]; i >= 0; i = chains.All[i].Next)
        {
            if (self >= 0 && !_tape.AddUnknown(self, _bytes[chains.All[i].Start..chains.All[i].End]))
            {
                return false;
            }
        }

        foreach (var field in plan.Fields)
        {
            // Of a oneof the last one that was set.
            var isSet = chains.Heads[field.Slot] >= 0 && chains.All[chains.Tails[field.Slot]].Ordinal == field.Ordinal;
            if (isSet && !TryChain(field, chains, self, isNamed: true))
            {
                return false;
            }
        }

        foreach (var field in plan.Finishing)
        {
            if (chains.Heads[field.Slot] < 0 && !TryMissing(plan, field))
            {
                return false;
            }
        }

        if (plan.IsBox && plan.Fields.Length > 1 && chains.Heads[0] < 0)
        {
            _tape.AddAbsent();
        }

        return !_tape.Failed;
    }

    /// <summary>One field from all its occurrences.</summary>
    private bool TryChain(FieldPlan field, scoped in Chains chains, int self, bool isNamed)
    {
        var head = chains.Heads[field.Slot];
        if (field.Form == FieldForm.Single)
        {
            return TrySingle(field, chains, FirstOfLastRun(chains.All, head), self, isNamed);
        }

        if (isNamed)
        {
            NameNext(field);
        }

        if (field.Form == FieldForm.List ? !BeginList(field.Shape) : _tape.BeginMap(field.Shape.TapeType) < 0)
        {
            return false;
        }

        for (var i = head; i >= 0; i = chains.All[i].Next)
        {
            ref readonly var occurrence = ref chains.All[i];
            _at = occurrence.At;
            var read = field.Form == FieldForm.List ? TryElement(field, occurrence.Tag, occurrence.Start, occurrence.End, self)
                : occurrence.Tag == field.Tag ? TryEntry(field, occurrence.End)
                : WrongWire(field, occurrence.Tag, occurrence.Start);
            if (!read)
            {
                return false;
            }
        }

        return EndContainer();
    }

    // Setting a member of a oneof clears the others: only what came after them is merged.
    private static int FirstOfLastRun(Occurrence[] all, int head)
    {
        var first = head;
        for (var i = head; i >= 0; i = all[i].Next)
        {
            first = all[i].Ordinal == all[first].Ordinal ? first : i;
        }

        return first;
    }

    private bool TrySingle(FieldPlan field, scoped in Chains chains, int first, int self, bool isNamed)
    {
        var total = 0;
        var last = first;
        for (var i = first; i >= 0; last = i, i = chains.All[i].Next)
        {
            ref readonly var occurrence = ref chains.All[i];
            if (occurrence.Tag != field.Tag)
            {
                return WrongWire(field, occurrence.Tag, occurrence.Start);
            }

            total += occurrence.BodyEnd - occurrence.At;
            if (field.Value.Kind == ProtoKind.String && !IsText(occurrence))
            {
                return NotUtf8(occurrence.At);
            }
        }

        ref readonly var latest = ref chains.All[last];
        _at = latest.At;
        if (field.Value.Kind == ProtoKind.Enum)
        {
            return field.Value.Shape.Enum is { Proto.IsClosed: true } closed && self >= 0
                ? TryClosedEnum(field, closed, chains.All, first, self)
                : TryEnum(field.Value, field, latest.Start, latest.End, self, isElement: !isNamed);
        }

        if (isNamed)
        {
            NameNext(field);
        }

        return first == last || !field.Value.IsMessage
            ? TryValue(field.Value, latest.End, field.Number)
            : TryMerged(field.Value, chains.All, first, total);
    }

    /// <summary>The last occurrence that is a constant; the others, being unknown fields, change nothing.</summary>
    private bool TryClosedEnum(FieldPlan field, EnumShape closed, Occurrence[] all, int first, int self)
    {
        int? known = null;
        for (var i = first; i >= 0; i = all[i].Next)
        {
            _at = all[i].At;
            if (!TryVarint(all[i].End, out var value))
            {
                return false;
            }

            if (closed.FindNumber((int)value) >= 0)
            {
                known = (int)value;
            }
            else if (!_tape.AddUnknown(self, _bytes[all[i].Start..all[i].End]))
            {
                return false;
            }
        }

        if (known is not { } number)
        {
            return true;
        }

        NameNext(field);
        return AddEnum(field.Value, number);
    }

    private bool IsText(in Occurrence occurrence)
    {
        _at = occurrence.At;
        return TryLimit(occurrence.End, out var limit) && System.Text.Unicode.Utf8.IsValid(_bytes[_at..limit]);
    }

    /// <summary>The value of a map's entry that comes more than once.</summary>
    private bool TryMergedValue(ValuePlan plan, int limit)
    {
        var rented = ArrayPool<byte>.Shared.Rent(limit - _at);
        var length = 0;
        var at = _at;
        while (_at < limit && TryTag(limit, out var tag))
        {
            if (tag >> 3 != 2)
            {
                TrySkip(tag, limit);
            }
            else if (TryLimit(limit, out var end))
            {
                _bytes[_at..end].CopyTo(rented.AsSpan(length));
                length += end - _at;
                _at = end;
            }
        }

        var merged = new ProtoReader(rented.AsSpan(0, length), _offset + at, _tape) { _careful = true };
        var read = merged.TryBody(plan, length);
        ArrayPool<byte>.Shared.Return(rented);
        return read;
    }

    /// <summary>
    /// Merging messages is reading their bytes one behind another. Source: protobuf.dev, "Last One Wins". Faults in what was merged have the
    /// offset of the first part's beginning.
    /// </summary>
    private bool TryMerged(ValuePlan plan, Occurrence[] all, int first, int total)
    {
        var rented = ArrayPool<byte>.Shared.Rent(total);
        var length = 0;
        for (var i = first; i >= 0; i = all[i].Next)
        {
            ref readonly var occurrence = ref all[i];
            _at = occurrence.At;
            var end = occurrence.BodyEnd;
            if (plan.Wire == WireType.Length && !TryLimit(occurrence.End, out end))
            {
                break;
            }

            _bytes[_at..end].CopyTo(rented.AsSpan(length));
            length += end - _at;
        }

        var merged = new ProtoReader(rented.AsSpan(0, length), _offset + all[first].At, _tape) { _careful = true };
        var read = plan.Kind == ProtoKind.Group ? merged.TryMessage(plan.Message, plan.Shape, length, group: 0) : merged.TryBody(plan, length);
        ArrayPool<byte>.Shared.Return(rented);
        return read;
    }
}
