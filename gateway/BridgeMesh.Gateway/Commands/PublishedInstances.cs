using System.Collections.Immutable;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Exchanges;
using BridgeMesh.Gateway.Registries;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Commands;

/// <summary>What <c>registry publish</c> shall register: addresses, for which the options count, and services files, which say all themselves.</summary>
internal sealed record PublishedInstances(string[] Sources)
{
    /// <summary>This is for trying out.</summary>
    internal const int MaxInstances = 1_000;

    private const string FileKind = "file";

    public string Application { get; init; } = string.Empty;

    public string Zone { get; init; } = string.Empty;

    public int Weight { get; init; } = 100;

    public string[] Methods { get; init; } = [];

    public string[] Tags { get; init; } = [];

    public string[] Serializations { get; init; } = [];

    public string[] Metadata { get; init; } = [];

    /// <summary>Empty after problems.</summary>
    public ImmutableArray<ServiceInstance> Read(PluginCatalog plugins, string workingDirectory, List<string> problems)
    {
        var instances = ImmutableArray.CreateBuilder<ServiceInstance>();
        foreach (var source in Sources)
        {
            if (source.Contains("://", StringComparison.Ordinal))
            {
                if (OfAddress(source, problems) is { } instance)
                {
                    instances.Add(instance);
                }
            }
            else
            {
                instances.AddRange(OfFile(source, plugins, workingDirectory, problems));
            }
        }

        if (instances.Count > MaxInstances)
        {
            problems.Add($"there are {instances.Count} instances; at most {MaxInstances} are published at once");
        }

        return problems.Count > 0 ? [] : instances.ToImmutable();
    }

    private ServiceInstance? OfAddress(string text, List<string> problems)
    {
        const string Form = "write protocol://host:port/service, as dubbo://127.0.0.1:20880/com.acme.OrderService?version=1.0.0";
        var before = problems.Count;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Port <= 0
            || uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries) is not [var name])
        {
            problems.Add($"'{text}' is no address of an instance; {Form}");
            return null;
        }

        var service = new ServiceKey(Uri.UnescapeDataString(name));
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var value = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : string.Empty;
            switch (parts[0])
            {
                case "version":
                    service = service with { Version = value };
                    break;
                case "group":
                    service = service with { Group = value };
                    break;
                case "uniqueId":
                    service = service with { UniqueId = value };
                    break;
                default:
                    problems.Add($"'{parts[0]}' is no part of a service's name; use version, group or uniqueId");
                    break;
            }
        }

        var metadata = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var pair in Metadata)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                problems.Add($"'{pair}' is no name and value; write name=value");
                continue;
            }

            metadata[pair[..equals]] = pair[(equals + 1)..];
        }

        var isSecure = uri.Scheme is "https" or "grpcs";
        return problems.Count > before ? null : new ServiceInstance
        {
            Service = service,
            Protocol = isSecure ? uri.Scheme[..^1] : uri.Scheme,
            Host = uri.Host.Trim('[', ']'),
            Port = uri.Port,
            IsSecure = isSecure,
            Application = Application,
            Zone = Zone,
            Weight = Weight,
            Methods = [.. Methods.Order(StringComparer.Ordinal).Distinct()],
            Tags = [.. Tags],
            Serializations = [.. Serializations],
            Metadata = metadata.ToImmutable(),
        };
    }

    /// <summary>A services file is read by who reads them for the gateway.</summary>
    private static ImmutableArray<ServiceInstance> OfFile(string file, PluginCatalog plugins, string workingDirectory, List<string> problems)
    {
        if (!File.Exists(Path.GetFullPath(file, workingDirectory)))
        {
            problems.Add($"there is no file '{file}'");
            return [];
        }

        var settings = new RegistrySettings(file, workingDirectory, new Dictionary<string, string> { ["path"] = file }, TimeProvider.System);
        var reader = plugins.Registries[FileKind];
        var found = reader.Check(settings);
        foreach (var problem in found)
        {
            var place = problem.File is null ? file : Path.GetRelativePath(workingDirectory, problem.File);
            problems.Add(new SourceProblem(place, problem.Line, problem.Column, problem.Message, problem.Cure).ToString());
        }

        var known = found.Count > 0 ? [] : reader.Known(settings) ?? [];
        return [.. known.SelectMany(static s => s.Instances).OrderBy(InstanceWords.NameOf, StringComparer.Ordinal)];
    }
}
