using System.Text;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>One real server for the tests that leave it standing; each works below a path of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private ZooKeeperServer? _server;
    private int _paths;

    internal ZooKeeperServer Server => _server ?? throw new InvalidOperationException("ZooKeeper is not installed");

    public async Task InitializeAsync() => _server = ZooKeeperServer.IsThere ? await ZooKeeperServer.StartAsync() : null;

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    internal string NewPath() => $"/test-{Interlocked.Increment(ref _paths)}";

    internal ZooKeeperClient Open(Func<ClientOptions, ClientOptions>? change = null, string chroot = "") => Open(Server, change, chroot);

    internal static ZooKeeperClient Open(ZooKeeperServer server, Func<ClientOptions, ClientOptions>? change = null, string chroot = "") =>
        new((change ?? (static o => o))(Options(server.ConnectString + chroot)));

    internal static ClientOptions Options(string connect)
    {
        Assert.True(ConnectString.TryParse(connect, out var parsed, out var problem), problem);
        return new ClientOptions(parsed, TimeProvider.System) { OperationTimeoutMs = 30_000, MaxPauseMs = 200 };
    }

    /// <summary>A client on a node of its own, which others do not see.</summary>
    internal async Task<(ZooKeeperClient Client, string Path)> OpenOnNodeAsync(Func<ClientOptions, ClientOptions>? change = null)
    {
        var client = Open(change);
        var path = NewPath();
        Assert.Equal(KeeperError.Ok, (await client.CreateAsync(path, default, Acl.Open, CreateMode.Persistent)).Error);
        return (client, path);
    }
}

[CollectionDefinition(Name)]
public sealed class SharedServerGroup : ICollectionFixture<SharedServer>
{
    internal const string Name = "a shared ZooKeeper server";
}

internal static class Texts
{
    public static byte[] Utf8(this string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(this NodeData data) => Encoding.UTF8.GetString(data.Data.Span);
}
