using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace BridgeMesh.Contracts.Java.Tests.ServiceDefinitions;

/// <summary>What Dubbo's own registries and metadata reports wrote into ZooKeeper.</summary>
internal static class RecordedNodes
{
    /// <summary>Path and data of each snapshot's nodes, by the snapshot's name; without those whose data was not recorded whole.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, byte[]>> Snapshots { get; } = Load();

    /// <summary>Definitions that providers wrote, by their paths.</summary>
    public static IEnumerable<(string Snapshot, string Path, byte[] Json)> Definitions =>
        from snapshot in Snapshots
        from node in snapshot.Value
        where node.Key.StartsWith("/dubbo/metadata/", StringComparison.Ordinal) && node.Key.Contains("/provider/", StringComparison.Ordinal)
        select (snapshot.Key, node.Key, node.Value);

    public static byte[] Definition(string snapshot, string path) => Snapshots[snapshot][path];

    private static Dictionary<string, IReadOnlyDictionary<string, byte[]>> Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Here(), "..", "..", "golden", "registry-zookeeper.json")));
        return document.RootElement.GetProperty("snapshots").EnumerateArray().ToDictionary(
            static s => s.GetProperty("name").GetString() ?? string.Empty,
            static s => (IReadOnlyDictionary<string, byte[]>)s.GetProperty("nodes").EnumerateArray()
                .Where(static n => !n.TryGetProperty("dataTruncatedTo", out _))
                .ToDictionary(
                    static n => n.GetProperty("path").GetString() ?? string.Empty,
                    static n => Encoding.UTF8.GetBytes(n.GetProperty("data").GetString() ?? string.Empty)));
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file) ?? string.Empty;
}
