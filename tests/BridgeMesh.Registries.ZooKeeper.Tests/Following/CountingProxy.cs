using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Registries.ZooKeeper.Following;

/// <summary>Passes packets between a client and a real server, counts those under way, and cuts connections when it is told to.</summary>
internal sealed class CountingProxy : IAsyncDisposable
{
    private const int EventXid = -1;

    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly ScriptedServer _server;
    private readonly int _port;
    private int _underWay;
    private int _most;
    private int _requests;

    public CountingProxy(int port)
    {
        _port = port;
        _server = new ScriptedServer(PassAsync);
    }

    public int Port => _server.Port;

    public int Connections => _server.Connections;

    /// <summary>Requests, the asking for sessions and pings among them.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Most requests whose answers were awaited at a time.</summary>
    public int Most => Volatile.Read(ref _most);

    public void Cut()
    {
        foreach (var upstream in _open.Keys)
        {
            upstream.Close();
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task PassAsync(NetworkStream client, CancellationToken end)
    {
        using var upstream = new TcpClient();
        await upstream.ConnectAsync("127.0.0.1", _port, end);
        _open.TryAdd(upstream, true);
        Interlocked.Exchange(ref _underWay, 0);
        var server = upstream.GetStream();
        await Task.WhenAny(
            PassAsync(client, server, static (p, _) => p.OnRequest(), end),
            PassAsync(server, client, static (p, packet) => p.OnAnswer(packet), end));
        _open.TryRemove(upstream, out _);
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, Action<CountingProxy, byte[]> seen, CancellationToken end)
    {
        var length = new byte[4];
        try
        {
            while (await from.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false, end) == 4)
            {
                var packet = new byte[4 + BinaryPrimitives.ReadInt32BigEndian(length)];
                length.CopyTo(packet, 0);
                await from.ReadExactlyAsync(packet.AsMemory(4), end);
                seen(this, packet);
                await to.WriteAsync(packet, end);
            }
        }
        catch (Exception cut) when (cut is IOException or ObjectDisposedException)
        {
            // Either side left, or was made to.
        }
    }

    private void OnRequest()
    {
        Interlocked.Increment(ref _requests);
        var now = Interlocked.Increment(ref _underWay);
        for (var most = Most; now > most && Interlocked.CompareExchange(ref _most, now, most) != most; most = Most)
        {
        }
    }

    private void OnAnswer(byte[] packet)
    {
        if (BinaryPrimitives.ReadInt32BigEndian(packet.AsSpan(4)) != EventXid)
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
