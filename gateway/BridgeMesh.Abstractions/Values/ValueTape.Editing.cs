using System.Diagnostics;

namespace BridgeMesh.Values;

/// <content>
/// Changes to tokens that are there already, for the gateway's own conforming of values to a contract. Apart from the rest, as codecs have
/// no business with it.
/// </content>
public sealed partial class ValueTape
{
    /// <summary>Makes a text another kind of text.</summary>
    internal void SetTextKind(int index, ValueKind kind, TypeName? type)
    {
        ref var token = ref _tokens[index];
        Debug.Assert(
            token.Kind is ValueKind.String or ValueKind.Text or ValueKind.Enum or ValueKind.Decimal or ValueKind.BigInteger, "only texts");
        token.Kind = kind;
        token.Type = type;
    }

    /// <summary>Makes a leaf a text of ASCII. False past the budget, which fails the tape.</summary>
    internal bool TrySetText(int index, ValueKind kind, ReadOnlySpan<byte> ascii, TypeName? type)
    {
        Debug.Assert(!_tokens[index].IsContainer, "only leaves");
        var offset = Store(ascii);
        if (offset < 0)
        {
            return false;
        }

        ref var token = ref _tokens[index];
        token.Kind = kind;
        token.Type = type;
        token.Bits = Slice(offset, ascii.Length);
        token.Link = ascii.Length;
        token.Flags = (token.Flags & ValueFlags.Referenced) | ValueFlags.Ascii;
        return true;
    }

    internal void SetInstant(int index, long epochMs, int nanosOfMs, TypeName? type)
    {
        SetNumber(index, ValueKind.Instant, epochMs);
        ref var token = ref _tokens[index];
        token.Link = nanosOfMs;
        token.Type = type;
        token.Flags &= ValueFlags.Referenced;
    }

    /// <summary>Makes a list an array or the other way round.</summary>
    internal void SetSequence(int index, ValueKind kind, TypeName? type, bool isSet)
    {
        ref var token = ref _tokens[index];
        Debug.Assert(token.Kind is ValueKind.List or ValueKind.Array && kind is ValueKind.List or ValueKind.Array, "only lists and arrays");
        token.Kind = kind;
        token.Type = type;
        token.Flags = isSet ? token.Flags | ValueFlags.Set : token.Flags & ~ValueFlags.Set;
    }

    /// <summary>Appends a leaf of another tape, under the name given last. References are the caller's to map.</summary>
    internal int AddCopy(ValueTape from, int index)
    {
        ref readonly var token = ref from[index];
        Debug.Assert(!token.IsContainer && token.Kind != ValueKind.Reference, "only leaves");
        var bits = token.Bits;
        if (token.Kind is ValueKind.String or ValueKind.Text or ValueKind.Enum
            or ValueKind.Decimal or ValueKind.BigInteger or ValueKind.Bytes)
        {
            var text = from.Utf8(index);
            var offset = Store(text);
            if (offset < 0)
            {
                return -1;
            }

            bits = Slice(offset, text.Length);
        }

        return Leaf(token.Kind, bits, token.Link, token.Type, token.Flags & ~ValueFlags.Referenced);
    }

    /// <summary>Begins a container like that of another tape.</summary>
    internal int BeginCopy(ValueTape from, int index)
    {
        ref readonly var token = ref from[index];
        var begun = Begin(token.Kind, token.Type, token.Flags & ~ValueFlags.Referenced);
        if (begun >= 0 && token.Kind == ValueKind.Object)
        {
            CopyUnknowns(from, index, begun);
        }

        return begun;
    }

    /// <summary>Exchanges the values of two tapes; their budgets stay. Neither may have an open container.</summary>
    internal void Swap(ValueTape other)
    {
        Debug.Assert(_depth == 0 && other._depth == 0, "nothing open");
        (_tokens, other._tokens) = (other._tokens, _tokens);
        (_text, other._text) = (other._text, _text);
        (_count, other._count) = (other._count, _count);
        (_textLength, other._textLength) = (other._textLength, _textLength);
        (_unknowns, other._unknowns) = (other._unknowns, _unknowns);
        (_unknownCount, other._unknownCount) = (other._unknownCount, _unknownCount);
        (HasReferences, other.HasReferences) = (other.HasReferences, HasReferences);
        (Status, other.Status) = (other.Status, Status);
    }
}
