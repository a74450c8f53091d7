using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>
/// The classes that one outgoing stream has defined, by number. Looked for once an object, so hostile streams with thousands of classes are
/// hashed: a search would cost their number for every object. Not thread-safe.
/// </summary>
internal sealed class StreamClasses
{
    /// <summary>Up to so many are looked at one by one, which costs less than a hash. Recorded streams have below 20.</summary>
    internal const int MaxSearched = 24;

    private const int Kept = 1_024;
    private const int None = -1;

    /// <summary>The newest class with a hash, and for each class the one before it with the same.</summary>
    private readonly Dictionary<int, int> _newest = [];
    private HessianClass[] _classes = new HessianClass[16];
    private int[] _older = [];

    internal int Count { get; private set; }

    /// <summary>Number of the class; -1 when the stream has not defined it.</summary>
    internal int Find(HessianClass cls)
    {
        if (Count > MaxSearched)
        {
            return FindHashed(cls);
        }

        for (var i = Count - 1; i >= 0; i--)
        {
            // A class that the process does not keep may be made again for every object.
            if (ReferenceEquals(_classes[i], cls) || (!cls.IsShared && _classes[i].Matches(cls.Type, cls.Fields)))
            {
                return i;
            }
        }

        return None;
    }

    /// <summary>The class with this name whose fields are those of the tape's object; null when the stream has not defined it.</summary>
    internal HessianClass? Find(ValueTape tape, int index, TypeName type)
    {
        if (Count > MaxSearched)
        {
            return FindHashed(tape, index, type);
        }

        for (var i = 0; i < Count; i++)
        {
            if (HessianClasses.Same(_classes[i].Type, type) && HasExactly(tape, index, _classes[i].Fields))
            {
                return _classes[i];
            }
        }

        return null;
    }

    internal int Add(HessianClass cls)
    {
        if (Count == _classes.Length)
        {
            Array.Resize(ref _classes, Count * 2);
        }

        _classes[Count] = cls;
        Count++;
        if (Count > MaxSearched)
        {
            // The first time for all so far.
            for (var i = Count == MaxSearched + 1 ? 0 : Count - 1; i < Count; i++)
            {
                Hash(i);
            }
        }

        return Count - 1;
    }

    internal void Clear()
    {
        Array.Clear(_classes, 0, Count);
        Count = 0;
        if (_newest.Count > 0)
        {
            _newest.Clear();
        }

        if (_classes.Length > Kept)
        {
            _classes = new HessianClass[16];
            _older = [];
            _newest.TrimExcess();
        }
    }

    private void Hash(int number)
    {
        if (_older.Length < _classes.Length)
        {
            Array.Resize(ref _older, _classes.Length);
        }

        var hash = HashOf(_classes[number]);
        _older[number] = _newest.GetValueOrDefault(hash, None);
        _newest[hash] = number;
    }

    private int FindHashed(HessianClass cls)
    {
        var number = _newest.GetValueOrDefault(HashOf(cls), None);
        while (number >= 0 && !ReferenceEquals(_classes[number], cls) && !_classes[number].Matches(cls.Type, cls.Fields))
        {
            number = _older[number];
        }

        return number;
    }

    private HessianClass? FindHashed(ValueTape tape, int index, TypeName type)
    {
        var hash = default(HashCode);
        hash.Add(type.Text, StringComparer.Ordinal);
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            hash.Add(tape[i].Name?.Text, StringComparer.Ordinal);
        }

        var number = _newest.GetValueOrDefault(hash.ToHashCode(), None);
        while (number >= 0 && !(HessianClasses.Same(_classes[number].Type, type) && HasExactly(tape, index, _classes[number].Fields)))
        {
            number = _older[number];
        }

        return number < 0 ? null : _classes[number];
    }

    private static int HashOf(HessianClass cls)
    {
        var hash = default(HashCode);
        hash.Add(cls.Type.Text, StringComparer.Ordinal);
        foreach (var field in cls.Fields)
        {
            hash.Add(field.Text, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    private static bool HasExactly(ValueTape tape, int index, ReadOnlySpan<FieldName> fields)
    {
        if (tape[index].Count != fields.Length)
        {
            return false;
        }

        var at = 0;
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            if (tape[i].Name is not { } name || !HessianClasses.Same(name, fields[at++]))
            {
                return false;
            }
        }

        return true;
    }
}
