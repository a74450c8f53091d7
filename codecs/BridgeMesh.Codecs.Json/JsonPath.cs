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
    /// <summary>The way from a root of the tape down to one of its tokens.</summary>
    internal static string Of(ValueTape tape, int root, int target)
    {
        var path = new StringBuilder();
        var at = root;
        while (at < target && tape[at].IsContainer)
        {
            var isMap = tape[at].Kind == ValueKind.Map;
            var (child, ordinal) = (at + 1, 0);
            while (tape.Next(child) <= target)
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

    /// <summary>Follows the path; -1 when it leads nowhere, or to what the tape does not have yet.</summary>
    internal static int Follow(ValueTape tape, int root, ReadOnlySpan<byte> path)
    {
        var at = root;
        while (!path.IsEmpty)
        {
            at = tape.Resolve(at);
            if (path[0] == '[' && path.Length > 1 && path[1] != '"')
            {
                at = TryOrdinal(ref path, out var ordinal) ? Element(tape, at, ordinal) : -1;
            }
            else
            {
                at = TryName(ref path, out var name) ? Member(tape, at, name) : -1;
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

        var text = new StringBuilder();
        var raw = Encoding.UTF8.GetString(path[2..]);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '"')
            {
                if (i + 1 == raw.Length || raw[i + 1] != ']')
                {
                    return false;
                }

                name = text.ToString();
                path = path[(2 + Encoding.UTF8.GetByteCount(raw.AsSpan(0, i + 2)))..];
                return true;
            }

            i += raw[i] == '\\' && i + 1 < raw.Length ? 1 : 0;
            text.Append(raw[i]);
        }

        return false;
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

    private static int Element(ValueTape tape, int list, int ordinal)
    {
        if (tape[list].Kind is not (ValueKind.List or ValueKind.Array))
        {
            return -1;
        }

        var end = tape.Next(list);
        var at = list + 1;
        for (; ordinal > 0 && at < end; ordinal--)
        {
            at = tape.Next(at);
        }

        return at < end ? at : -1;
    }

    private static int Member(ValueTape tape, int container, string name)
    {
        var end = tape.Next(container);
        if (tape[container].Kind == ValueKind.Object)
        {
            for (var i = container + 1; i < end; i = tape.Next(i))
            {
                if (tape[i].Name?.Text == name)
                {
                    return i;
                }
            }
        }
        else if (tape[container].Kind == ValueKind.Map)
        {
            for (int key = container + 1, value; key < end && (value = tape.Next(key)) < end; key = tape.Next(value))
            {
                if (KeyText(tape, key) == name)
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
