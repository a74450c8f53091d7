using System.Net.Sockets;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>Passes bytes both ways until it is told to swallow them, as a broken link does: nothing is closed, nothing arrives.</summary>
internal sealed class StoppableProxy : IAsyncDisposable
{
    private readonly ScriptedServer _server;
    private volatile bool _isStopped;

    public StoppableProxy(int port) => _server = new ScriptedServer(async (stream, end) =>
    {
        using var upstream = new TcpClient();
        await upstream.ConnectAsync("127.0.0.1", port, end);
        await Task.WhenAny(PassAsync(stream, upstream.GetStream(), end), PassAsync(upstream.GetStream(), stream, end));
    });

    public int Port => _server.Port;

    public int Connections => _server.Connections;

    public bool IsStopped
    {
        get => _isStopped;
        set => _isStopped = value;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task PassAsync(NetworkStream from, NetworkStream to, CancellationToken end)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReadAsync(buffer, end) is > 0 and var count)
            {
                if (!_isStopped)
                {
                    await to.WriteAsync(buffer.AsMemory(0, count), end);
                }
            }
        }
        catch (IOException)
        {
            // Either side left.
        }
    }
}
