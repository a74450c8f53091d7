using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <content>Objects: declared members in the contract's order, then what the contract does not know, each name once.</content>
internal ref partial struct JsonValueWriter
{
    private const int StackFields = 64;

    private bool TryObject(int index, TypeShape? shape)
    {
        _out.Byte((byte)'{');
        var first = true;
        var written = TryMembers(index, Declared(index, shape), withMessage: true, ref first);
        _out.Byte((byte)'}');
        return written;
    }

    /// <summary>The members of an object, without braces.</summary>
    /// <param name="withMessage">Whether a Throwable's message is among them.</param>
    /// <param name="first">Whether no member came before; a comma goes ahead otherwise.</param>
    private bool TryMembers(int index, StructShape? declared, bool withMessage, ref bool first)
    {
        var fields = declared is null ? [] : declared.Fields.AsSpan();
        if (fields.Length > StackFields)
        {
            var rented = ArrayPool<int>.Shared.Rent(fields.Length);
            var written = TryMembers(index, declared, rented.AsSpan(0, fields.Length), withMessage, ref first);
            ArrayPool<int>.Shared.Return(rented);
            return written;
        }

        Span<int> places = stackalloc int[StackFields];
        return TryMembers(index, declared, places[..fields.Length], withMessage, ref first);
    }

    private bool TryMembers(int index, StructShape? declared, scoped Span<int> places, bool withMessage, ref bool first)
    {
        var fields = declared is null ? [] : declared.Fields.AsSpan();
        var undeclared = Locate(index, declared, places);
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] >= 0 && !TryMember(places[i], fields[i].Name, fields[i].Type, ref first))
            {
                return false;
            }
        }

        return undeclared == 0 || TryUndeclared(index, declared, undeclared, withMessage, ref first);
    }

    /// <summary>Finds each field's child; the last wins where a class repeats a name. Returns how many children are undeclared.</summary>
    private readonly int Locate(int index, StructShape? declared, scoped Span<int> places)
    {
        if (declared is null)
        {
            return _tape[index].Count;
        }

        places.Fill(-1);
        var fields = declared.Fields.AsSpan();
        var undeclared = 0;
        var last = -1;
        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            var name = _tape[i].Name;
            var ordinal = last + 1 < fields.Length && ReferenceEquals(fields[last + 1].Name, name) ? last + 1
                : name is null ? -1
                : declared.Find(name.Utf8);
            if (ordinal < 0)
            {
                undeclared++;
                continue;
            }

            places[ordinal] = i;
            last = ordinal;
        }

        return undeclared;
    }

    private bool TryUndeclared(int index, StructShape? declared, int count, bool withMessage, ref bool first)
    {
        var throwable = IsThrowable(index, declared);
        var last = count > StackFields ? LastByName(index) : null;
        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            if (_tape[i].Name is not { } name || (declared is not null && declared.Find(name.Utf8) >= 0))
            {
                continue;
            }

            if (last is null ? HasLater(i, end, name) : last[name.Text] != i)
            {
                continue;
            }

            if (throwable && Throwables.IsOwnField(name))
            {
                if (!withMessage || name != Throwables.DetailMessage || HasMessage(index, declared))
                {
                    continue;
                }

                name = Throwables.Message;
            }

            if (!TryMember(i, name, null, ref first))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryMember(int index, FieldName name, TypeShape? shape, ref bool first)
    {
        var kind = _tape[index].Kind;
        if (kind == ValueKind.Absent || (kind == ValueKind.Null && _policy.OmitNull))
        {
            return true;
        }

        if (!first)
        {
            _out.Byte((byte)',');
        }

        first = false;
        _out.Quoted(name.Json.EncodedUtf8Bytes);
        _out.Byte((byte)':');
        return TryWrite(index, shape);
    }

    /// <summary>The fields of the object's own class where the contract knows it, else of the declared one.</summary>
    private readonly StructShape? Declared(int index, TypeShape? shape)
    {
        if (shape?.Kind is not (ShapeKind.Struct or ShapeKind.Any))
        {
            return null;
        }

        var own = _tape[index].Type;
        return own is null || own == shape.Struct?.JavaType ? shape.Struct : (shape.Narrow(own.Utf8) ?? shape).Struct;
    }

    private readonly bool IsThrowable(int index, StructShape? declared) => declared is not null
        ? declared.IsException
        : _tape.FindField(index, Throwables.StackTrace) >= 0 && _tape.FindField(index, Throwables.DetailMessage) >= 0;

    private readonly bool HasMessage(int index, StructShape? declared) =>
        declared?.Find(Throwables.Message.Utf8) >= 0 || _tape.FindField(index, Throwables.Message) >= 0;

    // A name that comes again further on: a subclass's field that hides its parent's.
    private readonly bool HasLater(int index, int end, FieldName name)
    {
        for (var i = _tape.Next(index); i < end; i = _tape.Next(i))
        {
            if (_tape[i].Name is { } other && other == name)
            {
                return true;
            }
        }

        return false;
    }

    // Objects with more members than any class has: comparing each with each would let a peer burn time.
    private readonly Dictionary<string, int> LastByName(int index)
    {
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            if (_tape[i].Name is { } name)
            {
                last[name.Text] = i;
            }
        }

        return last;
    }
}
