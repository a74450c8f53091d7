using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Translation;

/// <summary>
/// The second walk: copies a checked tape to another one, turning containers into those that are declared. Shared values stay shared where
/// both places declare them alike; else the second gets a copy of its own type.
/// </summary>
internal ref struct ShapeRewriter(ValueTape from, ValueTape to, ValuePolicy policy)
{
    private readonly ValueTape _from = from;
    private readonly ValueTape _to = to;
    private readonly ValuePolicy _policy = policy;

    // Where each token of the old tape went, plus one; 0 for those that went nowhere.
    private Span<int> _places;

    public CodecStatus Rewrite(MethodShape? method, TypeShape? returns)
    {
        var places = ArrayPool<int>.Shared.Rent(_from.Count);
        _places = places.AsSpan(0, _from.Count);
        _places.Clear();
        var ordinal = 0;
        for (var i = 0; i < _from.Count && TryValue(i, method?.Parameters[ordinal].Type ?? returns); i = _from.Next(i))
        {
            ordinal++;
        }

        ArrayPool<int>.Shared.Return(places);
        return _from.Failed ? _from.Status : _to.Status;
    }

    private bool TryValue(int index, TypeShape? shape)
    {
        ref readonly var token = ref _from[index];
        if (token.Kind == ValueKind.Reference)
        {
            return TryReference(index, shape);
        }

        Place(index, _to.Count);
        switch (shape?.Kind)
        {
            case ShapeKind.Struct when token.Kind == ValueKind.Map:
                return TryMapAsStruct(index, shape);
            case ShapeKind.Struct when token.Kind == ValueKind.Object:
                return TryObject(index, ShapeChecker.ClassOf(_from, index, shape));
            case ShapeKind.Map when token.Kind == ValueKind.Object:
                return TryObjectAsMap(index, shape);
            case ShapeKind.Bytes when token.IsContainer:
                return TryBytes(index);
            case ShapeKind.Enum when token.IsContainer:
                return TryEnum(index, shape);
        }

        return token.Kind switch
        {
            ValueKind.List or ValueKind.Array => TryList(index, shape),
            ValueKind.Map => TryMap(index, shape),
            ValueKind.Object => TryObject(index, null),
            _ => _to.AddCopy(_from, index) >= 0,
        };
    }

    private bool TryReference(int index, TypeShape? shape)
    {
        var target = _from.Resolve(index);
        var place = _places[target] - 1;
        if (place >= 0 && (shape is null || ShapeChecker.HeadFits(_to, place, shape)))
        {
            return _to.AddReference(place) >= 0;
        }

        if (target < index && index < _from.Next(target))
        {
            return Fail(index, "a value that contains itself is declared in two ways");
        }

        // What it means was dropped with a member that the contract does not know, or has another type there. References into references
        // cannot multiply without end: the tape's budget counts what comes of them.
        var checker = new ShapeChecker(_from, _policy);
        return (shape is null || checker.TryFit(target, shape)) && TryValue(target, shape);
    }

    private bool TryList(int index, TypeShape? shape)
    {
        var element = shape?.Kind is ShapeKind.List or ShapeKind.Set or ShapeKind.Array ? shape.Element : null;
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

    private bool TryMap(int index, TypeShape? shape)
    {
        var declared = shape?.Kind == ShapeKind.Map ? shape : null;
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

    private bool TryObject(int index, StructShape? fields)
    {
        if (_to.BeginCopy(_from, index) < 0)
        {
            return false;
        }

        var end = _from.Next(index);
        for (var i = index + 1; i < end; i = _from.Next(i))
        {
            var name = _from[i].Name;
            var ordinal = name is null || fields is null ? -1 : fields.Find(name.Utf8);
            if (!TryMember(i, name, ordinal < 0 ? null : fields!.Fields[ordinal].Type)) // An ordinal was found in them.
            {
                return false;
            }
        }

        _to.End();
        return true;
    }

    private bool TryMapAsStruct(int index, TypeShape shape)
    {
        var actual = ShapeChecker.ClassOfMap(_from, index, shape);
        var own = _from[index].Type;

        // A map under a class name that the contract does not know is a subclass of the declared one to those who know it.
        var type = own is null || own.Text.StartsWith("java.util.", StringComparison.Ordinal) ? actual.TapeType : own;
        if (_to.BeginObject(type) < 0)
        {
            return false;
        }

        var end = _from.Next(index);
        for (int key = index + 1, value; key < end; key = _from.Next(value))
        {
            value = _from.Next(key);
            var ordinal = ShapeChecker.FieldOf(_from, key, actual.Struct);
            if (ordinal < 0)
            {
                continue;
            }

            var field = actual.Struct!.Fields[ordinal]; // An ordinal was found in them.
            if (!TryMember(value, field.Name, field.Type))
            {
                return false;
            }
        }

        _to.End();
        return true;
    }

    private bool TryObjectAsMap(int index, TypeShape shape)
    {
        if (_to.BeginMap(shape.TapeType) < 0)
        {
            return false;
        }

        var end = _from.Next(index);
        for (var i = index + 1; i < end; i = _from.Next(i))
        {
            if (_to.AddString((_from[i].Name ?? FieldName.Of(string.Empty)).Utf8) < 0 || !TryValue(i, shape.Element))
            {
                return false;
            }
        }

        _to.End();
        return true;
    }

    private bool TryMember(int index, FieldName? name, TypeShape? shape)
    {
        if (name is not null)
        {
            _to.Name(name);
        }

        return TryValue(index, shape);
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

    private bool TryEnum(int index, TypeShape shape) =>
        _to.AddText(ValueKind.Enum, _from.Utf8(ShapeChecker.NameOfEnum(_from, index)), shape.TapeType) >= 0;

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
