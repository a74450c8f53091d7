using System.Text;

namespace BridgeMesh.Registries.ZooKeeper.DubboApplication;

/// <summary>
/// Names of the applications that have an interface, with commas between them: the data of <c>/dubbo/mapping/{interface}</c>. Several
/// programs write it, each in its turn. Source: org.apache.dubbo.registry.client.metadata.MetadataServiceNameMapping.
/// </summary>
internal static class MappingNode
{
    /// <summary>Applications of one interface.</summary>
    internal const int MaxApplications = 1_024;

    internal static string[] Read(ReadOnlySpan<byte> data) =>
        Encoding.UTF8.GetString(data).Split(',', MaxApplications + 1, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is var all
            && all.Length > MaxApplications
            ? all[..MaxApplications]
            : all;

    /// <summary>Null where it stands there already.</summary>
    internal static byte[]? With(ReadOnlySpan<byte> data, string application)
    {
        var all = Read(data);
        return all.Contains(application, StringComparer.Ordinal) ? null : Encoding.UTF8.GetBytes(string.Join(',', [.. all, application]));
    }

    /// <summary>Null where it does not stand there; empty where nothing else does.</summary>
    internal static byte[]? Without(ReadOnlySpan<byte> data, string application)
    {
        var all = Read(data);
        return all.Contains(application, StringComparer.Ordinal)
            ? Encoding.UTF8.GetBytes(string.Join(',', all.Where(a => a != application)))
            : null;
    }
}
