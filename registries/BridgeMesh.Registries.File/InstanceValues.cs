using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Yaml;

namespace BridgeMesh.Registries.File;

/// <summary>What an instance may say of itself beside its address. What is wrong is told, and counts as not said.</summary>
internal static class InstanceValues
{
    private static readonly (string Word, InstanceHealth Health)[] Healths =
    [
        ("up", InstanceHealth.Up),
        ("starting", InstanceHealth.Starting),
        ("down", InstanceHealth.Down),
        ("out-of-service", InstanceHealth.OutOfService),
        ("unknown", InstanceHealth.Unknown),
    ];

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <param name="hint">What the number means; ends the cure.</param>
    internal static int Number(YamlMap map, string key, int fallback, int max, string hint, List<SourceProblem> problems)
    {
        if (map.Find(key) is not { } node)
        {
            return fallback;
        }

        if ((node as YamlScalar)?.Text is { } text
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max)
        {
            return number;
        }

        problems.Add(node.At, $"'{key}' is {node.Describe()}", $"write a whole number from 0 to {max}; {hint}");
        return 0;
    }

    internal static bool Flag(YamlMap map, string key, List<SourceProblem> problems)
    {
        if (map.Find(key) is not { } node || (node as YamlScalar)?.Text is "false")
        {
            return false;
        }

        if ((node as YamlScalar)?.Text is "true")
        {
            return true;
        }

        problems.Add(node.At, $"'{key}' is {node.Describe()}", "write true or false");
        return false;
    }

    /// <summary>A time of day without a zone would mean another one on each machine.</summary>
    internal static DateTimeOffset? Time(YamlMap map, string key, List<SourceProblem> problems)
    {
        if (map.Find(key) is not { } node)
        {
            return null;
        }

        if ((node as YamlScalar)?.Text is { } text && text.AsSpan(text.IndexOf('T', StringComparison.Ordinal) + 1).ContainsAny("Z+-")
            && DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return time;
        }

        problems.Add(node.At, $"'{key}' is {node.Describe()}", "write a time with its zone, such as 2026-01-31T12:00:00Z");
        return null;
    }

    internal static InstanceHealth Health(YamlMap map, string key, List<SourceProblem> problems)
    {
        if (map.Find(key) is not { } node)
        {
            return InstanceHealth.Up;
        }

        foreach (var (word, health) in Healths)
        {
            if ((node as YamlScalar)?.Text == word)
            {
                return health;
            }
        }

        problems.Add(node.At, $"'{key}' is {node.Describe()}", "write up, starting, down, out-of-service or unknown");
        return InstanceHealth.Unknown;
    }

    internal static ImmutableArray<string> Texts(YamlMap map, string key, List<SourceProblem> problems)
    {
        if (map.Find(key) is not { } node)
        {
            return [];
        }

        if (node is YamlList list && list.Items.All(static i => i is YamlScalar { IsNull: false, Text.Length: > 0 }))
        {
            return [.. list.Items.OfType<YamlScalar>().Select(static i => i.Text)];
        }

        problems.Add(node.At, $"'{key}' is {node.Describe()}", "write a list of words");
        return [];
    }

    internal static ImmutableDictionary<string, string> Metadata(YamlMap map, List<SourceProblem> problems)
    {
        var metadata = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (map.Find("metadata") is { } node and not YamlMap and not YamlScalar { IsNull: true })
        {
            problems.Add(node.At, $"'metadata' is {node.Describe()}", "write a map of texts");
        }

        foreach (var (name, value) in (map.Find("metadata") as YamlMap)?.Entries ?? [])
        {
            if (value is YamlScalar scalar)
            {
                metadata[name.Text] = scalar.IsNull ? string.Empty : scalar.Text;
            }
            else
            {
                problems.Add(value.At, $"the metadata '{name.Text}' is {value.Describe()}", "write text");
            }
        }

        return metadata.ToImmutable();
    }
}
