using System.Collections.Immutable;
using System.Text.Json;
using BridgeMesh.Registries.ZooKeeper.Curator;

namespace BridgeMesh.Registries.ZooKeeper.DubboApplication;

/// <param name="Protocol">Dubbo's name for it.</param>
/// <param name="Port">1 to 65,535.</param>
internal readonly record struct ApplicationEndpoint(string Protocol, int Port);

/// <summary>
/// One instance of a Dubbo application, <c>/services/{application}/{host:port}</c>. What it serves stands elsewhere, under its revision. Source:
/// org.apache.dubbo.registry.client.metadata.ServiceInstanceMetadataUtils.
/// </summary>
internal sealed record ApplicationNode
{
    internal const string PayloadClass = "org.apache.dubbo.registry.zookeeper.ZookeeperInstance";
    internal const string EndpointsKey = "dubbo.endpoints";
    internal const string RevisionKey = "dubbo.metadata.revision";
    internal const string StorageKey = "dubbo.metadata.storage-type";

    /// <summary>Where its MetadataService listens and how it is called: per protocol from 2.7, in one map from 3.0 on.</summary>
    internal const string MetadataUrlKey = "dubbo.metadata-service.url-params";

    internal const string Remote = "remote";

    /// <summary>What Dubbo names where an application has no services.</summary>
    internal const string EmptyRevision = "0";

    private const string DubboPackage = "org.apache.dubbo.";

    /// <summary>Endpoints of one instance: one for each protocol.</summary>
    private const int MaxEndpoints = 64;

    public required string Application { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>Empty where it is not told.</summary>
    public string Revision { get; init; } = string.Empty;

    /// <summary>Whether the metadata stands in the metadata centre for sure; otherwise the instance is to be asked for it.</summary>
    public bool IsRemote { get; init; }

    public bool IsEnabled { get; init; } = true;

    public ImmutableArray<ApplicationEndpoint> Endpoints { get; init; } = [];

    /// <summary>Port of the instance's MetadataService.</summary>
    public int MetadataPort { get; init; }

    public ImmutableDictionary<string, string> Metadata { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Null where the node is another framework's.</summary>
    /// <param name="application">Name of the node above.</param>
    internal static ApplicationNode? Of(string application, CuratorInstance node)
    {
        var said = node.Metadata;
        if (node.Port is not { } port
            || !(node.PayloadClass.StartsWith(DubboPackage, StringComparison.Ordinal) || said.ContainsKey(RevisionKey) || said.ContainsKey(EndpointsKey)))
        {
            return null;
        }

        var endpoints = EndpointsOf(said.GetValueOrDefault(EndpointsKey));
        return new ApplicationNode
        {
            Application = application,
            Host = node.Address,
            Port = port,
            Revision = said.GetValueOrDefault(RevisionKey, string.Empty),
            IsRemote = said.GetValueOrDefault(StorageKey) == Remote,
            IsEnabled = node.IsEnabled,
            Endpoints = endpoints.IsEmpty ? [new ApplicationEndpoint("dubbo", port)] : endpoints,
            MetadataPort = MetadataPortOf(said.GetValueOrDefault(MetadataUrlKey)) ?? port,
            Metadata = said,
        };
    }

    internal int PortOf(string protocol)
    {
        foreach (var endpoint in Endpoints)
        {
            if (endpoint.Protocol == protocol)
            {
                return endpoint.Port;
            }
        }

        return Port;
    }

    private static ImmutableArray<ApplicationEndpoint> EndpointsOf(string? json)
    {
        using var document = Parse(json);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Array } root)
        {
            return [];
        }

        var found = ImmutableArray.CreateBuilder<ApplicationEndpoint>();
        foreach (var entry in root.EnumerateArray().Take(MaxEndpoints))
        {
            if (entry.ValueKind == JsonValueKind.Object && PortIn(entry) is { } port
                && entry.TryGetProperty("protocol", out var protocol) && protocol.ValueKind == JsonValueKind.String)
            {
                found.Add(new ApplicationEndpoint(protocol.GetString() ?? string.Empty, port));
            }
        }

        return found.ToImmutable();
    }

    private static int? MetadataPortOf(string? json)
    {
        using var document = Parse(json);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root)
        {
            return null;
        }

        return PortIn(root) ?? (root.TryGetProperty("dubbo", out var dubbo) && dubbo.ValueKind == JsonValueKind.Object ? PortIn(dubbo) : null);
    }

    /// <summary>A number, or as 2.7 writes it, the text of one.</summary>
    private static int? PortIn(JsonElement entry) =>
        entry.TryGetProperty("port", out var value) && value.ValueKind is JsonValueKind.Number or JsonValueKind.String
            && int.TryParse(value.ToString(), out var port) && port is > 0 and <= 65_535
            ? port
            : null;

    /// <summary>Null where there is none that can be read: a port of its own is then all that an instance says.</summary>
    private static JsonDocument? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
