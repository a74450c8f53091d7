using System.Buffers.Binary;

namespace BridgeMesh.Fuzz.Hessian;

/// <summary>
/// Finds the parts of a run of Hessian values, for mutations that know what they change. Written apart from the codec, from the tables of the
/// protocol; what it cannot follow it leaves unmarked.
/// </summary>
internal sealed class HessianMap
{
    /// <summary>Parts of one sample at most: a list of thousands of objects shows nothing more behind them.</summary>
    private const int MaxMarks = 4_000;

    private const int MaxDepth = 200;

    private readonly byte[] _bytes;
    private readonly bool _draft;
    private readonly List<Mark> _marks = [];
    private readonly List<int> _classes = [];
    private int _at;

    private HessianMap(byte[] bytes, bool draft)
    {
        _bytes = bytes;
        _draft = draft;
    }

    internal static Mark[] Of(byte[] bytes, bool draft, int from = 0)
    {
        var map = new HessianMap(bytes, draft) { _at = from };
        while (map._at < bytes.Length && map._marks.Count < MaxMarks && map.Value(0))
        {
        }

        // What the bytes do not hold any more is not there to be changed.
        return [.. map._marks.Where(m => m.At + m.Length <= bytes.Length && (m.Length > 0 || m.Kind == MarkKind.Text))];
    }

    private bool Value(int depth)
    {
        var from = _at;
        if (depth > MaxDepth || _at >= _bytes.Length || _marks.Count >= MaxMarks)
        {
            return false;
        }

        Add(MarkKind.Tag, _at, 1);
        var tag = _bytes[_at++];
        if (tag == (_draft ? 'O' : 'C'))
        {
            return Definition(from) && Value(depth);
        }

        if (!Body(tag, depth))
        {
            return false;
        }

        Add(MarkKind.Value, from, _at - from);
        return true;
    }

    private bool Body(byte tag, int depth)
    {
        switch (tag)
        {
            case (byte)'N' or (byte)'T' or (byte)'F':
                return true;
            case <= 0x1F:
                return Text(tag);
            case <= 0x2F:
                return Octets(tag - 0x20);
            case >= 0x80 or (>= 0x38 and <= 0x3F) or (byte)'I' or (byte)'L':
                return Take(NumberBytes(tag));
            case (byte)'D':
                return Take(8);
            case (byte)'S':
                return Chunk(isText: true);
            case (byte)'B':
                return Chunk(isText: false);
            default:
                return _draft ? DraftBody(tag, depth) : FinalBody(tag, depth);
        }
    }

    private bool FinalBody(byte tag, int depth)
    {
        switch (tag)
        {
            case >= 0x30 and <= 0x33:
                return _at < _bytes.Length && Text(((tag - 0x30) << 8) | _bytes[_at++]);
            case >= 0x34 and <= 0x37:
                return _at < _bytes.Length && Octets(((tag - 0x34) << 8) | _bytes[_at++]);
            case 0x5B or 0x5C:
                return true;
            case 0x5D:
                return Take(1);
            case 0x5E:
                return Take(2);
            case 0x5F or (byte)'Y' or (byte)'K':
                return Take(4);
            case (byte)'J':
                return Take(8);
            case (byte)'R':
                return Chunk(isText: true) && Value(MaxDepth);
            case (byte)'A':
                return Chunk(isText: false) && Value(MaxDepth);
            case >= 0x60 and <= 0x6F:
                return Instance(tag - 0x60, depth);
            case (byte)'O':
                return Int(MarkKind.Index, out var cls) && Instance(cls, depth);
            case (byte)'Q':
                return Int(MarkKind.Index, out _);
            case >= 0x70 and <= 0x77:
                return Type() && Elements(tag - 0x70, depth);
            case >= 0x78 and <= 0x7F:
                return Elements(tag - 0x78, depth);
            case (byte)'V':
                return Type() && Int(MarkKind.Count, out var typed) && Elements(typed, depth);
            case (byte)'X':
                return Int(MarkKind.Count, out var count) && Elements(count, depth);
            case (byte)'U':
                return Type() && UntilEnd(depth);
            case (byte)'W' or (byte)'H':
                return UntilEnd(depth);
            case (byte)'M':
                return Type() && UntilEnd(depth);
            default:
                return false;
        }
    }

