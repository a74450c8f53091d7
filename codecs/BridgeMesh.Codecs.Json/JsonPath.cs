using System.Buffers.Text;
using System.Globalization;
using System.Text;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <summary>
/// Places in a JSON document as <c>$ref</c> names them: <c>$</c> is the document, <c>.name</c> or <c>["any name"]</c> a member or a map's
/// entry, <c>[3]</c> an element. Source: RFC 9535, of which this is the part that names one place.
/// </summary>
internal static class JsonPath
{
    /// <summary>
    /// Siblings that all the references of one document may step over, a tenth of a second's work: a list of many elements with a reference
    /// to each of them would take the square of their number.
    /// </summary>
    internal const int MaxSteps = 16 << 20;

    /// <summary>The way from a root of the tape down to one of its tokens; not to be used when <paramref name="steps"/> is used up.</summary>
    /// <param name="steps">Steps taken so far, of <see cref="MaxSteps"/>.</param>
    internal static string Of(ValueTape tape, int root, int target, ref int steps)
    {
        var path = new StringBuilder();
        var at = root;
        while (at < target && tape[at].IsContainer)
        {
            var isMap = tape[at].Kind == ValueKind.Map;
            var (child, ordinal) = (at + 1, 0);
            while (tape.Next(child) <= target && ++steps < MaxSteps)
            {
                child = tape.Next(child);
                ordinal++;
            }

            if (tape[at].Kind == ValueKind.Object)
            {
                AppendName(path, tape[child].Name?.Text ?? string.Empty);
            }
            else if (isMap)
            {
                AppendName(path, KeyText(tape, Key(tape, at, ordinal)));
            }
            else
            {
                path.Append(CultureInfo.InvariantCulture, $"[{ordinal}]");
            }

            at = child;
        }

        return path.ToString();
    }

    /// <summary>Follows the path; -1 when it leads nowhere, or to what the tape does not have yet, or when the steps are used up.</summary>
    /// <param name="steps">Steps taken so far, of <see cref="MaxSteps"/>.</param>
    internal static int Follow(ValueTape tape, int root, ReadOnlySpan<byte> path, ref int steps)
    {
        var at = root;
        while (!path.IsEmpty)
        {
            at = tape.Resolve(at);
            if (path[0] == '[' && path.Length > 1 && path[1] != '"')
            {
                at = TryOrdinal(ref path, out var ordinal) ? Element(tape, at, ordinal, ref steps) : -1;
            }
            else
            {
                at = TryName(ref path, out var name) ? Member(tape, at, name, ref steps) : -1;
            }

            if (at < 0 || at >= tape.Count)
            {
                return -1;
            }
        }

        return tape.Resolve(at);
    }

    /// <summary>Takes the first name off a path.</summary>
    internal static bool TryName(ref ReadOnlySpan<byte> path, out string name)
    {
        name = string.Empty;
        if (path.StartsWith("."u8))
        {
            var end = path[1..].IndexOfAny((byte)'.', (byte)'[');
            var length = end < 0 ? path.Length - 1 : end;
            name = Encoding.UTF8.GetString(path.Slice(1, length));
            path = path[(length + 1)..];
            return length > 0;
        }

        if (!path.StartsWith("[\""u8))
        {
            return false;
        }

        var close = 2;
        while (close < path.Length && path[close] != '"')
        {
            close += path[close] == '\\' ? 2 : 1;
        }

        if (close + 1 >= path.Length || path[close + 1] != ']')
        {
            return false;
        }

        name = Unescape(Encoding.UTF8.GetString(path[2..close]));
        path = path[(close + 2)..];
        return true;
    }

    private static string Unescape(string raw)
    {
        if (!raw.Contains('\\', StringComparison.Ordinal))
        {
            return raw;
        }

        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            i += raw[i] == '\\' && i + 1 < raw.Length ? 1 : 0;
            text.Append(raw[i]);
        }

        return text.ToString();
    }

    internal static void AppendName(StringBuilder path, string name)
    {
        if (name.Length > 0 && name.All(static c => char.IsLetterOrDigit(c) || c is '_' or '-'))
        {
            path.Append('.').Append(name);
            return;
        }

        var escaped = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        path.Append("[\"").Append(escaped).Append("\"]");
    }

    private static bool TryOrdinal(ref ReadOnlySpan<byte> path, out int ordinal)
    {
        if (!Utf8Parser.TryParse(path[1..], out ordinal, out var used) || ordinal < 0 || used + 1 >= path.Length || path[used + 1] != ']')
        {
            return false;
        }

        path = path[(used + 2)..];
        return true;
    }

    private static int Element(ValueTape tape, int list, int ordinal, ref int steps)
    {
        if (tape[list].Kind is not (ValueKind.List or ValueKind.Array))
        {
            return -1;
        }

        var end = tape.Next(list);
        var at = list + 1;
        for (; ordinal > 0 && at < end && ++steps < MaxSteps; ordinal--)
        {
            at = tape.Next(at);
        }

        return ordinal == 0 && at < end ? at : -1;
    }

    private static int Member(ValueTape tape, int container, string name, ref int steps)
    {
        var end = tape.Next(container);
        if (tape[container].Kind == ValueKind.Object)
        {
            for (var i = container + 1; i < end && ++steps < MaxSteps; i = tape.Next(i))
            {
                if (tape[i].Name?.Text == name)
                {
                    return i;
                }
            }
        }
        else if (tape[container].Kind == ValueKind.Map)
        {
            var utf8 = Wtf8.FromUtf16(name);
            for (int key = container + 1, value; key < end && (value = tape.Next(key)) < end && ++steps < MaxSteps; key = tape.Next(value))
            {
                if (tape[key].Kind == ValueKind.String ? tape.Utf8(key).SequenceEqual(utf8) : KeyText(tape, key) == name)
                {
                    return value;
                }
            }
        }

        return -1;
    }

    // Children of a map alternate; the key of a value stands before it.
    private static int Key(ValueTape tape, int map, int ordinal)
    {
        var at = map + 1;
        for (var i = 0; i < (ordinal & ~1); i++)
        {
            at = tape.Next(at);
        }

        return at;
    }

    private static string KeyText(ValueTape tape, int key) =>
        TextScalar.Write(tape, key, null, Contracts.ValuePolicy.Default, out var text).IsOk ? text : string.Empty;
}
