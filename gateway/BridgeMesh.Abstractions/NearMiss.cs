using BridgeMesh.Contracts;

namespace BridgeMesh;

/// <summary>Finds what somebody meant when they mistyped a name.</summary>
public static class NearMiss
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

            var edits = string.Equals(name, text, StringComparison.OrdinalIgnoreCase) ? 0 : EditDistance.Of(text, name);
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
}
