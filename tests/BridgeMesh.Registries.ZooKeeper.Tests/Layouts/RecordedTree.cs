using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>Nodes that other frameworks wrote, or that a test puts in, with everything above them.</summary>
internal sealed class RecordedTree : INodeTree
{
    private readonly SortedDictionary<string, byte[]> _nodes = new(StringComparer.Ordinal);

    public IEnumerable<string> Paths => _nodes.Keys;

    /// <param name="name">Of the snapshot.</param>
    public static RecordedTree OfDubbo(string name)
    {
        using var document = Parse("registry-zookeeper.json");
        var tree = new RecordedTree();
        var snapshot = document.RootElement.GetProperty("snapshots").EnumerateArray().Single(s => s.GetProperty("name").GetString() == name);
        foreach (var node in snapshot.GetProperty("nodes").EnumerateArray().Where(static n => !n.TryGetProperty("dataTruncatedTo", out _)))
        {
            tree[node.GetProperty("path").GetString() ?? string.Empty] = Encoding.UTF8.GetBytes(node.GetProperty("data").GetString() ?? string.Empty);
        }

        return tree;
    }

    public static RecordedTree OfSofa()
    {
        using var document = Parse("registry-sofa.json");
        var tree = new RecordedTree();
        foreach (var node in document.RootElement.GetProperty("zookeeper").GetProperty("observedNodes").EnumerateArray())
        {
            tree[node.GetProperty("path").GetString() ?? string.Empty] = Convert.FromHexString(node.GetProperty("dataHex").GetString() ?? string.Empty);
        }

        return tree;
    }

    public byte[]? this[string path]
    {
        get => _nodes.GetValueOrDefault(path);
        set
        {
            if (value is null)
            {
                _nodes.Remove(path);
                return;
            }

            _nodes[path] = value;
            for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            {
                _nodes.TryAdd(path[..slash], []);
            }
        }
    }

    public ImmutableArray<string> ChildrenOf(string path) =>
    [
        .. _nodes.Keys
            .Where(p => p.Length > path.Length && p[path.Length] == '/' && p.StartsWith(path, StringComparison.Ordinal) && p.IndexOf('/', path.Length + 1) < 0)
            .Select(p => p[(path.Length + 1)..]),
    ];

    public ReadOnlyMemory<byte>? DataOf(string path) => _nodes.TryGetValue(path, out var data) ? data : null;

    public RecordedTree With(IEnumerable<NodeToPublish> nodes)
    {
        foreach (var node in nodes)
        {
            this[node.Path] = node.Entry is { } entry ? entry.Add(DataOf(node.Path)) ?? this[node.Path] : node.Data.ToArray();
        }

        return this;
    }

    /// <summary>What a follower would hand to the layout: all parts, read until nothing more is asked for.</summary>
    public ImmutableArray<ServiceInstance> ReadAll(IRegistryLayout layout)
    {
        var seen = new FollowedTree(this, layout);
        var parts = layout.Roots.SelectMany(Below).Where(p => layout.InterestIn(p) != NodeInterest.None || layout.PartOf(p) is not null)
            .Select(layout.PartOf).Where(static p => p is not null and not IRegistryLayout.EveryPart).Distinct(StringComparer.Ordinal);
        return [.. parts.SelectMany(p => seen.Read(p ?? string.Empty)).OrderBy(static i => i.ToString(), StringComparer.Ordinal)];

        IEnumerable<string> Below(string root) =>
            _nodes.Keys.Where(p => p == root || p.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{root}/"), StringComparison.Ordinal));
    }

    private static JsonDocument Parse(string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Here(), "..", "..", "golden", file)));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file) ?? string.Empty;

    /// <summary>Shows a layout no more than it has asked for, as the follower does.</summary>
    private sealed class FollowedTree(RecordedTree tree, IRegistryLayout layout) : INodeTree
    {
        private ImmutableArray<string> _also = [];

        public ImmutableArray<ServiceInstance> Read(string part)
        {
            _also = [];
            var reading = layout.Read(part, this);
            _also = reading.Also;
            return layout.Read(part, this).Instances;
        }

        public ImmutableArray<string> ChildrenOf(string path) => Interest(path).HasFlag(NodeInterest.Children) ? tree.ChildrenOf(path) : [];

        public ReadOnlyMemory<byte>? DataOf(string path) => _also.Contains(path) || Interest(path).HasFlag(NodeInterest.Data) ? tree.DataOf(path) : null;

        /// <summary>A node is followed when each above it is asked for its children.</summary>
        private NodeInterest Interest(string path)
        {
            if (layout.Roots.FirstOrDefault(r => path == r || path.StartsWith($"{r}/", StringComparison.Ordinal)) is not { } root)
            {
                return NodeInterest.None;
            }

            for (var slash = path.IndexOf('/', root.Length); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                if (!layout.InterestIn(path[..slash]).HasFlag(NodeInterest.Children))
                {
                    return NodeInterest.None;
                }
            }

            return layout.InterestIn(path);
        }
    }
}
