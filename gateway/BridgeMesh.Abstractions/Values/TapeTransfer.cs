using System.Buffers;

namespace BridgeMesh.Values;

/// <summary>
/// Copies values from one tape to another and remembers where each went, so that shared values and cycles stay shared. Whoever makes one
/// disposes of it.
/// </summary>
public ref struct TapeTransfer
{
    private int[]? _moved;

    public TapeTransfer(ValueTape from, ValueTape into)
    {
        From = from;
        Into = into;
        if (from.HasReferences)
        {
            _moved = ArrayPool<int>.Shared.Rent(from.Count);
            _moved.AsSpan(0, from.Count).Fill(-1);
        }
    }

    public ValueTape From { get; }

    public ValueTape Into { get; }

    /// <summary>Where a date lies that names no zone: the contract's own, in minutes from UTC.</summary>
    public int ZoneOffsetMinutes { get; init; }

    /// <summary>To be called with the new index of every value that was copied.</summary>
    public readonly void Moved(int from, int into)
    {
        if (_moved is not null)
        {
            _moved[from] = into;
        }
    }

    /// <summary>Whether this value was copied already, and where to.</summary>
    public readonly bool TryMoved(int from, out int into)
    {
        into = _moved is null ? -1 : _moved[from];
        return into >= 0;
    }

    /// <summary>
    /// Follows a reference. True when it was settled here; false when the caller must copy the value at <paramref name="index"/> itself:
    /// because it is none, or its target was left out, or became a text, which has no identity.
    /// </summary>
    public readonly bool TryReference(ref int index)
    {
        if (From[index].Kind != ValueKind.Reference)
        {
            return false;
        }

        index = From.Resolve(index);
        var target = _moved is null ? -1 : _moved[index];
        if (target < 0 || Into[target].Kind is ValueKind.String or ValueKind.Null)
        {
            return false;
        }

        Into.AddReference(target);
        return true;
    }

    /// <summary>Copies a value that is no container.</summary>
    public readonly void Leaf(int index)
    {
        ref readonly var token = ref From[index];
        Moved(index, token.Kind switch
        {
            ValueKind.Absent => Into.AddAbsent(),
            ValueKind.Bool => Into.AddBool(token.AsBool),
            ValueKind.Int32 => Into.AddInt32(token.AsInt32, token.Type),
            ValueKind.Int64 => Into.AddInt64(token.AsInt64, token.Type),
            ValueKind.UInt64 => Into.AddUInt64(token.AsUInt64),
            ValueKind.Float32 => Into.AddFloat32(token.AsFloat32),
            ValueKind.Float64 => Into.AddFloat64(token.AsFloat64, token.Type),
            ValueKind.Instant => Into.AddInstant(token.EpochMs, token.NanosOfMs, token.Type),
            ValueKind.Bytes => Into.AddBytes(From.Utf8(index), token.Type),
            ValueKind.String or ValueKind.Text or ValueKind.Enum or ValueKind.Decimal or ValueKind.BigInteger =>
                Into.AddText(token.Kind, From.Utf8(index), token.Type),
            _ => Into.AddNull(),
        });
    }

    /// <summary>Copies a value and all that hangs on it, as it is.</summary>
    public readonly void Value(int index)
    {
        if (TryReference(ref index))
        {
            return;
        }

        ref readonly var token = ref From[index];
        if (!token.IsContainer)
        {
            Leaf(index);
            return;
        }

        Moved(index, token.Kind switch
        {
            ValueKind.List => Into.BeginList(token.Type, (token.Flags & ValueFlags.Set) != 0),
            ValueKind.Array => Into.BeginArray(token.Type),
            ValueKind.Map => Into.BeginMap(token.Type),
            _ => Into.BeginObject(token.Type),
        });
        var end = From.Next(index);
        for (var child = index + 1; child < end && !Into.Failed; child = From.Next(child))
        {
            if (From[child].Name is { } name)
            {
                Into.Name(name);
            }

            Value(child);
        }

        Into.End();
    }

    public void Dispose()
    {
        if (_moved is not null)
        {
            ArrayPool<int>.Shared.Return(_moved);
            _moved = null;
        }
    }
}
