using BridgeMesh.Plugins;
using BridgeMesh.Registries.ZooKeeper.Client;

namespace BridgeMesh.Registries.ZooKeeper.Nodes;

/// <summary>ZooKeeper's tree, read. Safe for any thread.</summary>
internal sealed class NodeStore(ClientOptions options) : INodeStore
{
    private readonly ZooKeeperClient _client = new(options with { AllowReadOnly = true });

    public async Task<NodeRead> ReadDataAsync(string path, CancellationToken cancellationToken)
    {
        var result = await RetryAsync(() => _client.GetDataAsync(path, cancellationToken)).ConfigureAwait(false);
        return result.IsOk ? NodeRead.OfData(result.Value.Data) : Failure(path, result.Error);
    }

    public async Task<NodeRead> ReadChildrenAsync(string path, CancellationToken cancellationToken)
    {
        var result = await RetryAsync(() => _client.GetChildrenAsync(path, cancellationToken)).ConfigureAwait(false);
        return result.IsOk ? NodeRead.OfChildren([.. result.Value.Names.Order(StringComparer.Ordinal)]) : Failure(path, result.Error);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    /// <summary>A read does no harm twice: one that was lost with its connection is made on the next.</summary>
    private static async Task<KeeperResult<T>> RetryAsync<T>(Func<Task<KeeperResult<T>>> read)
    {
        var result = await read().ConfigureAwait(false);
        return result.Error is KeeperError.ConnectionLoss or KeeperError.SessionExpired ? await read().ConfigureAwait(false) : result;
    }

    private NodeRead Failure(string path, KeeperError error) => error switch
    {
        KeeperError.NoNode => NodeRead.NotFound,
        KeeperError.NoAuth => NodeRead.Failed($"{path} must not be read by this login"),
        KeeperError.AuthFailed => NodeRead.Failed(_client.State.Reason),
        KeeperError.OperationTimeout when _client.State.State == SessionState.Connecting => NodeRead.Failed("no server could be reached in time"),
        _ => NodeRead.Failed($"{path} could not be read: {error}"),
    };
}
