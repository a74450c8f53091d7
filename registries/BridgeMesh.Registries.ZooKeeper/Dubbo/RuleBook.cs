using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Dubbo;

/// <summary>The rules in force for the providers of one interface, looked up as they are needed. For one reading.</summary>
/// <param name="service">The interface.</param>
/// <param name="application">The gateway's own name as a consumer.</param>
/// <param name="isOwnHost">Whether a host is the gateway's machine.</param>
internal sealed class RuleBook(DubboPaths paths, INodeTree tree, string part, string service, string application, Func<string, bool> isOwnHost)
{
    private const string NotFollowed =
        "is a routing rule, which consumers follow and the gateway does not: it calls all providers that are not disabled";

    private readonly Dictionary<ServiceKey, ImmutableArray<OverrideRule>> _overrides = [];
    private readonly Dictionary<string, ImmutableArray<(string Tag, ImmutableArray<string> Addresses)>> _tags = new(StringComparer.Ordinal);
    private readonly List<NodeProblem> _problems = [];

    internal IReadOnlyList<NodeProblem> Problems => _problems;

    internal ServiceInstance Apply(ServiceInstance instance)
    {
        if (!_overrides.TryGetValue(instance.Service, out var rules))
        {
            _overrides.Add(instance.Service, rules = OverridesOf(instance.Service));
        }

        foreach (var rule in rules)
        {
            instance = rule.Reaches(instance, application, isOwnHost) ? rule.Apply(instance) : instance;
        }

        if (!_tags.TryGetValue(instance.Application, out var tags))
        {
            _tags.Add(instance.Application, tags = TagsOf(instance.Application));
        }

        var given = tags.Where(t => t.Addresses.Any(a => OverrideRule.IsAddress(a, instance))).Select(static t => t.Tag).ToArray();
        return given.Length == 0 ? instance : instance with { Tags = [.. given.Union(instance.Tags, StringComparer.Ordinal)] };
    }

    /// <summary>Tells of rules that the gateway does not follow, so that nobody relies on them.</summary>
    internal void TellOthers()
    {
        foreach (var name in tree.ChildrenOf(paths.Of(part, DubboPaths.Routers)))
        {
            var url = RegistryUrl.ParseName(name);
            Tell(paths.Of(part, DubboPaths.Routers, name), NotFollowed, unless: url?.Protocol == "empty" || url?[ProviderUrl.Enabled] == "false");
        }

        foreach (var key in _overrides.Keys.SelectMany(KeysOf).Distinct(StringComparer.Ordinal))
        {
            var path = paths.Rule(key + DubboPaths.ConditionRules);
            Tell(path, NotFollowed, unless: tree.DataOf(path) is not { } data || !RuleText.IsOn(data));
        }
    }

    /// <summary>
    /// In the order in which they are applied, so that later ones win: 2.6's, general ones before those for a host; then the gateway's own
    /// application's; then the service's. Source: RegistryDirectory.overrideWithConfigurator; Configurator.compareTo.
    /// </summary>
    private ImmutableArray<OverrideRule> OverridesOf(in ServiceKey key)
    {
        var rules = new List<OverrideRule>();
        var older = new List<(RegistryUrl Url, OverrideRule Rule)>();
        foreach (var name in tree.ChildrenOf(paths.Of(part, DubboPaths.Configurators)))
        {
            var path = paths.Of(part, DubboPaths.Configurators, name);
            if (RegistryUrl.ParseName(name) is not { } url)
            {
                Tell(path, "is no rule's URL");
            }
            else if (url.Protocol is "override" && OverrideRule.Of(url, key) is { } rule)
            {
                older.Add((url, rule));
                TellParameters(path, rule);
            }
        }

        rules.AddRange(older
            .OrderBy(static o => o.Rule.Host, StringComparer.Ordinal)
            .ThenBy(static o => int.TryParse(o.Url["priority"], CultureInfo.InvariantCulture, out var priority) ? priority : 0)
            .ThenBy(static o => o.Url.ToString(), StringComparer.Ordinal)
            .Select(static o => o.Rule));
        foreach (var name in KeysOf(key).Prepend(application))
        {
            var path = paths.Rule(name + DubboPaths.ConfiguratorRules);
            if (tree.DataOf(path) is { } data)
            {
                var found = RuleText.Overrides(data, out var problem);
                rules.AddRange(found);
                Array.ForEach([.. found], r => TellParameters(path, r));
                Tell(path, problem, unless: problem.Length == 0);
            }
        }

        return [.. rules];
    }

    private ImmutableArray<(string Tag, ImmutableArray<string> Addresses)> TagsOf(string provider)
    {
        var path = paths.Rule(provider + DubboPaths.TagRules);
        if (provider.Length == 0 || tree.DataOf(path) is not { } data)
        {
            return [];
        }

        var tags = RuleText.Tags(data, out var problem);
        Tell(path, problem, unless: problem.Length == 0);
        return tags;
    }

    /// <summary>Keys of a service's rules: of 2.7.4 and later, of earlier 2.7, and of a service that is its interface alone.</summary>
    private IEnumerable<string> KeysOf(ServiceKey key)
    {
        yield return $"{service}:{key.Version}:{key.Group}";
        yield return $"{(key.Group.Length > 0 ? $"{key.Group}*" : string.Empty)}{service}{(key.Version.Length > 0 ? $":{key.Version}" : string.Empty)}";
    }

    private void TellParameters(string path, OverrideRule rule)
    {
        if (rule.NotHonoured is { Length: > 0 } others)
        {
            Tell(path, $"sets what the gateway does not take from rules: {string.Join(", ", others.Take(8))}");
        }
    }

    private void Tell(string path, string text, bool unless = false)
    {
        if (!unless)
        {
            _problems.Add(new NodeProblem(path, text));
        }
    }
}
