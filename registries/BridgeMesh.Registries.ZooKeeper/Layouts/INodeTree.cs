using System.Collections.Immutable;

namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>The followed part of the tree at one moment.</summary>
internal interface INodeTree
{
    /// <summary>Names without their parent's path; empty where there is no such node, or it is not followed or not read yet.</summary>
    ImmutableArray<string> ChildrenOf(string path);

    /// <summary>Null where there is no such node, or it is not followed or not read yet.</summary>
    ReadOnlyMemory<byte>? DataOf(string path);
}
