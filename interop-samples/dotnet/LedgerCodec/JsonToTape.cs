using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using BridgeMesh.Values;

namespace Acme.Ledger;

/// <summary>Reads JSON onto a tape. Objects become maps; whole numbers become int, long or big integers, others doubles.</summary>
internal static class JsonToTape
{
    /// <summary>Reads the value that the reader stands on, and leaves it on the value's last token.</summary>
    internal static void ReadValue(ref Utf8JsonReader reader, ValueTape into)
    {
        var depth = 0;
        do
        {
            depth += ReadToken(ref reader, into);
        }
        while (depth > 0 && !into.Failed && reader.Read());
    }

    /// <summary>The string or property name that the reader stands on; null when it is neither, or holds what is not text.</summary>
    internal static string? ReadText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            return null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that the text holds half a surrogate pair or bytes that are not UTF-8.
            return null;
        }
    }

    private static int ReadToken(ref Utf8JsonReader reader, ValueTape into)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                into.BeginMap();
                return 1;
            case JsonTokenType.StartArray:
                into.BeginList();
                return 1;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                into.End();
                return -1;
            case JsonTokenType.PropertyName or JsonTokenType.String:
                AddText(ref reader, into);
                return 0;
            case JsonTokenType.Number:
                AddNumber(ref reader, into);
                return 0;
            case JsonTokenType.True or JsonTokenType.False:
                into.AddBool(reader.TokenType == JsonTokenType.True);
                return 0;
            default:
                into.AddNull();
                return 0;
        }
    }

    private static void AddText(ref Utf8JsonReader reader, ValueTape into)
    {
        // Unescaping never lengthens a text.
        var most = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (most > int.MaxValue || !into.TryReserveText((int)most, out var room))
        {
            return;
        }

        try
        {
            var length = reader.CopyString(room);
            if (Utf8.IsValid(room[..length]))
            {
                var at = into.TextPosition;
                into.CommitText(length);
                into.AddStoredText(ValueKind.String, at, length);
                return;
            }
        }
        catch (InvalidOperationException)
        {
            // As in ReadText.
        }

        into.Fail(CodecError.Malformed, "a text is not valid Unicode", reader.TokenStartIndex);
    }

    private static void AddNumber(ref Utf8JsonReader reader, ValueTape into)
    {
        if (reader.TryGetInt32(out var small))
        {
            into.AddInt32(small);
        }
        else if (reader.TryGetInt64(out var wide))
        {
            into.AddInt64(wide);
        }
        else
        {
            var digits = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
            if (digits.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0)
            {
                into.AddText(ValueKind.BigInteger, digits);
            }
            else if (reader.TryGetDouble(out var real) && double.IsFinite(real))
            {
                into.AddFloat64(real);
            }
            else
            {
                into.Fail(CodecError.Malformed, "a number is beyond what a double holds", reader.TokenStartIndex);
            }
        }
    }
}
