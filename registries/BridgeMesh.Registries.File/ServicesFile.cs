using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Exchanges;
using BridgeMesh.Yaml;

namespace BridgeMesh.Registries.File;

/// <summary>Reads a services file. Collects every problem; a file with any is not used, so that half of an edit never is.</summary>
internal static class ServicesFile
{
    private const int MaxWeight = 10_000;
    private static readonly string[] FileKeys = ["services"];
    private static readonly string[] ServiceKeys = ["name", "version", "group", "uniqueId", "instances"];
    private static readonly string[] InstanceKeys =
    [
        "address", "protocol", "secure", "application", "weight", "warmUpMs", "startedAt", "zone", "health", "tags", "serializations", "methods", "metadata",
    ];

    /// <summary>To be used only when no problem was added.</summary>
    public static ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> Read(string path, List<SourceProblem> problems)
    {
        var services = ImmutableDictionary.CreateBuilder<ServiceKey, ImmutableArray<ServiceInstance>>();
        var before = problems.Count;
        var root = YamlTree.ReadFile(path, problems);
        if (problems.Count > before && root is null)
        {
            return services.ToImmutable();
        }

        // An empty file is what a reader sees while an editor saves: never take it for "no services".
        if (root is not YamlMap map || map.Find("services") is not YamlList list)
        {
            var mark = (root as YamlMap)?.Find("services")?.At ?? root?.At ?? new YamlMark(path, 1, 1);
            problems.Add(mark, "there is no list of services", "write 'services:' and a list; 'services: []' for none");
            return services.ToImmutable();
        }

        CheckKeys(map, FileKeys, problems);
        var places = new Dictionary<ServiceKey, YamlMark>();
        foreach (var item in list.Items)
        {
            if (item is not YamlMap service)
            {
                problems.Add(item.At, $"a service is {item.Describe()}", "write a map with 'name' and 'instances'");
                continue;
            }

            CheckKeys(service, ServiceKeys, problems);
            var key = new ServiceKey(
                Text(service, "name", problems, isRequired: true),
                Text(service, "version", problems) is var version && version == "0.0.0" ? string.Empty : version,
                Text(service, "group", problems),
                Text(service, "uniqueId", problems));
            if (key.Interface.Length > 0 && !places.TryAdd(key, item.At))
            {
                problems.Add(item.At, $"the service {key} is listed at line {places[key].Line} already", "put its instances there");
            }

            services[key] = Instances(service, key, problems);
        }

        return services.ToImmutable();
    }

    private static ImmutableArray<ServiceInstance> Instances(YamlMap service, ServiceKey key, List<SourceProblem> problems)
    {
        var instances = ImmutableArray.CreateBuilder<ServiceInstance>();
        if (service.Find("instances") is not YamlList list)
        {
            var at = service.Find("instances")?.At ?? service.At;
            problems.Add(at, "the service has no list of instances", "write 'instances:' and a list; [] for none");
            return [];
        }

        var addresses = new HashSet<(string, string, int)>();
        foreach (var item in list.Items)
        {
            if (item is not YamlMap map)
            {
                problems.Add(item.At, $"an instance is {item.Describe()}", "write a map with 'address' and 'protocol'");
                continue;
            }

            CheckKeys(map, InstanceKeys, problems);
            var protocol = Text(map, "protocol", problems, isRequired: true);
            var (host, port) = Address(map, problems);
            if (host.Length > 0 && !addresses.Add((protocol, host, port)))
            {
                problems.Add(item.At, $"{protocol} at {host}:{port} is listed twice", "remove one; raise its weight for a larger share");
            }

            instances.Add(new ServiceInstance
            {
                Service = key,
                Protocol = protocol,
                Host = host,
                Port = port,
                IsSecure = InstanceValues.Flag(map, "secure", problems),
                Application = Text(map, "application", problems),
                Weight = InstanceValues.Number(map, "weight", 100, MaxWeight, "0 takes no calls", problems),
                WarmUpMs = InstanceValues.Number(map, "warmUpMs", 0, int.MaxValue, "in ms", problems),
                StartedAt = InstanceValues.Time(map, "startedAt", problems),
                Zone = Text(map, "zone", problems),
                Health = InstanceValues.Health(map, "health", problems),
                Tags = InstanceValues.Texts(map, "tags", problems),
                Serializations = InstanceValues.Texts(map, "serializations", problems),
                Methods = [.. InstanceValues.Texts(map, "methods", problems).Order(StringComparer.Ordinal)],
                Metadata = InstanceValues.Metadata(map, problems),
            });
        }

        return instances.ToImmutable();
    }

    private static (string Host, int Port) Address(YamlMap map, List<SourceProblem> problems)
    {
        var text = Text(map, "address", problems, isRequired: true);
        if (text.Length == 0)
        {
            return (string.Empty, 0);
        }

        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? string.Empty : text[..colon];
        var isIpv6 = host.StartsWith('[') && host.EndsWith(']');
        host = isIpv6 ? host[1..^1] : host;
        var isPort = int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= 65_535;
        var kind = Uri.CheckHostName(host);
        if (isPort && (isIpv6 ? kind == UriHostNameType.IPv6 : kind is UriHostNameType.Dns or UriHostNameType.IPv4))
        {
            return (host, port);
        }

        // Find is not null, as Text has found text.
        var message = $"'{text}' is no host and port";
        problems.Add(map.Find("address")!.At, message, "write host:port with a port from 1 to 65535, [address]:port for IPv6");
        return (string.Empty, 0);
    }

    private static string Text(YamlMap map, string key, List<SourceProblem> problems, bool isRequired = false)
    {
        switch (map.Find(key))
        {
            case null or YamlScalar { IsNull: true } or YamlScalar { Text: "" }:
                if (isRequired)
                {
                    problems.Add(map.Find(key)?.At ?? map.At, $"'{key}' is missing", $"add '{key}:'");
                }

                return string.Empty;

            case YamlScalar scalar when !scalar.Text.AsSpan().ContainsAny(" \t\r\n"):
                return scalar.Text;

            case var node:
                problems.Add(node.At, $"'{key}' is {node.Describe()}", "write text without blanks");
                return string.Empty;
        }
    }

    private static void CheckKeys(YamlMap map, string[] known, List<SourceProblem> problems)
    {
        foreach (var (key, _) in map.Entries)
        {
            if (!known.Contains(key.Text, StringComparer.Ordinal))
            {
                problems.Add(key.At, $"unknown key '{key.Text}'", NearMiss.Cure(key.Text, known));
            }
        }
    }
}
