using System.Numerics;

namespace BridgeMesh.Codecs.Http.Bindings;

/// <summary>
/// Walks the <c>name=value</c> pairs of a query (chars) or a form (bytes), still escaped. Pairs without a name are skipped, as browsers
/// and servers do. Source: WHATWG URL standard, section 5.1.
/// </summary>
internal ref struct FieldPairs<T>(ReadOnlySpan<T> text)
    where T : unmanaged, IBinaryInteger<T>
{
    private readonly int _length = text.Length;
    private ReadOnlySpan<T> _rest = text;

    internal ReadOnlySpan<T> Name { get; private set; }

    internal ReadOnlySpan<T> Value { get; private set; }

    /// <summary>Where the value lies in the whole text.</summary>
    internal Range ValueRange { get; private set; }

    internal bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOf(T.CreateTruncating('&'));
            var start = _length - _rest.Length;
            var pair = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            var equals = pair.IndexOf(T.CreateTruncating('='));
            Name = equals < 0 ? pair : pair[..equals];
            Value = equals < 0 ? default : pair[(equals + 1)..];
            ValueRange = equals < 0 ? default : new Range(start + equals + 1, start + pair.Length);
            if (!Name.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The next pair whose name, decoded, is this one.</summary>
    internal bool MoveTo(string name)
    {
        while (MoveNext())
        {
            if (IsNamed(name))
            {
                return true;
            }
        }

        return false;
    }

    private readonly bool IsNamed(string name)
    {
        if (Name.IndexOfAny(T.CreateTruncating('%'), T.CreateTruncating('+')) < 0 && System.Text.Ascii.IsValid(name))
        {
            if (Name.Length != name.Length)
            {
                return false;
            }

            for (var i = 0; i < name.Length; i++)
            {
                if (uint.CreateTruncating(Name[i]) != name[i])
                {
                    return false;
                }
            }

            return true;
        }

        // No parameter's name is that long; a longer one cannot be it.
        Span<byte> decoded = stackalloc byte[512];
        return Name.Length <= decoded.Length
            && UrlText.TryDecode(Name, plusIsSpace: true, decoded, out var written)
            && System.Text.Encoding.UTF8.GetString(decoded[..written]) == name;
    }
}
