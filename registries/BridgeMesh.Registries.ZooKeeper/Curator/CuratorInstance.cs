using System.Collections.Immutable;

namespace BridgeMesh.Registries.ZooKeeper.Curator;

/// <summary>
/// What Curator's service discovery keeps in a node below <c>/services/{name}</c>; Spring Cloud and Dubbo both write it, each with a payload
/// of its own that holds metadata. Source: org.apache.curator.x.discovery.ServiceInstance 2.x to 5.x.
/// </summary>
internal sealed record CuratorInstance
{
    internal const string Dynamic = "DYNAMIC";

    public required string Name { get; init; }

    /// <summary>The node's own name.</summary>
    public required string Id { get; init; }

    public required string Address { get; init; }

    /// <summary>1 to 65,535; null where it speaks TLS alone.</summary>
    public int? Port { get; init; }

    /// <summary>1 to 65,535; null where it speaks no TLS.</summary>
    public int? SslPort { get; init; }

    /// <summary>Java class of the payload, by which a program tells whose node it is; empty where there is none.</summary>
    public string PayloadClass { get; init; } = string.Empty;

    public string PayloadId { get; init; } = string.Empty;

    public string PayloadName { get; init; } = string.Empty;

    public ImmutableDictionary<string, string> Metadata { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>In ms since 1970; 0 where it is not told.</summary>
    public long RegisteredAt { get; init; }

    /// <summary>DYNAMIC, STATIC, PERMANENT or DYNAMIC_SEQUENTIAL.</summary>
    public string ServiceType { get; init; } = Dynamic;

    /// <summary>Curator 4.1 and later can put an instance aside; before, all are enabled.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>What the address is made of, as <c>{scheme}://{address}:{port}</c>; empty where it is not told.</summary>
    public string UriSpec { get; init; } = string.Empty;
}
