using System.Diagnostics;

namespace BridgeMesh.Values;

/// <summary>
/// A place on a tape to go back to. Only for the tape that gave it, while the containers that were open then still are, and as long as none
/// that had unknown fields then has got more.
/// </summary>
public readonly record struct TapeMark
{
    internal int Count { get; init; }

    internal int TextLength { get; init; }

    internal int Depth { get; init; }

    internal int Unknowns { get; init; }

    /// <summary>Of the innermost open container: its number of children and its unknown fields.</summary>
    internal long OpenBits { get; init; }

    internal FieldName? Name { get; init; }
}

/// <content>Going back, for readers that find out halfway that a value must be read another way.</content>
public sealed partial class ValueTape
{
    public TapeMark Mark() => new()
    {
        Count = _count,
        TextLength = _textLength,
        Depth = _depth,
        Unknowns = _unknownCount,
        OpenBits = _depth == 0 ? 0 : _tokens[_open[_depth - 1]].Bits,
        Name = _nextName,
    };

    /// <summary>Drops everything since the mark. Not for a tape with references; one that has failed stays so and keeps what it has.</summary>
    public void RollBack(in TapeMark mark)
    {
        Debug.Assert(!HasReferences, "references may point at what is dropped");
        if (Failed)
        {
            return;
        }

        Array.Clear(_tokens, mark.Count, _count - mark.Count);
        _count = mark.Count;
        _textLength = mark.TextLength;
        _depth = mark.Depth;
        _unknownCount = mark.Unknowns;
        _nextName = mark.Name;
        if (_depth > 0)
        {
            _tokens[_open[_depth - 1]].Bits = mark.OpenBits;
        }
    }
}
