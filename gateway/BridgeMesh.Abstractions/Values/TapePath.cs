using System.Globalization;
using System.Text;

namespace BridgeMesh.Values;

/// <summary>Names places on a tape for error messages: <c>args[0].order.items[3].price</c>. Roots are <c>args[n]</c>.</summary>
internal static class TapePath
{
    /// <summary>Names and keys come from peers: a message shows so much of each.</summary>
    private const int MaxNameLength = 64;

    /// <summary>The place where the next token goes, given the open containers.</summary>
    internal static string Of(ValueTape tape, ReadOnlySpan<int> open, FieldName? nextName)
    {
        var path = new StringBuilder("args");
        AppendOrdinal(path, Ordinal(tape, 0, open.IsEmpty ? tape.Count : open[0]));
        for (var i = 0; i < open.Length; i++)
        {
            var isLast = i + 1 == open.Length;
            var next = isLast ? tape.Count : open[i + 1];
            AppendStep(path, tape, open[i], next, isLast ? nextName : tape[next].Name);
        }

        return path.ToString();
    }

    /// <summary>The place of a token that is on the tape.</summary>
    internal static string Of(ValueTape tape, int index)
    {
        var path = new StringBuilder("args");
        var at = Around(tape, 0, index);
        AppendOrdinal(path, Ordinal(tape, 0, at));
        while (at < index && tape[at].IsContainer)
        {
            var child = Around(tape, at + 1, index);
            AppendStep(path, tape, at, child, tape[child].Name);
            at = child;
        }

        return path.ToString();
    }

    /// <summary>The sibling, from <paramref name="first"/> on, whose subtree holds the token.</summary>
    private static int Around(ValueTape tape, int first, int index)
    {
        var at = first;
        while (at < tape.Count && tape.Next(at) <= index)
        {
            at = tape.Next(at);
        }

        return at;
    }

    private static void AppendStep(StringBuilder path, ValueTape tape, int container, int child, FieldName? name)
    {
        switch (tape[container].Kind)
        {
            case ValueKind.Object:
                if (name is not null)
                {
                    AppendName(path.Append('.'), name.Text);
                }

                break;
            case ValueKind.Map:
                AppendMapStep(path, tape, container, child);
                break;
            default:
                AppendOrdinal(path, Ordinal(tape, container + 1, child));
                break;
        }
    }

    private static void AppendMapStep(StringBuilder path, ValueTape tape, int map, int child)
    {
        var ordinal = Ordinal(tape, map + 1, child);
        if (ordinal % 2 == 0)
        {
            AppendOrdinal(path.Append(".key"), ordinal / 2);
            return;
        }

        var key = map + 1;
        for (var i = 0; i < ordinal - 1; i++)
        {
            key = tape.Next(key);
        }

        switch (tape[key].Kind)
        {
            case ValueKind.String or ValueKind.Text or ValueKind.Enum or ValueKind.Decimal or ValueKind.BigInteger:
                AppendName(path.Append('['), tape.Text(key)).Append(']');
                break;
            case ValueKind.Bool:
                path.Append(tape[key].AsBool ? "[true]" : "[false]");
                break;
            case ValueKind.Int32 or ValueKind.Int64 or ValueKind.Instant:
                path.Append('[').Append(tape[key].AsInt64.ToString(CultureInfo.InvariantCulture)).Append(']');
                break;
            default:
                AppendOrdinal(path.Append(".value"), ordinal / 2);
                break;
        }
    }

    private static StringBuilder AppendName(StringBuilder path, string text) => path.Append(text.AsSpan(0, Math.Min(text.Length, MaxNameLength)));

    private static void AppendOrdinal(StringBuilder path, int ordinal) =>
        path.Append('[').Append(ordinal.ToString(CultureInfo.InvariantCulture)).Append(']');

    /// <summary>Siblings from <paramref name="first"/> to <paramref name="index"/>.</summary>
    private static int Ordinal(ValueTape tape, int first, int index)
    {
        var ordinal = 0;
        for (var i = first; i < index && i < tape.Count; i = tape.Next(i))
        {
            ordinal++;
        }

        return ordinal;
    }
}
