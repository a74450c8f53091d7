using System.Collections.Concurrent;
using System.Net.Sockets;

namespace BridgeMesh.Testing.Network;

/// <summary>
/// A TCP server on loopback that does what a script says with each connection: answer, answer late or twice, send garbage, close in the
/// middle of a frame. Disposing ends all connections; a script's own failure is thrown then.
/// </summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = LoopbackPorts.Listen();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _script;
    private readonly Task _accepting;
    private int _connections;

    public ScriptedServer(Func<NetworkStream, CancellationToken, Task> script)
    {
        _script = script;
        _accepting = AcceptAsync();
    }

    public int Port => ((System.Net.IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
        if (_failures.TryDequeue(out var failure))
        {
            throw new InvalidOperationException("a scripted connection failed", failure);
        }
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                client.NoDelay = true;
                Interlocked.Increment(ref _connections);
                running.Add(ServeAsync(client));
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or InvalidOperationException or SocketException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await _script(client.GetStream(), _stop.Token);
            }
            catch (Exception gone) when (gone is OperationCanceledException or IOException)
            {
                // The peer left or the test ended: both are part of scripts.
            }
            catch (Exception failure)
            {
                _failures.Enqueue(failure);
            }
        }
    }
}
