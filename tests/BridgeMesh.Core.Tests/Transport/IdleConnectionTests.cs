using System.Net;
using System.Net.Sockets;
using BridgeMesh.Core.Tests.Pipeline;
using BridgeMesh.Core.Transport;
using BridgeMesh.Core.Transport.Reactors;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Core.Tests.Transport;

/// <summary>Not beside other tests: it reads the memory of the whole process.</summary>
[Collection(nameof(AllocationTests))]
public sealed class IdleConnectionTests
{
    /// <summary>Both ends are in this process, which may have 20,000 descriptors.</summary>
    private const int Connections = 4_000;

    [Fact]
    public Task Connections_IdleOnSockets_KeepTheirBuffers() =>
        // A receive buffer of 16 KiB and two outputs of 2 KiB, and the objects around them.
        MeasureAsync(new SocketTransport(TimeProvider.System, NullLogger.Instance), maxBytesEach: 26 << 10);

    [Fact]
    public Task Connections_IdleOnAReactor_HoldNoBuffer() =>
        MeasureAsync(new ReactorTransport(1, TimeProvider.System, NullLogger.Instance), maxBytesEach: 3 << 10);

    /// <summary>Each has carried a frame both ways before it is idle.</summary>
    private static async Task MeasureAsync(ITransport transport, long maxBytesEach)
    {
        await using var _ = transport;
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(128);
        var handlers = new List<LengthHandler>(Connections);
        var peers = new List<Socket>(Connections);
        var body = TransportPeer.Body(500, 1);
        var frame = TransportPeer.Frame(body);
        var before = 0L;
        for (var i = 0; i <= Connections; i++)
        {
            // Blocking calls on both ends: a socket that was once used asynchronously keeps what that took.
#pragma warning disable CA1849
            var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            peer.Connect(listener.LocalEndPoint!);
            var handler = new LengthHandler(transport, listener.Accept(), static (self, body) => self.Send(body));
            handler.Connection.Start();
            peer.Send(frame);
            var answer = new byte[frame.Length];
            for (var read = 0; read < answer.Length;)
            {
                read += peer.Receive(answer, read, answer.Length - read, SocketFlags.None);
            }
#pragma warning restore CA1849

            Assert.Equal(frame, answer);
            handlers.Add(handler);
            peers.Add(peer);
            if (i == 0)
            {
                // From the second connection on, so that what is made once is not counted.
                before = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Connections;
        Assert.True(each <= maxBytesEach, $"{each} bytes for each idle connection and its peer, {maxBytesEach} are allowed");
        peers.ForEach(p => p.Dispose());
        foreach (var handler in handlers)
        {
            Assert.Equal(CloseReason.PeerClosed, await handler.ClosedAsync());
        }
    }
}
