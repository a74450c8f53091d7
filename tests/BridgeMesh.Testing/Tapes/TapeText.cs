using System.Globalization;
using System.Text;
using BridgeMesh.Values;

namespace BridgeMesh.Testing.Tapes;

/// <summary>A tape as readable text, one root after another, for messages and for comparing runs of the same codec exactly.</summary>
public static class TapeText
{
    public static string Of(ValueTape tape)
    {
        var text = new StringBuilder();
        for (var i = 0; i < tape.Count; i = tape.Next(i))
        {
            Append(text.Append(i == 0 ? string.Empty : ", "), tape, i);
        }

        return tape.Failed ? text.Append(" !").Append(tape.Status).ToString() : text.ToString();
    }

    public static string Of(ValueTape tape, int index)
    {
        var text = new StringBuilder();
        Append(text, tape, index);
        return text.ToString();
    }

    private static void Append(StringBuilder text, ValueTape tape, int index)
    {
        ref readonly var token = ref tape[index];
        if ((token.Flags & ValueFlags.Referenced) != 0)
        {
            text.Append('#').Append(index).Append('=');
        }

        if (token.Type is { } type)
        {
            text.Append('(').Append(type.Text).Append(')');
        }

        switch (token.Kind)
        {
            case ValueKind.Bool:
                text.Append(token.AsBool ? "true" : "false");
                break;
            case ValueKind.Int32:
                text.Append(token.AsInt32.ToString(CultureInfo.InvariantCulture));
                break;
            case ValueKind.Int64:
                text.Append(token.AsInt64.ToString(CultureInfo.InvariantCulture)).Append('L');
                break;
            case ValueKind.UInt64:
                text.Append(token.AsUInt64.ToString(CultureInfo.InvariantCulture)).Append("UL");
                break;
            case ValueKind.Float32:
                text.Append(token.AsFloat32.ToString("R", CultureInfo.InvariantCulture)).Append('f');
                break;
            case ValueKind.Float64:
                text.Append(token.AsFloat64.ToString("R", CultureInfo.InvariantCulture)).Append('d');
                break;
            case ValueKind.Instant:
                text.Append('@').Append(token.EpochMs.ToString(CultureInfo.InvariantCulture));
                text.Append(token.NanosOfMs == 0 ? string.Empty : $"+{token.NanosOfMs}ns");
                break;
            case ValueKind.Bytes:
                text.Append("0x").Append(Convert.ToHexString(tape.Utf8(index)));
                break;
            case ValueKind.String:
                AppendQuoted(text, tape.Text(index));
                break;
            case ValueKind.Decimal or ValueKind.BigInteger or ValueKind.Text or ValueKind.Enum:
                AppendQuoted(text.Append(token.Kind).Append(' '), tape.Text(index));
                break;
            case ValueKind.Reference:
                text.Append('#').Append(token.Target);
                break;
            case ValueKind.List or ValueKind.Array or ValueKind.Map or ValueKind.Object:
                AppendContainer(text, tape, index);
                break;
            default:
                text.Append(token.Kind == ValueKind.Null ? "null" : "absent");
                break;
        }
    }

    private static void AppendContainer(StringBuilder text, ValueTape tape, int index)
    {
        ref readonly var token = ref tape[index];
        var (open, close) = token.Kind switch
        {
            ValueKind.List => ((token.Flags & ValueFlags.Set) != 0 ? "set[" : "[", "]"),
            ValueKind.Array => ("array[", "]"),
            ValueKind.Map => ("map{", "}"),
            _ => ("{", "}"),
        };
        text.Append(open);
        var end = tape.Next(index);
        var ordinal = 0;
        for (var i = index + 1; i < end; i = tape.Next(i), ordinal++)
        {
            if (ordinal > 0)
            {
                text.Append(token.Kind == ValueKind.Map && ordinal % 2 == 1 ? ": " : ", ");
            }

            if (tape[i].Name is { } name)
            {
                text.Append(name.Text).Append(": ");
            }

            Append(text, tape, i);
        }

        text.Append(close);
    }

    private static void AppendQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var unit in value)
        {
            _ = char.IsSurrogate(unit) || unit < ' ' ? text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}") : text.Append(unit);
        }

        text.Append('"');
    }
}
