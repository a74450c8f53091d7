using System.Runtime.CompilerServices;
using System.Text.Json;

namespace BridgeMesh.Registries.ZooKeeper.Dubbo;

/// <summary>What Dubbo's own registries wrote into ZooKeeper.</summary>
internal static class RecordedNodes
{
    /// <summary>Path and data of each node of a snapshot, in the order of paths.</summary>
    internal static (string Path, string Data)[] Of(string snapshot)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Here(), "..", "..", "golden", "registry-zookeeper.json")));
        var recorded = document.RootElement.GetProperty("snapshots").EnumerateArray().Single(s => s.GetProperty("name").GetString() == snapshot);
        return
        [
            .. recorded.GetProperty("nodes").EnumerateArray()
                .Select(static n => (n.GetProperty("path").GetString() ?? string.Empty, n.GetProperty("data").GetString() ?? string.Empty)),
        ];
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file) ?? string.Empty;
}
