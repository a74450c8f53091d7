using System.Collections.Immutable;

namespace BridgeMesh.Plugins;

/// <summary>How asking a store of nodes ended.</summary>
public enum NodeStatus
{
    Ok,

    /// <summary>There is no such node.</summary>
    NotFound,

    /// <summary>The store did not answer, or will not: <see cref="NodeRead.Problem"/> says why.</summary>
    Failed,
}

/// <summary>A node as it was read.</summary>
/// <param name="Data">Empty where there is none, or was not asked for.</param>
/// <param name="Children">Names without their parent's path, in ordinal order; empty where they were not asked for.</param>
/// <param name="Problem">One line for people, without the address; empty when there is none.</param>
public readonly record struct NodeRead(NodeStatus Status, ReadOnlyMemory<byte> Data, ImmutableArray<string> Children, string Problem)
{
    public static NodeRead NotFound { get; } = new(NodeStatus.NotFound, default, [], string.Empty);

    public static NodeRead OfData(ReadOnlyMemory<byte> data) => new(NodeStatus.Ok, data, [], string.Empty);

    public static NodeRead OfChildren(ImmutableArray<string> names) => new(NodeStatus.Ok, default, names, string.Empty);

    public static NodeRead Failed(string problem) => new(NodeStatus.Failed, default, [], problem);
}

/// <summary>
/// An open way to a tree of named values, as ZooKeeper holds. Bounded in time and size; nothing is thrown but
/// <see cref="OperationCanceledException"/>, and only when the token says so. Safe for any thread.
/// </summary>
public interface INodeStore : IAsyncDisposable
{
    /// <param name="path">With a slash before and none behind.</param>
    Task<NodeRead> ReadDataAsync(string path, CancellationToken cancellationToken);

    /// <param name="path">With a slash before and none behind.</param>
    Task<NodeRead> ReadChildrenAsync(string path, CancellationToken cancellationToken);
}

/// <summary>
/// Opens stores of one kind. It parts the knowledge of how bytes are reached, which a registry's client has, from what they mean, which
/// whoever reads them knows: neither needs to see the other. Safe for any thread.
/// </summary>
public interface INodeStoreFactory
{
    /// <summary>Scheme of its addresses, such as <c>zookeeper</c> in <c>zookeeper://10.0.0.5:2181/chroot</c>.</summary>
    string Scheme { get; }

    /// <summary>What is wrong with an address, as the end of a sentence; null when nothing is. Connects to nothing.</summary>
    string? Check(string address);

    /// <param name="address">One that <see cref="Check"/> has nothing against.</param>
    /// <param name="timeoutMs">Time for each read, in ms, 1 or more.</param>
    INodeStore Open(string address, int timeoutMs, TimeProvider time);
}
