using System.Collections.Immutable;
using System.Text;
using BridgeMesh.Yaml;

namespace BridgeMesh.Registries.ZooKeeper.Dubbo;

/// <summary>
/// Rules that 2.7 and later keep as YAML in the configuration centre. Source: org.apache.dubbo.rpc.cluster.configurator.parser.ConfigParser;
/// org.apache.dubbo.rpc.cluster.router.tag.model.TagRuleParser. What is wrong in one is told, and the rule is passed over.
/// </summary>
internal static class RuleText
{
    /// <summary>Longest rule that is read, in bytes: a rule with a thousand addresses takes 30,000.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>In the order in which they are to be applied; none where the rule is not in force.</summary>
    internal static ImmutableArray<OverrideRule> Overrides(ReadOnlyMemory<byte> data, out string problem)
    {
        if (Read(data, out problem) is not { } map || IsOff(map))
        {
            return [];
        }

        var rules = ImmutableArray.CreateBuilder<OverrideRule>();
        foreach (var item in Items(map.Find("configs")).OfType<YamlMap>())
        {
            var parameters = (item.Find("parameters") as YamlMap)?.Entries
                .Where(static e => e.Value is YamlScalar)
                .Select(static e => KeyValuePair.Create(e.Key.Text, ((YamlScalar)e.Value).Text)) ?? [];
            if (IsOff(item))
            {
                continue;
            }

            var addresses = Texts(item.Find("addresses"));
            var (side, applications, providers) = (Text(item, "side"), Texts(item.Find("applications")), Texts(item.Find("providerAddresses")));
            var set = OverrideRule.ParametersOf(parameters);
            foreach (var address in addresses.IsEmpty ? [OverrideRule.AnyHost] : addresses)
            {
                if (Layouts.RegistryUrl.Parse($"address://{address}") is not { } place)
                {
                    problem = $"has the address '{(address.Length <= 80 ? address : address[..80] + "…")}', which is none";
                    continue;
                }

                rules.Add(new OverrideRule(place.Host, place.Port, side, applications, providers, set));
            }
        }

        return rules.ToImmutable();
    }

    /// <summary>Addresses by tag.</summary>
    internal static ImmutableArray<(string Tag, ImmutableArray<string> Addresses)> Tags(ReadOnlyMemory<byte> data, out string problem) =>
        Read(data, out problem) is not { } map || IsOff(map)
            ? []
            :
            [
                .. Items(map.Find("tags")).OfType<YamlMap>()
                    .Where(static t => Text(t, "name").Length > 0)
                    .Select(static t => (Text(t, "name"), Texts(t.Find("addresses")))),
            ];

    /// <summary>Whether there is a rule, and it is in force.</summary>
    internal static bool IsOn(ReadOnlyMemory<byte> data) => Read(data, out _) is { } map && !IsOff(map);

    private static YamlMap? Read(ReadOnlyMemory<byte> data, out string problem)
    {
        problem = string.Empty;
        if (data.IsEmpty)
        {
            return null;
        }

        if (data.Length > MaxBytes)
        {
            problem = $"is a rule of more than {MaxBytes} bytes";
            return null;
        }

        var problems = new List<SourceProblem>();
        using var text = new StringReader(Encoding.UTF8.GetString(data.Span));
        var read = YamlTree.Read("rule", text, problems);
        if (read is YamlMap map && problems.Count == 0)
        {
            return map;
        }

        problem = problems.Count > 0 ? $"is no rule: {problems[0]}" : read is null ? string.Empty : $"is no rule but {read.Describe()}";
        return null;
    }

    private static bool IsOff(YamlMap map) => Text(map, "enabled") is "false";

    private static string Text(YamlMap map, string key) => map.Find(key) is YamlScalar { IsNull: false } scalar ? scalar.Text : string.Empty;

    private static List<YamlNode> Items(YamlNode? node) => (node as YamlList)?.Items ?? [];

    private static ImmutableArray<string> Texts(YamlNode? node) =>
        [.. Items(node).OfType<YamlScalar>().Where(static s => !s.IsNull && s.Text.Length > 0).Select(static s => s.Text)];
}
