using System.Globalization;
using System.Text;

namespace BridgeMesh.Values;

/// <summary>Names places on a tape for error messages: <c>args[0].order.items[3].price</c>. Roots are <c>args[n]</c>.</summary>
internal static class TapePath
{
    private const int MaxKeyLength = 64;

    /// <summary>The place where the next token goes, given the open containers.</summary>
    internal static string Of(ValueTape tape, ReadOnlySpan<int> open, FieldName? nextName)
    {
        var path = new StringBuilder("args");
        var from = 0;
        if (open.IsEmpty)
        {
            return path.Append('[').Append(tape.RootCount()).Append(']').ToString();
        }

        path.Append('[').Append(RootOrdinal(tape, open[0])).Append(']');
        for (var i = 0; i < open.Length; i++)
        {
            from = open[i];
            if (from < 0)
            {
                break;
            }

            var next = i + 1 < open.Length ? open[i + 1] : tape.Count;
            AppendStep(path, tape, from, next, nextName, isLast: i + 1 == open.Length);
        }

        return path.ToString();
    }

    /// <summary>The place of a token that is on the tape.</summary>
    internal static string Of(ValueTape tape, int index)
    {
        var path = new StringBuilder("args");
        var ordinal = 0;
        var root = 0;
        while (root < tape.Count && tape.Next(root) <= index)
        {
            root = tape.Next(root);
            ordinal++;
        }

        path.Append('[').Append(ordinal).Append(']');
        var at = root;
        while (at < index && at < tape.Count && tape[at].IsContainer)
        {
            var child = at + 1;
            while (tape.Next(child) <= index)
            {
                child = tape.Next(child);
            }

            AppendStep(path, tape, at, child, tape[child].Name, isLast: true);
            at = child;
        }

        return path.ToString();
    }

    private static void AppendStep(StringBuilder path, ValueTape tape, int container, int child, FieldName? nextName, bool isLast)
    {
        switch (tape[container].Kind)
        {
            case ValueKind.Object:
                var name = isLast ? nextName : tape[child].Name;
                if (name is not null)
                {
                    path.Append('.').Append(name.Text);
                }

                break;
            case ValueKind.Map:
                AppendMapStep(path, tape, container, child);
                break;
            default:
                path.Append('[').Append(Ordinal(tape, container, child).ToString(CultureInfo.InvariantCulture)).Append(']');
                break;
        }
    }

    private static void AppendMapStep(StringBuilder path, ValueTape tape, int container, int child)
    {
        var ordinal = Ordinal(tape, container, child);
        if (ordinal % 2 == 0)
        {
            path.Append(".key[").Append((ordinal / 2).ToString(CultureInfo.InvariantCulture)).Append(']');
            return;
        }

        var key = container + 1;
        for (var i = 0; i < ordinal - 1; i++)
        {
            key = tape.Next(key);
        }

        var text = tape[key].Kind is ValueKind.String or ValueKind.Text or ValueKind.Enum
            ? tape.Text(key)
            : tape[key].Bits.ToString(CultureInfo.InvariantCulture);
        path.Append('[').Append(text.Length > MaxKeyLength ? text[..MaxKeyLength] : text).Append(']');
    }

    private static int RootOrdinal(ValueTape tape, int index)
    {
        var ordinal = 0;
        for (var i = 0; i < index && i < tape.Count; i = StepOver(tape, i))
        {
            ordinal++;
        }

        return ordinal;
    }

    private static int Ordinal(ValueTape tape, int container, int child)
    {
        var ordinal = 0;
        for (var i = container + 1; i < child && i < tape.Count; i = StepOver(tape, i))
        {
            ordinal++;
        }

        return ordinal;
    }

    // An open container has no end yet: everything that follows is inside it.
    private static int StepOver(ValueTape tape, int index)
    {
        var next = tape.Next(index);
        return next <= index ? tape.Count : next;
    }
}
