using BridgeMesh.Plugins;

namespace BridgeMesh.Registries.ZooKeeper.Nodes;

/// <summary>Opens ZooKeeper's tree for those who read what others keep in it.</summary>
internal sealed class NodeStoreFactory : INodeStoreFactory
{
    public string Scheme => StoreAddress.Scheme;

    public string? Check(string address) => StoreAddress.TryParse(address, TimeProvider.System, out _);

    public INodeStore Open(string address, int timeoutMs, TimeProvider time) =>
        StoreAddress.TryParse(address, time, out var options) is { } problem
            ? throw new FormatException($"the address {problem}")
            : new NodeStore(options! with { OperationTimeoutMs = timeoutMs }); // There is one where there is no problem.
}
