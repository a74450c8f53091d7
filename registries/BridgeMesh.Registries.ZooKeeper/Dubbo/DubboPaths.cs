using BridgeMesh.Registries.ZooKeeper.Client;

namespace BridgeMesh.Registries.ZooKeeper.Dubbo;

/// <summary>
/// Where Dubbo keeps what, below its root: <c>&lt;interface&gt;/{providers,consumers,configurators,routers}/&lt;URL&gt;</c>, and rules of 2.7
/// and later as <c>config/dubbo/&lt;key&gt;.&lt;kind&gt;</c>. Source: org.apache.dubbo.registry.zookeeper.ZookeeperRegistry,
/// org.apache.dubbo.configcenter.support.zookeeper.ZookeeperDynamicConfiguration, and what both wrote when they were recorded.
/// </summary>
internal sealed class DubboPaths(string root)
{
    internal const string Providers = "providers";
    internal const string Configurators = "configurators";
    internal const string Routers = "routers";
    internal const string ConfiguratorRules = ".configurators";
    internal const string TagRules = ".tag-router";
    internal const string ConditionRules = ".condition-router";

    /// <summary>Nodes beside those of interfaces: the configuration centre's, the metadata centre's, 3.x's service names.</summary>
    private static readonly string[] Others = ["config", "metadata", "mapping"];

    internal string Root => root;

    /// <summary>Of rules.</summary>
    internal string Rules { get; } = $"{root}/config/dubbo";

    internal string Config { get; } = $"{root}/config";

    internal string Of(string service, string category) => $"{root}/{service}/{category}";

    internal string Of(string service, string category, string name) => NodePath.Join(Of(service, category), name);

    internal string Rule(string name) => $"{Rules}/{name}";

    internal static bool IsInterface(string name) => !Others.Contains(name);

    internal static bool IsRule(string name) =>
        name.EndsWith(ConfiguratorRules, StringComparison.Ordinal) || name.EndsWith(TagRules, StringComparison.Ordinal)
        || name.EndsWith(ConditionRules, StringComparison.Ordinal);

    /// <summary>Interface that the rule's name names; null where it may be an application's, and concern any.</summary>
    internal static string? InterfaceOfRule(string name)
    {
        var key = name[..name.LastIndexOf('.')];
        var colon = key.IndexOf(':', StringComparison.Ordinal);
        var front = colon < 0 ? key : key[..colon];
        var star = front.IndexOf('*', StringComparison.Ordinal);
        return colon < 0 && star < 0 ? null : front[(star + 1)..];
    }

    /// <summary>Steps below the root; none for the root itself.</summary>
    internal string[] Below(string path) => path.Length <= root.Length ? [] : path[(root.Length + 1)..].Split('/');
}
