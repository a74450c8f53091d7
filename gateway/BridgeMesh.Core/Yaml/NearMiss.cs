namespace BridgeMesh.Yaml;

/// <summary>Finds what somebody meant when they mistyped a name.</summary>
internal static class NearMiss
{
    /// <summary>Longer texts are no names.</summary>
    private const int MaxLength = 200;

    /// <summary>The nearest known name within a third of its length in edits, or null.</summary>
    public static string? Of(string text, IEnumerable<string> known)
    {
        if (text.Length > MaxLength)
        {
            return null;
        }

        string? best = null;
        var bestEdits = int.MaxValue;
        foreach (var name in known)
        {
            if (name.Length > MaxLength)
            {
                continue;
            }

            var edits = string.Equals(name, text, StringComparison.OrdinalIgnoreCase) ? 0 : Edits(text, name);
            if (edits < bestEdits && edits <= Math.Max(1, Math.Max(name.Length, text.Length) / 3))
            {
                best = name;
                bestEdits = edits;
            }
        }

        return best;
    }

    /// <summary>A cure in words: the near miss when there is one, else what may stand there.</summary>
    public static string Cure(string text, IReadOnlyCollection<string> known) =>
        Of(text, known) is { } near ? $"did you mean '{near}'?"
        : known.Count == 0 ? "remove it"
        : $"use one of: {string.Join(", ", known.Order(StringComparer.Ordinal).Take(30))}";

    /// <summary>Optimal string alignment distance: inserted, dropped, changed and swapped neighbouring characters, without case.</summary>
    private static int Edits(string from, string to)
    {
        var beforeLast = new int[to.Length + 1];
        var last = new int[to.Length + 1];
        var row = new int[to.Length + 1];
        for (var j = 0; j <= to.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= from.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var same = char.ToLowerInvariant(from[i - 1]) == char.ToLowerInvariant(to[j - 1]);
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last, row) = (last, row, beforeLast);
        }

        return last[to.Length];
    }
}
