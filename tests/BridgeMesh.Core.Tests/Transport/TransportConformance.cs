using System.Net;
using System.Net.Sockets;
using BridgeMesh.Core.Transport;

namespace BridgeMesh.Core.Tests.Transport;

/// <summary>What every transport must do with bytes that come in: reading, and how connections end.</summary>
public abstract class TransportConformance : IAsyncLifetime
{
    private protected ITransport Transport { get; private set; } = null!; // Set before every test.

    private protected abstract ITransport Create();

    public Task InitializeAsync()
    {
        Transport = Create();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await Transport.DisposeAsync();

    [Fact]
    public async Task Receive_OneByteAtATime_FramesComeWhole()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport);
        using var _ = peer;
        byte[][] bodies = [TransportPeer.Body(3, 1), [], TransportPeer.Body(70, 2)];
        foreach (var body in bodies)
        {
            foreach (var b in TransportPeer.Frame(body))
            {
                await peer.SendAsync(new[] { b });
            }

            Assert.Equal(body, await handler.NextAsync());
        }

        Assert.False(handler.Overlapped);
    }

    [Fact]
    public async Task Receive_CutAtEveryByte_FramesComeWhole()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport, (self, body) => self.Send(body));
        using var _ = peer;
        var first = TransportPeer.Body(5, 3);
        var second = TransportPeer.Body(9, 4);
        byte[] both = [.. TransportPeer.Frame(first), .. TransportPeer.Frame(second)];
        for (var cut = 1; cut < both.Length; cut++)
        {
            // The answer to what is whole shows that the first part was read by itself.
            await peer.SendAsync(both.AsMemory(0, cut));
            if (cut >= 9)
            {
                Assert.Equal(first, await peer.NextAsync());
            }

            await peer.SendAsync(both.AsMemory(cut));
            if (cut < 9)
            {
                Assert.Equal(first, await peer.NextAsync());
            }

            Assert.Equal(second, await peer.NextAsync());
        }

        Assert.False(handler.Overlapped);
    }

    [Fact]
    public async Task Receive_ManyFramesInOnePiece_ComeInOrder()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport);
        using var _ = peer;
        const int frames = 20_000;
        var all = Enumerable.Range(0, frames).SelectMany(i => TransportPeer.Frame(BitConverter.GetBytes(i))).ToArray();
        await peer.SendAsync(all);
        for (var i = 0; i < frames; i++)
        {
            Assert.Equal(i, BitConverter.ToInt32(await handler.NextAsync()));
        }

        Assert.False(handler.Overlapped);
    }

    [Theory]
    [InlineData(64 << 10)]
    [InlineData((256 << 10) - 4)]
    [InlineData((256 << 10) - 3)]
    [InlineData(1 << 20)]
    [InlineData(9 << 20)]
    public async Task Receive_LargeFramesAmongSmall_AreAnsweredWholeAndInOrder(int bytes)
    {
        var (_, peer) = await TransportPeer.StartAsync(Transport, (self, body) => self.Send(body));
        using var _ = peer;
        var small = TransportPeer.Body(33, 5);
        var large = TransportPeer.Body(bytes, 6);
        byte[] all = [.. TransportPeer.Frame(small), .. TransportPeer.Frame(large), .. TransportPeer.Frame(small), .. TransportPeer.Frame(large)];
        var sending = peer.SendAsync(all);
        Assert.Equal(small, await peer.NextAsync());
        Assert.True(TransportPeer.Same(large, await peer.NextAsync()));
        Assert.Equal(small, await peer.NextAsync());
        Assert.True(TransportPeer.Same(large, await peer.NextAsync()));
        await sending;
    }

    [Fact]
    public async Task Receive_FrameThatStalls_WaitsAndDisturbsNobody()
    {
        var (stalled, slow) = await TransportPeer.StartAsync(Transport);
        using var _ = slow;
        var (_, other) = await TransportPeer.StartAsync(Transport, (self, body) => self.Send(body));
        using var __ = other;
        var body = TransportPeer.Body(300_000, 7);
        var frame = TransportPeer.Frame(body);
        await slow.SendAsync(frame.AsMemory(0, 200_000));
        for (var i = 0; i < 100; i++)
        {
            var sent = TransportPeer.Body(1_000 + i, i);
            await other.SendAsync(TransportPeer.Frame(sent));
            Assert.Equal(sent, await other.NextAsync());
        }

        Assert.Equal(0, stalled.Received);
        await slow.SendAsync(frame.AsMemory(200_000));
        Assert.True(TransportPeer.Same(body, await stalled.NextAsync()));
    }

    [Fact]
    public async Task Peer_ClosesBetweenFrames_IsToldOnce()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport);
        await peer.SendAsync(TransportPeer.Frame("x"u8));
        await handler.NextAsync();
        peer.Dispose();
        Assert.Equal(CloseReason.PeerClosed, await handler.ClosedAsync());
        handler.Connection.Close(CloseReason.Local);
        Assert.True(handler.Connection.IsClosed);
        Assert.Equal(1, handler.Closings);
    }

    [Fact]
    public async Task Peer_ClosesInsideAFrame_IsAnInterruption()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport);
        await peer.SendAsync(TransportPeer.Frame("whole"u8).AsMemory(0, 6));
        peer.Dispose();
        Assert.Equal(CloseReason.Interrupted, await handler.ClosedAsync());
    }

    [Fact]
    public async Task Peer_Resets_IsAnInterruption()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport);
        await peer.SendAsync(TransportPeer.Frame("x"u8));
        await handler.NextAsync();
        peer.Reset();
        Assert.Equal(CloseReason.Interrupted, await handler.ClosedAsync());
        Assert.Equal(1, handler.Closings);
    }

    [Fact]
    public async Task Peer_ShutsItsSideBehindItsFrames_GetsTheAnswersAndTheEnd()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport, (self, body) => self.Send(body));
        using var _ = peer;
        await peer.SendAsync(new byte[][] { TransportPeer.Frame("one"u8), TransportPeer.Frame("two"u8) }.SelectMany(f => f).ToArray());
        peer.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("one"u8.ToArray(), await peer.NextAsync());
        Assert.Equal("two"u8.ToArray(), await peer.NextAsync());
        Assert.Null(await peer.NextAsync());
        Assert.Equal(CloseReason.PeerClosed, await handler.ClosedAsync());
    }

    [Fact]
    public async Task Handler_FindsAnotherProtocol_AnswersWhatCameBeforeAndCloses()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport, (self, body) => self.Send(body));
        using var _ = peer;
        await peer.SendAsync((byte[])[.. TransportPeer.Frame("good"u8), .. TransportPeer.Head(LengthHandler.Broken)]);
        Assert.Equal("good"u8.ToArray(), await peer.NextAsync());
        Assert.Equal(0, await peer.EndAsync());
        Assert.Equal(CloseReason.ProtocolBroken, await handler.ClosedAsync());
    }

    [Fact]
    public async Task Handler_Throws_ItsConnectionAloneCloses()
    {
        var (broken, culprit) = await TransportPeer.StartAsync(Transport);
        using var _ = culprit;
        var (_, other) = await TransportPeer.StartAsync(Transport, (self, body) => self.Send(body));
        using var __ = other;
        await culprit.SendAsync(TransportPeer.Head(LengthHandler.Throwing));
        Assert.Equal(CloseReason.ProtocolBroken, await broken.ClosedAsync());
        Assert.Equal(0, await culprit.EndAsync());
        await other.SendAsync(TransportPeer.Frame("still here"u8));
        Assert.Equal("still here"u8.ToArray(), await other.NextAsync());
    }

    [Fact]
    public async Task Handler_ClosesItselfAmidItsFrames_HearsOfItOnce()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport, (self, body) => self.Connection.Close(CloseReason.Local));
        using var _ = peer;
        await peer.SendAsync(Enumerable.Range(0, 100).SelectMany(_ => TransportPeer.Frame("x"u8)).ToArray());
        Assert.Equal(CloseReason.Local, await handler.ClosedAsync());
        Assert.Equal(0, await peer.EndAsync());
        Assert.Equal(1, handler.Closings);
    }

    [Fact]
    public async Task Connect_ToAListener_HandsOverASocketThatCarriesFrames()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var accepting = listener.AcceptAsync();
        var outcome = await Transport.ConnectAsync("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port, TransportPeer.Patience);
        Assert.Null(outcome.Failure);
        var handler = new LengthHandler(Transport, outcome.Socket!);
        handler.Connection.Start();
        using var theirs = await accepting;
        await theirs.SendAsync(TransportPeer.Frame("hello"u8));
        Assert.Equal("hello"u8.ToArray(), await handler.NextAsync());
        handler.Connection.Close(CloseReason.Local);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task Connect_ToAPortThatNobodyHas_SaysThatItWasRefused(string host)
    {
        var port = 0;
        using (var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        }

        var outcome = await Transport.ConnectAsync(host, port, TransportPeer.Patience);
        Assert.Null(outcome.Socket);
        Assert.Equal(nameof(SocketError.ConnectionRefused), outcome.Failure);
    }

    [Fact]
    public async Task Connect_ThatNobodyAnswers_EndsInTime()
    {
        // A listener whose queue is full: the system drops further requests to connect.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var port = ((IPEndPoint)full.LocalEndPoint!).Port;
        var taken = new List<Socket>();
        ConnectOutcome outcome;
        do
        {
            outcome = await Transport.ConnectAsync("127.0.0.1", port, TimeSpan.FromMilliseconds(300));
            if (outcome.Socket is not null)
            {
                taken.Add(outcome.Socket);
            }
        }
        while (outcome.Socket is not null && taken.Count < 100);

        Assert.Equal("no connection within 300 ms", outcome.Failure);
        taken.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task Connect_ToAHostWithoutAddress_SaysSo()
    {
        var outcome = await Transport.ConnectAsync("no-such-host.invalid", 1, TransportPeer.Patience);
        Assert.Null(outcome.Socket);
        Assert.False(string.IsNullOrEmpty(outcome.Failure));
    }
}
