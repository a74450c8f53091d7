namespace BridgeMesh.Codecs.Http.Bindings;

/// <summary>Where the variables of a matched path lie in it, in the order of the template. Reused from call to call.</summary>
internal sealed class PathCaptures
{
    private (int Start, int Length)[] _places = new (int, int)[4];

    internal int Count { get; private set; }

    internal ReadOnlySpan<char> Of(ReadOnlySpan<char> path, int capture) => path.Slice(_places[capture].Start, _places[capture].Length);

    /// <summary>The rest of a path with the slash before it.</summary>
    internal ReadOnlySpan<char> OfRest(ReadOnlySpan<char> path, int capture)
    {
        var (start, length) = _places[capture];
        return path.Slice(start - 1, length + 1);
    }

    internal void Add(int start, int length)
    {
        if (Count == _places.Length)
        {
            Array.Resize(ref _places, Count * 2);
        }

        _places[Count++] = (start, length);
    }

    internal void Truncate(int count) => Count = count;

    internal void Clear() => Count = 0;
}
