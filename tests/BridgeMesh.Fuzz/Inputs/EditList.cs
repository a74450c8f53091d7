namespace BridgeMesh.Fuzz.Inputs;

/// <summary>
/// Changes to one sample, all in the sample's own offsets, so that several of them keep to its structure. Those that overlap an earlier one
/// (by offset) are left out. Used again for every input; not thread-safe.
/// </summary>
internal sealed class EditList
{
    private readonly List<Edit> _edits = [];
    private readonly InputBytes _added = new();

    /// <summary>Where the bytes of edits are made; <see cref="Mark"/> before, <see cref="Replace(int, int, int)"/> after.</summary>
    internal InputBytes Bytes => _added;

    internal int Mark => _added.Length;

    internal void Clear()
    {
        _edits.Clear();
        _added.Clear();
    }

    /// <summary>Puts what was added to <see cref="Bytes"/> since the mark in place of a part of the sample.</summary>
    internal void Replace(int at, int count, int mark) => _edits.Add(new Edit(at, count, mark, _added.Length - mark, _edits.Count));

    internal void Replace(int at, int count, scoped ReadOnlySpan<byte> by)
    {
        var mark = Mark;
        _added.Add(by);
        Replace(at, count, mark);
    }

    internal void Remove(int at, int count) => Replace(at, count, Mark);

    internal void Apply(ReadOnlySpan<byte> sample, InputBytes into)
    {
        _edits.Sort(static (x, y) => x.At != y.At ? x.At.CompareTo(y.At) : x.Order.CompareTo(y.Order));
        var at = 0;
        foreach (var edit in _edits)
        {
            if (edit.At < at || edit.At > sample.Length)
            {
                continue;
            }

            into.Add(sample[at..edit.At]);
            into.Add(_added.Span.Slice(edit.From, edit.Length));
            at = Math.Min(sample.Length, edit.At + edit.Count);
        }

        into.Add(sample[at..]);
    }

    private readonly record struct Edit(int At, int Count, int From, int Length, int Order);
}
