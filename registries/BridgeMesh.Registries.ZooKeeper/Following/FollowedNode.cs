using System.Collections.Immutable;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Following;

/// <summary>A node that is followed. Its fields are its follower's, under the follower's lock.</summary>
internal sealed class FollowedNode(string path, NodeInterest interest, string? part)
{
    internal string Path => path;

    internal NodeInterest Interest => interest;

    internal string? Part => part;

    internal ImmutableArray<string> Children { get; set; } = [];

    /// <summary>Null: no such node, or not read yet.</summary>
    internal ReadOnlyMemory<byte>? Data { get; set; }

    /// <summary>Children that are followed themselves.</summary>
    internal Dictionary<string, FollowedNode> Followed { get; } = new(StringComparer.Ordinal);

    /// <summary>Parts that need its data though it lies below no root; null for nodes below one.</summary>
    internal HashSet<string>? NeededBy { get; init; }

    internal Watch? ChildrenWatch { get; set; }

    internal Watch? DataWatch { get; set; }

    /// <summary>Waits to be read, or is being read.</summary>
    internal bool IsDue { get; set; }

    /// <summary>Something happened while it was being read.</summary>
    internal bool IsDueAgain { get; set; }

    /// <summary>Followed no longer.</summary>
    internal bool IsGone { get; set; }

    /// <summary>Attempts in a row that failed for other reasons than the connection.</summary>
    internal int Failures { get; set; }
}
