using System.Net;
using System.Net.Sockets;

namespace BridgeMesh.Testing.Network;

/// <summary>
/// Ports on 127.0.0.1 below the range from which the kernel takes those of outgoing connections (32,768 on): a free port of that range may be
/// anybody's before it is bound.
/// </summary>
public static class LoopbackPorts
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int _next = Random.Shared.Next(Count);

    /// <summary>A port that nothing listens on, different from those given before. For processes that must be told their port.</summary>
    public static int Free()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = Next();
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }

        throw new InvalidOperationException($"no free port from {First} to {First + Count}");
    }

    /// <summary>A listener already bound to such a port.</summary>
    public static TcpListener Listen()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var listener = new TcpListener(IPAddress.Loopback, Next());
            try
            {
                listener.Start();
                return listener;
            }
            catch (SocketException)
            {
                listener.Dispose();
            }
        }

        throw new InvalidOperationException($"no free port from {First} to {First + Count}");
    }

    /// <summary>Ends when something accepts connections on the port; polls it.</summary>
    public static async Task UntilOpenAsync(int port, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, cancellationToken);
            }
        }
    }

    private static int Next() => First + (int)((uint)Interlocked.Increment(ref _next) % Count);
}
