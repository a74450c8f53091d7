using System.Net;
using System.Net.Sockets;

namespace BridgeMesh.Gateway.Calling;

/// <summary>
/// Stands between a framed channel and its callee, on a loopback port of its own, and logs what passes: the channels write straight to
/// their sockets and have no place for a watcher. One connection; made for one call.
/// </summary>
internal sealed class WireRelay : IAsyncDisposable
{
    private readonly Socket _callee;
    private readonly TcpListener _door;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _passing;

    private WireRelay(Socket callee, WireLog log)
    {
        _callee = callee;
        _door = new TcpListener(IPAddress.Loopback, 0);
        _door.Start(1);
        _passing = PassAsync(log, _stop.Token);
    }

    public int Port => ((IPEndPoint)_door.LocalEndpoint).Port;

    /// <summary>Connects to the callee. Throws <see cref="SocketException"/> or, past the time, <see cref="OperationCanceledException"/>.</summary>
    public static async Task<WireRelay> OpenAsync(string host, int port, WireLog log, CancellationToken cancellationToken)
    {
        var callee = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await callee.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            callee.Dispose();
            throw;
        }

        log.OnConnected();
        return new WireRelay(callee, log);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _door.Dispose();
        _callee.Dispose();
        await _passing.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task PassAsync(WireLog log, CancellationToken cancellationToken)
    {
        try
        {
            using var channel = await _door.AcceptSocketAsync(cancellationToken).ConfigureAwait(false);
            channel.NoDelay = true;
            await Task.WhenAll(
                CopyAsync(channel, _callee, log.OnSent, cancellationToken),
                CopyAsync(_callee, channel, log.OnReceived, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The call is over, or one side closed: its channel has noticed too.
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, Action<ReadOnlySpan<byte>> tell, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 << 10];
        while (await from.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            tell(buffer.AsSpan(0, read));
            for (var sent = 0; sent < read;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), cancellationToken).ConfigureAwait(false);
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
