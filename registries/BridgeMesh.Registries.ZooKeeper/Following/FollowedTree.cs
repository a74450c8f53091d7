using System.Collections.Immutable;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Following;

/// <summary>
/// The nodes that are followed, what is known of them, and the parts that changed since they were last read. Not safe for threads: its
/// follower's lock guards it.
/// </summary>
/// <param name="added">Takes each node that is to be read for the first time; it counts as due.</param>
/// <param name="full">Takes the path of the first node for which there is no room.</param>
internal sealed class FollowedTree(IRegistryLayout layout, Action<FollowedNode> added, Action<string> full)
{
    /// <summary>Nodes that are followed. 10,000 services of Dubbo's take 40,000.</summary>
    internal const int MaxNodes = 500_000;

    /// <summary>Characters of names and bytes of data that are kept. 200,000 providers' URLs of 1,000 characters are 200 million.</summary>
    internal const int MaxKept = 512 << 20;

    private readonly Dictionary<string, FollowedNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _parts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<string>> _also = new(StringComparer.Ordinal);
    private long _kept;
    private bool _isFull;

    internal int Count => _nodes.Count;

    internal FollowedNode? Find(string path) => _nodes.GetValueOrDefault(path);

    internal void FollowRoots()
    {
        foreach (var root in layout.Roots)
        {
            Follow(root, layout.InterestIn(root), neededBy: null);
        }
    }

    /// <summary>Parts that changed since they were last taken.</summary>
    internal string[] TakeTouched()
    {
        string[] touched = _touched.Remove(IRegistryLayout.EveryPart) ? [.. _parts.Keys.Union(_touched)] : [.. _touched];
        _touched.Clear();
        return touched;
    }

    internal void Touch(string part) => _touched.Add(part);

    /// <summary>Follows the nodes that a part needs beside its own, and those no longer that nobody names any more.</summary>
    internal void Need(string part, ImmutableArray<string> paths)
    {
        var before = _also.GetValueOrDefault(part, []);
        foreach (var path in paths.Except(before, StringComparer.Ordinal))
        {
            if (_nodes.TryGetValue(path, out var node))
            {
                node.NeededBy?.Add(part);
            }
            else
            {
                Follow(path, NodeInterest.Data, new HashSet<string>(StringComparer.Ordinal) { part });
            }
        }

        foreach (var path in before.Except(paths, StringComparer.Ordinal))
        {
            if (_nodes.TryGetValue(path, out var node) && node.NeededBy is { } needed && needed.Remove(part) && needed.Count == 0)
            {
                Forget(node);
            }
        }

        if (paths.IsEmpty)
        {
            _also.Remove(part);
        }
        else
        {
            _also[part] = paths;
        }
    }

    /// <summary>False where there is no room for them: what was known stays.</summary>
    internal bool TryTakeChildren(FollowedNode node, ImmutableArray<string> names)
    {
        names = names.Sort(StringComparer.Ordinal);
        if (node.Children.AsSpan().SequenceEqual(names.AsSpan()))
        {
            return true;
        }

        var grown = names.Sum(static n => (long)n.Length) - node.Children.Sum(static n => (long)n.Length);
        if (grown > 0 && _kept + grown > MaxKept)
        {
            return false;
        }

        _kept += grown;
        node.Children = names;
        FollowChildren(node);
        Touch(node);
        return true;
    }

    internal bool TryTakeData(FollowedNode node, ReadOnlyMemory<byte>? data)
    {
        if (data is { } now && node.Data is { } before ? now.Span.SequenceEqual(before.Span) : data is null && node.Data is null)
        {
            return true;
        }

        var grown = (data?.Length ?? 0) - (node.Data?.Length ?? 0);
        if (grown > 0 && _kept + grown > MaxKept)
        {
            return false;
        }

        _kept += grown;
        node.Data = data;
        Touch(node);
        return true;
    }

    internal void ForgetAll()
    {
        foreach (var node in _nodes.Values.ToArray())
        {
            Forget(node);
        }
    }

    private void FollowChildren(FollowedNode node)
    {
        var names = node.Children.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, child) in node.Followed.ToArray())
        {
            if (!names.Contains(name))
            {
                node.Followed.Remove(name);
                Forget(child);
            }
        }

        foreach (var name in names)
        {
            var path = NodePath.Join(node.Path, name);
            if (!node.Followed.ContainsKey(name) && layout.InterestIn(path) is var interest && interest != NodeInterest.None
                && Follow(path, interest, neededBy: null) is { } child)
            {
                node.Followed.Add(name, child);
            }
        }
    }

    private FollowedNode? Follow(string path, NodeInterest interest, HashSet<string>? neededBy)
    {
        if (_nodes.Count >= MaxNodes)
        {
            if (!_isFull)
            {
                _isFull = true;
                full(path);
            }

            return null;
        }

        var part = neededBy is null ? layout.PartOf(path) : null;
        var node = new FollowedNode(path, interest, part) { NeededBy = neededBy, IsDue = true };
        _nodes[path] = node;
        if (part is not null and not IRegistryLayout.EveryPart)
        {
            _parts[part] = _parts.GetValueOrDefault(part) + 1;
        }

        added(node);
        return node;
    }

    private void Forget(FollowedNode node)
    {
        if (node.IsGone)
        {
            return;
        }

        node.IsGone = true;
        node.ChildrenWatch?.Dispose();
        node.DataWatch?.Dispose();
        _nodes.Remove(node.Path);
        _kept -= node.Children.Sum(static n => (long)n.Length) + (node.Data?.Length ?? 0);
        if (node.Part is { } part && part != IRegistryLayout.EveryPart && --_parts[part] == 0)
        {
            _parts.Remove(part);
        }

        Touch(node);
        foreach (var child in node.Followed.Values)
        {
            Forget(child);
        }
    }

    private void Touch(FollowedNode node)
    {
        if (node.Part is { } part)
        {
            _touched.Add(part);
        }

        foreach (var needing in node.NeededBy ?? [])
        {
            _touched.Add(needing);
        }
    }
}
