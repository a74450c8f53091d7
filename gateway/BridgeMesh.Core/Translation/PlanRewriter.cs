using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Translation.Plans;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Translation;

/// <summary>
/// The second walk: copies a checked tape to another one, turning containers into those that are declared. Shared values stay shared where
/// both places declare them alike; else the second gets a copy of its own type.
/// </summary>
internal ref struct PlanRewriter(ValueTape from, ValueTape to, ValuePolicy policy)
{
    private readonly ValueTape _from = from;
    private readonly ValueTape _to = to;
    private readonly ValuePolicy _policy = policy;

    // Where each token of the old tape went, plus one; 0 for those that went nowhere.
    private Span<int> _places;

    /// <param name="roots">A plan for each root.</param>
    public CodecStatus Rewrite(ReadOnlySpan<ValuePlan> roots)
    {
        var places = ArrayPool<int>.Shared.Rent(_from.Count);
        _places = places.AsSpan(0, _from.Count);
        _places.Clear();
        var ordinal = 0;
        for (var i = 0; i < _from.Count && TryValue(i, roots[Math.Min(ordinal, roots.Length - 1)]); i = _from.Next(i))
        {
            ordinal++;
        }

        ArrayPool<int>.Shared.Return(places);
        return _from.Failed ? _from.Status : _to.Status;
    }

    private bool TryValue(int index, ValuePlan? plan)
    {
        ref readonly var token = ref _from[index];
        if (token.Kind == ValueKind.Reference)
        {
            return TryReference(index, plan);
        }

        Place(index, _to.Count);
        switch (plan?.Operation)
        {
            case PlanOperation.Class when token.Kind == ValueKind.Map:
                return TryMapAsClass(index, plan);
            case PlanOperation.Class when token.Kind == ValueKind.Object:
                return TryObject(index, plan.Narrow(token.Type).Class);
            case PlanOperation.Map when token.Kind == ValueKind.Object:
                return TryObjectAsMap(index, plan);
            case PlanOperation.Bytes when token.IsContainer:
                return TryBytes(index);
            case PlanOperation.Enum when token.IsContainer:
                return TryEnum(index, plan);
        }

        return token.Kind switch
        {
            ValueKind.List or ValueKind.Array => TryList(index, plan),
            ValueKind.Map => TryMap(index, plan),
            ValueKind.Object => TryObject(index, null),
            _ => _to.AddCopy(_from, index) >= 0,
        };
    }

    private bool TryReference(int index, ValuePlan? plan)
    {
        var target = _from.Resolve(index);
        var place = _places[target] - 1;
        if (place >= 0 && (plan is null || PlanChecker.HeadFits(_to, place, plan.Shape)))
        {
            return _to.AddReference(place) >= 0;
        }

        if (target < index && index < _from.Next(target))
        {
            return Fail(index, "a value that contains itself is declared in two ways");
        }

        // What it means was dropped with a member that the contract does not know, or has another type there. References into references
        // cannot multiply without end: the tape's budget counts what comes of them.
        var checker = new PlanChecker(_from, _policy);
        return (plan is null || checker.TryFit(target, plan)) && TryValue(target, plan);
    }

    private bool TryList(int index, ValuePlan? plan)
    {
        var element = plan?.Operation == PlanOperation.Sequence ? plan.Element : null;
        if (_to.BeginCopy(_from, index) < 0)
        {
            return false;
        }

        var end = _from.Next(index);
        for (var i = index + 1; i < end; i = _from.Next(i))
        {
            if (!TryValue(i, element))
            {
                return false;
            }
        }

        _to.End();
        return true;
    }

    private bool TryMap(int index, ValuePlan? plan)
    {
        var declared = plan?.Operation == PlanOperation.Map ? plan : null;
        if (_to.BeginCopy(_from, index) < 0)
        {
            return false;
        }

        var end = _from.Next(index);
        for (int key = index + 1, value; key < end; key = _from.Next(value))
        {
            value = _from.Next(key);
            if (!TryValue(key, declared?.Key) || !TryValue(value, declared?.Element))
            {
                return false;
            }
        }

        _to.End();
        return true;
    }

    private bool TryObject(int index, ClassPlan? known)
    {
        if (_to.BeginCopy(_from, index) < 0)
        {
            return false;
        }

        var expected = 0;
        var end = _from.Next(index);
        for (var i = index + 1; i < end; i = _from.Next(i))
        {
            var name = _from[i].Name;
            var ordinal = name is null || known is null ? -1 : known.Find(name.Utf8, expected);
            expected = ordinal + 1;
            if (!TryMember(i, name, ordinal < 0 ? null : known!.Fields[ordinal])) // An ordinal was found in them.
            {
                return false;
            }
        }

        _to.End();
        return true;
    }

    private bool TryMapAsClass(int index, ValuePlan plan)
    {
        var actual = PlanChecker.ClassOfMap(_from, index, plan);
        var own = _from[index].Type;

        // A map under a class name that the contract does not know is a subclass of the declared one to those who know it.
        var type = own is null || own.Text.StartsWith("java.util.", StringComparison.Ordinal) ? actual.TapeType : own;
        if (_to.BeginObject(type) < 0)
        {
            return false;
        }

        var expected = 0;
        var end = _from.Next(index);
        for (int key = index + 1, value; key < end; key = _from.Next(value))
        {
            value = _from.Next(key);
            var ordinal = PlanChecker.FieldOf(_from, key, actual.Class, expected);
            if (ordinal < 0)
            {
                continue;
            }

            expected = ordinal + 1;
            if (!TryMember(value, actual.Class!.Names[ordinal], actual.Class.Fields[ordinal])) // An ordinal was found in them.
            {
                return false;
            }
        }

        _to.End();
        return true;
    }

    private bool TryObjectAsMap(int index, ValuePlan plan)
    {
        if (_to.BeginMap(plan.TapeType) < 0)
        {
            return false;
        }

        var end = _from.Next(index);
        for (var i = index + 1; i < end; i = _from.Next(i))
        {
            if (_to.AddString((_from[i].Name ?? FieldName.Of(string.Empty)).Utf8) < 0 || !TryValue(i, plan.Element))
            {
                return false;
            }
        }

        _to.End();
        return true;
    }

    private bool TryMember(int index, FieldName? name, ValuePlan? plan)
    {
        if (name is not null)
        {
            _to.Name(name);
        }

        return TryValue(index, plan);
    }

    private bool TryBytes(int index)
    {
        if (!_to.TryReserveText(_from[index].Count, out var room))
        {
            return false;
        }

        var length = 0;
        var end = _from.Next(index);
        for (var i = index + 1; i < end; i = _from.Next(i))
        {
            room[length++] = (byte)_from[i].AsInt64;
        }

        var start = _to.TextPosition;
        _to.CommitText(length);
        return _to.AddStoredText(ValueKind.Bytes, start, length) >= 0;
    }

    private bool TryEnum(int index, ValuePlan plan) =>
        _to.AddText(ValueKind.Enum, _from.Utf8(PlanChecker.NameOfEnum(_from, index)), plan.TapeType) >= 0;

    // The first place counts: later references point back to it.
    private readonly void Place(int index, int at)
    {
        if (_places[index] == 0)
        {
            _places[index] = at + 1;
        }
    }

    private readonly bool Fail(int index, string detail)
    {
        _from.Fail(CodecStatus.Fail(CodecError.TypeMismatch, detail, -1, _from.PathOf(index)));
        return false;
    }
}
