using System.Buffers;
using System.Diagnostics;

namespace BridgeMesh.Values;

/// <content>
/// Fields of an object that no contract knows, as the sender's bytes, so that what goes from a format to itself loses nothing. Beside the
/// tokens and not among them: other formats have no form for such bytes and need not know of them.
/// </content>
public sealed partial class ValueTape
{
    private const int FirstUnknowns = 16;

    private UnknownRun[] _unknowns = [];
    private int _unknownCount;

    /// <param name="Next">Place of the object's next run, or -1.</param>
    /// <param name="Last">Of the first run of an object: the place of its last one.</param>
    private record struct UnknownRun(int Offset, int Length, int Next, int Last);

    /// <summary>
    /// Appends to what the object at <paramref name="objectIndex"/> has of such bytes. Counts as text in the
    /// budget, whose number of values bounds that of the runs too. False past it, which fails the tape.
    /// </summary>
    public bool AddUnknown(int objectIndex, ReadOnlySpan<byte> bytes)
    {
        Debug.Assert(_tokens[objectIndex].Kind == ValueKind.Object, "only objects have fields");
        var end = _textLength;
        var offset = Store(bytes);
        if (offset < 0)
        {
            return false;
        }

        ref var token = ref _tokens[objectIndex];
        var first = token.UnknownSlot;
        if (first >= 0 && _unknowns[_unknowns[first].Last] is var last && last.Offset + last.Length == end)
        {
            _unknowns[_unknowns[first].Last].Length += bytes.Length;
            return true;
        }

        if (_unknownCount >= Budget.MaxTokens)
        {
            Fail(CodecError.OverBudget, $"unknown fields in more than {Budget.MaxTokens} places");
            return false;
        }

        if (_unknownCount == _unknowns.Length)
        {
            GrowUnknowns();
        }

        _unknowns[_unknownCount] = new UnknownRun(offset, bytes.Length, -1, _unknownCount);
        if (first < 0)
        {
            token.Bits = (uint)token.Bits | ((long)(_unknownCount + 1) << 32);
        }
        else
        {
            _unknowns[_unknowns[first].Last].Next = _unknownCount;
            _unknowns[first].Last = _unknownCount;
        }

        _unknownCount++;
        return true;
    }

    /// <summary>Place of the first bytes that <see cref="AddUnknown"/> gave the object; -1 when there are none.</summary>
    public int FirstUnknown(int objectIndex) =>
        _unknownCount == 0 || _tokens[objectIndex].Kind != ValueKind.Object ? -1 : _tokens[objectIndex].UnknownSlot;

    /// <summary>The place behind; -1 after the last.</summary>
    public int NextUnknown(int place) => _unknowns[place].Next;

    /// <summary>The bytes at a place; valid until the tape changes.</summary>
    public ReadOnlySpan<byte> Unknown(int place) => _text.AsSpan(_unknowns[place].Offset, _unknowns[place].Length);

    private void CopyUnknowns(ValueTape from, int fromIndex, int index)
    {
        for (var place = from.FirstUnknown(fromIndex); place >= 0 && AddUnknown(index, from.Unknown(place)); place = from.NextUnknown(place))
        {
        }
    }

    private void GrowUnknowns()
    {
        var grown = ArrayPool<UnknownRun>.Shared.Rent(Math.Max(FirstUnknowns, _unknowns.Length * 2));
        _unknowns.AsSpan(0, _unknownCount).CopyTo(grown);
        GiveBack(_unknowns);
        _unknowns = grown;
    }
}
