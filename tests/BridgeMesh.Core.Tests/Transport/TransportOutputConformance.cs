using BridgeMesh.Core.Transport;

namespace BridgeMesh.Core.Tests.Transport;

/// <summary>What every transport must do with bytes that go out: order, back-pressure, and closing in the middle of it.</summary>
public abstract class TransportOutputConformance : IAsyncLifetime
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
    public async Task Send_FromManyThreads_FramesStayWholeAndNoneIsLost()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport);
        using var _ = peer;
        const int threads = 4;
        const int each = 5_000;
        var sending = Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < each; i++)
                {
                    handler.Send([(byte)thread, .. BitConverter.GetBytes(i)]);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        var next = new int[threads];
        for (var i = 0; i < threads * each; i++)
        {
            var frame = await peer.NextAsync();
            Assert.NotNull(frame);
            Assert.Equal(next[frame[0]]++, BitConverter.ToInt32(frame, 1)); // Each thread's own come in its order.
        }

        await Task.WhenAll(sending);
    }

    [Fact]
    public async Task Send_BeforeTheStart_GoesOutWithIt()
    {
        var (ours, peer) = await TransportPeer.ConnectAsync();
        using var _ = peer;
        var handler = new LengthHandler(Transport, ours);
        handler.Send("early"u8);
        handler.Connection.Start();
        Assert.Equal("early"u8.ToArray(), await peer.NextAsync());
    }

    [Fact]
    public async Task Send_ToAPeerThatReadsNothing_StopsReadingFromItAndFromNobodyElse()
    {
        var (slow, idler) = await TransportPeer.StartAsync(Transport, (self, body) => self.Send(body), receiveBufferBytes: 4 << 10);
        using var _ = idler;
        var (_, other) = await TransportPeer.StartAsync(Transport, (self, body) => self.Send(body));
        using var __ = other;

        // More than both kernels' buffers and the pause take together.
        const int frames = 600;
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < frames; i++)
            {
                await idler.SendAsync(TransportPeer.Frame(TransportPeer.Body(64 << 10, i)));
            }
        });

        // The pause shows in this: nothing more is taken although more was sent. The other peer's calls are the clock.
        var before = -1L;
        for (var same = 0; same < 200;)
        {
            var sent = TransportPeer.Body(2_000, same);
            await other.SendAsync(TransportPeer.Frame(sent));
            Assert.Equal(sent, await other.NextAsync());
            same = slow.Received == before && before > FrameConnection.PauseBytes ? same + 1 : 0;
            before = slow.Received;
        }

        Assert.InRange(before, FrameConnection.PauseBytes, 32 << 20);
        Assert.False(sending.IsCompleted);
        for (var i = 0; i < frames; i++)
        {
            Assert.True(TransportPeer.Same(TransportPeer.Body(64 << 10, i), await idler.NextAsync()), $"frame {i}");
        }

        await sending;
        Assert.False(slow.Connection.IsClosed);
    }

    [Fact]
    public async Task Send_FarMoreThanThePeerTakes_ClosesIt()
    {
        var (slow, idler) = await TransportPeer.StartAsync(Transport, maxQueuedBytes: 1 << 20, receiveBufferBytes: 4 << 10);
        using var _ = idler;
        var body = TransportPeer.Body(64 << 10, 1);
        for (var i = 0; i < 2_000 && !slow.Connection.IsClosed; i++)
        {
            slow.Send(body);
        }

        Assert.Equal(CloseReason.SlowReader, await slow.ClosedAsync());
        Assert.Equal(1, slow.Closings);
    }

    [Fact]
    public async Task CloseWhenSent_WithMuchToSend_SendsItAllAndThenTheEnd()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport, receiveBufferBytes: 4 << 10);
        using var _ = peer;
        const int frames = 200;
        for (var i = 0; i < frames; i++)
        {
            handler.Send(TransportPeer.Body((100 << 10) + i, i));
        }

        handler.Connection.CloseWhenSent();
        for (var i = 0; i < frames; i++)
        {
            Assert.True(TransportPeer.Same(TransportPeer.Body((100 << 10) + i, i), await peer.NextAsync()), $"frame {i}");
        }

        Assert.Null(await peer.NextAsync());
        Assert.Equal(CloseReason.Local, await handler.ClosedAsync());
    }

    [Fact]
    public async Task CloseWhenSent_WithNothingToSend_Closes()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport);
        using var _ = peer;
        handler.Connection.CloseWhenSent();
        Assert.Null(await peer.NextAsync());
        Assert.Equal(CloseReason.Local, await handler.ClosedAsync());
    }

    [Fact]
    public async Task Close_BehindAnAnswer_LetsThePeerReadIt()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport, (self, body) =>
        {
            self.Send(body);
            self.Connection.CloseWhenSent();
        });
        using var _ = peer;
        await peer.SendAsync(TransportPeer.Frame("last words"u8));
        Assert.Equal("last words"u8.ToArray(), await peer.NextAsync());
        Assert.Equal(0, await peer.EndAsync());
        Assert.Equal(CloseReason.Local, await handler.ClosedAsync());
    }

    [Fact]
    public async Task Close_WhileOthersWriteAndThePeerReads_IsToldOnceEachTime()
    {
        var body = TransportPeer.Body(20_000, 1);
        for (var round = 0; round < 60; round++)
        {
            var (handler, peer) = await TransportPeer.StartAsync(Transport);
            using var _ = peer;
            var writing = Task.Run(() =>
            {
                for (var i = 0; i < 200 && !handler.Connection.IsClosed; i++)
                {
                    handler.Send(body);
                }
            });
            for (var i = 0; i < round % 7; i++)
            {
                await peer.NextAsync();
            }

            handler.Connection.Close(CloseReason.Local);
            await writing;
            await peer.EndAsync();
            Assert.Equal(CloseReason.Local, await handler.ClosedAsync());
            Assert.Equal(1, handler.Closings);
        }
    }

    [Fact]
    public async Task Close_BeforeTheStart_ClosesThePeer()
    {
        var (ours, peer) = await TransportPeer.ConnectAsync();
        using var _ = peer;
        var handler = new LengthHandler(Transport, ours);
        handler.Connection.Close(CloseReason.Local);
        handler.Connection.Start();
        Assert.Equal(0, await peer.EndAsync());
        Assert.Equal(CloseReason.Local, await handler.ClosedAsync());
    }

    [Fact]
    public async Task Peer_ResetsWhileItIsWrittenTo_IsAnInterruption()
    {
        var (handler, peer) = await TransportPeer.StartAsync(Transport, receiveBufferBytes: 4 << 10);
        var body = TransportPeer.Body(64 << 10, 1);
        for (var i = 0; i < 100; i++)
        {
            handler.Send(body);
        }

        await peer.NextAsync();
        peer.Reset();
        Assert.Equal(CloseReason.Interrupted, await handler.ClosedAsync());
        Assert.Equal(1, handler.Closings);
    }

    [Fact]
    public async Task Connections_OpenedAndClosedInPlenty_NeverHearOfOneAnother()
    {
        // Handles and descriptors are given out again at once: an event of a connection that is gone must not reach its successor.
        const int rounds = 40;
        const int beside = 8;
        await Task.WhenAll(Enumerable.Range(0, beside).Select(async lane =>
        {
            for (var round = 0; round < rounds; round++)
            {
                var (handler, peer) = await TransportPeer.StartAsync(Transport, (self, body) => self.Send(body));
                var body = TransportPeer.Body(100, (lane * rounds) + round);
                await peer.SendAsync(TransportPeer.Frame(body));
                Assert.Equal(body, await peer.NextAsync());
                if (round % 3 == 0)
                {
                    peer.Reset();
                    Assert.Equal(CloseReason.Interrupted, await handler.ClosedAsync());
                }
                else if (round % 3 == 1)
                {
                    peer.Dispose();
                    Assert.Equal(CloseReason.PeerClosed, await handler.ClosedAsync());
                }
                else
                {
                    handler.Connection.Close(CloseReason.Local);
                    Assert.Equal(0, await peer.EndAsync());
                    peer.Dispose();
                }

                Assert.Equal(1, handler.Closings);
            }
        }));
    }
}
