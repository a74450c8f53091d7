using System.Globalization;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// Values given on the command line: <c>listeners.bolt.address=127.0.0.1:13200</c>. A step of the path is a key, the name of a list's item,
/// or its index from 0; the value is YAML, so <c>contracts=[a.yaml, b.yaml]</c> is a list. Problems point to <c>--set:N:column</c>, N being
/// the ordinal of the option.
/// </summary>
internal static class ConfigOverrides
{
    public const string File = "--set";

    public static void Apply(YamlMap root, IReadOnlyList<string> overrides, List<SourceProblem> problems)
    {
        for (var i = 0; i < overrides.Count; i++)
        {
            ApplyOne(root, overrides[i], line: i + 1, problems);
        }
    }

    private static void ApplyOne(YamlMap root, string text, int line, List<SourceProblem> problems)
    {
        var equals = text.IndexOf('=');
        if (equals <= 0)
        {
            problems.Add(new(File, line, 1, $"'{text}' is no key and value", "write key=value, such as logging.level=debug"));
            return;
        }

        // Lines and columns before the value are filled up, so that the reader's places are those on the command line.
        var padded = new string('\n', line - 1) + new string(' ', equals + 1) + text[(equals + 1)..];
        var before = problems.Count;
        var value = YamlTree.Read(File, new StringReader(padded), problems)
            ?? new YamlScalar(new(File, line, equals + 2), string.Empty, isPlain: true);
        if (problems.Count > before)
        {
            for (var i = before; i < problems.Count; i++)
            {
                problems[i] = problems[i] with { Line = line }; // What is never closed is noticed at the end, a line below.
            }

            return;
        }

        YamlNode at = root;
        var steps = text[..equals].Split('.');
        var column = 1;
        for (var i = 0; i < steps.Length; i++)
        {
            var key = new YamlScalar(new(File, line, column), steps[i], isPlain: true);
            var next = i == steps.Length - 1 ? value : null;
            if (Step(at, key, next, problems) is not { } reached)
            {
                return;
            }

            at = reached;
            column += steps[i].Length + 1;
        }
    }

    /// <summary>Goes to the value below, making maps on the way, or puts the given value there. Null after a problem.</summary>
    private static YamlNode? Step(YamlNode at, YamlScalar key, YamlNode? put, List<SourceProblem> problems)
    {
        switch (at)
        {
            case YamlMap map:
                if (put is not null || map.Find(key.Text) is null or YamlScalar { IsNull: true })
                {
                    map.Set(key, put ?? new YamlMap(key.At));
                }

                return map.Find(key.Text);

            case YamlList list:
                var index = IndexOf(list, key.Text);
                if (index < 0)
                {
                    var names = list.Items.Select(NameOf).OfType<string>().ToArray();
                    var cure = names.Length == 0 ? $"use an index from 0 to {list.Items.Count - 1}" : NearMiss.Cure(key.Text, names);
                    cure = list.Items.Count == 0 ? "set the whole list" : cure;
                    problems.Add(key.At, $"the list has no item '{key.Text}'", cure);
                    return null;
                }

                return put is null ? list.Items[index] : list.Items[index] = put;

            default:
                problems.Add(key.At, $"'{key.Text}' would be part of {at.Describe()}", "end the path before it");
                return null;
        }
    }

    private static int IndexOf(YamlList list, string step)
    {
        var named = list.Items.FindIndex(i => NameOf(i) == step);
        return named >= 0 ? named
            : int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Items.Count ? index
            : -1;
    }

    private static string? NameOf(YamlNode item) => ((item as YamlMap)?.Find("name") as YamlScalar)?.Text;
}