    private bool DraftBody(byte tag, int depth)
    {
        switch (tag)
        {
            case 0x67 or 0x68:
                return true;
            case 0x69:
                return Take(1);
            case 0x6A:
                return Take(2);
            case 0x6B or (byte)'w':
                return Take(4);
            case (byte)'d':
                return Take(8);
            case (byte)'s':
                return Chunk(isText: true) && Value(MaxDepth);
            case (byte)'b':
                return Chunk(isText: false) && Value(MaxDepth);
            case (byte)'o':
                return Int(MarkKind.Index, out var cls) && Instance(cls, depth);
            case (byte)'J':
                return Indexed(1);
            case (byte)'K':
                return Indexed(2);
            case (byte)'R':
                return Indexed(4);
            case (byte)'v':
                return Int(MarkKind.Index, out _) && Int(MarkKind.Count, out var count) && Elements(count, depth);
            case (byte)'V':
                return DraftType() && DraftCount() && UntilEnd(depth);
            case (byte)'M':
                return DraftType() && UntilEnd(depth);
            default:
                return false;
        }
    }

    private bool Definition(int from)
    {
        if (!(_draft ? Int(MarkKind.Length, out var length) && Text(length) : Value(MaxDepth)) || !Int(MarkKind.Count, out var count))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            var name = _at;
            if (!Value(MaxDepth))
            {
                return false;
            }

            Add(MarkKind.Name, name, _at - name);
        }

        _classes.Add(count);
        Add(MarkKind.Definition, from, _at - from);
        return true;
    }

    private bool Instance(int cls, int depth) => (uint)cls < (uint)_classes.Count && Elements(_classes[cls], depth);

    private bool Elements(int count, int depth)
    {
        for (var i = 0; i < count; i++)
        {
            if (!Value(depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private bool UntilEnd(int depth)
    {
        while (_at < _bytes.Length && _bytes[_at] != (_draft ? 'z' : 'Z'))
        {
            if (!Value(depth + 1))
            {
                return false;
            }
        }

        Add(MarkKind.End, _at, 1);
        return Take(1);
    }

    private bool Type() => _at < _bytes.Length && (_bytes[_at] >= 0x80 ? Int(MarkKind.Index, out _) : Value(MaxDepth));

    private bool DraftType()
    {
        if (_at >= _bytes.Length)
        {
            return false;
        }

        switch (_bytes[_at])
        {
            case (byte)'t':
                _at++;
                return Chunk(isText: true);
            case (byte)'u' or (byte)'T':
                _at++;
                return Int(MarkKind.Index, out _);
            default:
                return true;
        }
    }

    private bool DraftCount()
    {
        switch (_at < _bytes.Length ? _bytes[_at] : 0)
        {
            case (byte)'n':
                Add(MarkKind.Count, _at, 2);
                return Take(2);
            case (byte)'l':
                Add(MarkKind.Count, _at, 5);
                return Take(5);
            default:
                return true;
        }
    }

    private bool Int(MarkKind kind, out int value)
    {
        value = 0;
        if (_at >= _bytes.Length)
        {
            return false;
        }

        var from = _at;
        var tag = _bytes[_at++];
        var more = NumberBytes(tag);
        if (tag is (< 0x80 or > 0xD7) and not (byte)'I' || _at + more > _bytes.Length)
        {
            return false;
        }

        value = tag switch
        {
            <= 0xBF and >= 0x80 => tag - 0x90,
            <= 0xCF and >= 0xC0 => ((tag - 0xC8) << 8) + _bytes[_at],
            <= 0xD7 and >= 0xD0 => ((tag - 0xD4) << 16) + BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(_at)),
            _ => BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(_at)),
        };
        Add(kind, from, 1 + more);
        return Take(more);
    }

    private bool Indexed(int bytes)
    {
        Add(MarkKind.Index, _at, bytes);
        return Take(bytes);
    }

    private bool Chunk(bool isText)
    {
        if (_at + 2 > _bytes.Length)
        {
            return false;
        }

        Add(MarkKind.Length, _at, 2);
        var length = BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(_at));
        _at += 2;
        return isText ? Text(length) : Octets(length);
    }

    private bool Text(int units)
    {
        var from = _at;
        for (; units > 0 && _at < _bytes.Length; units--)
        {
            _at += _bytes[_at] < 0x80 ? 1 : _bytes[_at] < 0xE0 ? 2 : 3;
        }

        Add(MarkKind.Text, from, Math.Min(_at, _bytes.Length) - from);
        return units == 0 && _at <= _bytes.Length;
    }

    private bool Octets(int length)
    {
        Add(MarkKind.Text, _at, Math.Min(length, _bytes.Length - _at));
        return Take(length);
    }

    private bool Take(int count)
    {
        _at += count;
        return count >= 0 && _at <= _bytes.Length;
    }

    private void Add(MarkKind kind, int at, int length) => _marks.Add(new Mark(kind, at, length));

    private static int NumberBytes(byte tag) => tag switch
    {
        (>= 0x80 and <= 0xBF) or (>= 0xD8 and <= 0xEF) => 0,
        (>= 0xC0 and <= 0xCF) or >= 0xF0 => 1,
        (>= 0xD0 and <= 0xD7) or (>= 0x38 and <= 0x3F) => 2,
        (byte)'I' => 4,
        _ => 8,
    };
}
