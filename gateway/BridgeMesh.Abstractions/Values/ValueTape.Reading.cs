using System.Text;

namespace BridgeMesh.Values;

/// <content>Looking at what is on the tape: walking, texts, fields, references.</content>
public sealed partial class ValueTape
{
    /// <summary>Index of the token behind <paramref name="index"/>'s whole subtree; <see cref="Count"/> for a container still open.</summary>
    public int Next(int index)
    {
        ref readonly var token = ref _tokens[index];
        return !token.IsContainer ? index + 1 : token.Link > 0 ? token.Link : _count;
    }

    /// <summary>Number of root values.</summary>
    public int RootCount()
    {
        var roots = 0;
        for (var i = 0; i < _count; i = Next(i))
        {
            roots++;
        }

        return roots;
    }

    /// <summary>UTF-8 of a String, Text, Enum, Decimal or BigInteger, or the octets of Bytes; valid until the tape changes.</summary>
    public ReadOnlySpan<byte> Utf8(int index)
    {
        ref readonly var token = ref _tokens[index];
        return _text.AsSpan(token.TextOffset, token.TextLength);
    }

    /// <summary>The octets as memory, for senders that outlive a span; valid until the tape changes.</summary>
    public ReadOnlyMemory<byte> Utf8Memory(int index)
    {
        ref readonly var token = ref _tokens[index];
        return _text.AsMemory(token.TextOffset, token.TextLength);
    }

    /// <summary>The text as a new string; lone surrogates come back as they were.</summary>
    public string Text(int index)
    {
        var utf8 = Utf8(index);
        return (_tokens[index].Flags & ValueFlags.LoneSurrogate) == 0 ? Encoding.UTF8.GetString(utf8) : Wtf8.ToUtf16(utf8);
    }

    /// <summary>The child of an object with this name; -1 when it has none. The last wins where a class repeats a name.</summary>
    public int FindField(int objectIndex, FieldName name) => FindField(objectIndex, name.Utf8);

    public int FindField(int objectIndex, ReadOnlySpan<byte> name)
    {
        var found = -1;
        if (_tokens[objectIndex].Kind != ValueKind.Object)
        {
            return found;
        }

        var end = Next(objectIndex);
        for (var i = objectIndex + 1; i < end; i = Next(i))
        {
            if (_tokens[i].Name is { } own && own.Utf8.SequenceEqual(name))
            {
                found = i;
            }
        }

        return found;
    }

    /// <summary>Follows references to the token that holds the value.</summary>
    public int Resolve(int index)
    {
        while (_tokens[index].Kind == ValueKind.Reference)
        {
            index = _tokens[index].Target;
        }

        return index;
    }
}
