using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Reading;

/// <summary>Java classes that are one value in neutral terms although Hessian writes them as objects.</summary>
internal static class ScalarObjects
{
    /// <summary>
    /// Reads an instance whose class is known to be such a value. False without a fault, and with nothing taken, when this instance does
    /// not look like one: it is then read field by field and nothing of it is lost.
    /// </summary>
    internal static bool TryRead(scoped ref HessianCursor cursor, HessianClass cls, ValueTape tape, TypeShape? shape)
    {
        var from = cursor.At;
        if (!cursor.TryPeek(out var tag) || !Texts.IsString(cursor.Kind(tag)))
        {
            return false;
        }

        cursor.At++;
        if (!Texts.TryUtf8(ref cursor, cursor.Kind(tag), tag, out var text))
        {
            return false;
        }

        var token = cls.Form switch
        {
            ObjectForm.EnumLike when IsConstant(text, shape) => tape.AddText(ValueKind.Enum, text, cls.Type),
            ObjectForm.ClassName => tape.AddText(ValueKind.Text, text, cls.Type),
            ObjectForm.BigDecimal => Decimals.Add(tape, text),
            _ => Declined,
        };
        if (token == Declined)
        {
            cursor.At = from;
            return false;
        }

        cursor.State.AddSlot(token);
        return ValueDecoder.Added(ref cursor, tape, token);
    }

    internal const int Declined = int.MinValue;

    /// <summary>
    /// Whether the text is an enum constant's name. Nothing on the wire tells an enum from an object whose only field is called name: a
    /// contract does; without one, only the usual form of constants is taken for one (letters A to Z, digits, underscores).
    /// </summary>
    private static bool IsConstant(ReadOnlySpan<byte> text, TypeShape? shape)
    {
        switch (shape?.Kind)
        {
            case ShapeKind.Enum:
                return true;
            case ShapeKind.Struct:
                return false;
        }

        if (text.IsEmpty || text[0] is not (>= (byte)'A' and <= (byte)'Z'))
        {
            return false;
        }

        return text.IndexOfAnyExcept(ConstantBytes) < 0;
    }

    private static readonly System.Buffers.SearchValues<byte> ConstantBytes =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);
}
