using BridgeMesh.Gateway.Configuration.Binding;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>A place where callees are found.</summary>
public sealed record RegistryConfig
{
    /// <summary>Unique among registries; routes name it. Letters, digits, dash and underscore, at most 64.</summary>
    [TextRule(TextRuleAttribute.NamePattern, TextRuleAttribute.NameWords)]
    public required string Name { get; init; }

    /// <summary>file, eureka, eureka-server, etcd, zookeeper, dns, or a plugin's kind.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// When a list that has suddenly lost much is believed. Default: as its keys say, for kinds that programs write; at once for file, which
    /// people do.
    /// </summary>
    public GuardConfig? Guard { get; init; }

    /// <summary>Every other key: what the kind understands, such as <c>path</c>. Keys of nested maps are joined with a dot.</summary>
    [OtherKeys]
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
