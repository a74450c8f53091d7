using BridgeMesh.Core.Transport;
using BridgeMesh.Core.Transport.Reactors;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Core.Tests.Transport;

public sealed class ReactorTransportTests : TransportConformance
{
    private protected override ITransport Create() => new ReactorTransport(1, TimeProvider.System, NullLogger.Instance);
}

public sealed class ReactorTransportOutputTests : TransportOutputConformance
{
    private protected override ITransport Create() => new ReactorTransport(1, TimeProvider.System, NullLogger.Instance);
}

/// <summary>The same where connections meet on more threads than one.</summary>
public sealed class ReactorsTransportTests : TransportConformance
{
    private protected override ITransport Create() => new ReactorTransport(3, TimeProvider.System, NullLogger.Instance);
}

public sealed class ReactorsTransportOutputTests : TransportOutputConformance
{
    private protected override ITransport Create() => new ReactorTransport(3, TimeProvider.System, NullLogger.Instance);
}

/// <summary>What only reactors have: threads that end, and ticks of their own.</summary>
public sealed class ReactorEndTests
{
    [Fact]
    public async Task Dispose_WithConnectionsOpen_ClosesThemAndThoseThatComeLate()
    {
        var transport = new ReactorTransport(2, TimeProvider.System, NullLogger.Instance);
        var (first, peer) = await TransportPeer.StartAsync(transport);
        using var _ = peer;
        var (second, other) = await TransportPeer.StartAsync(transport);
        using var __ = other;
        await peer.SendAsync(TransportPeer.Frame("x"u8));
        await first.NextAsync();

        await transport.DisposeAsync();

        Assert.Equal(CloseReason.Local, await first.ClosedAsync());
        Assert.Equal(CloseReason.Local, await second.ClosedAsync());
        Assert.Equal(0, await peer.EndAsync());
        Assert.Equal(0, await other.EndAsync());

        // Nobody is there any more to carry this one; its socket must not stay open for that.
        var (ours, late) = await TransportPeer.ConnectAsync();
        using var ___ = late;
        var handler = new LengthHandler(transport, ours);
        handler.Connection.Start();
        handler.Send("x"u8);
        handler.Connection.Close(CloseReason.Local);
        Assert.Equal(0, await late.EndAsync());
        Assert.Equal(1, handler.Closings);
        Assert.Equal("the gateway stops", (await transport.ConnectAsync("127.0.0.1", 1, TransportPeer.Patience)).Failure);
        await transport.DisposeAsync();
    }

    [Fact]
    public async Task Every_UntilDisposed_CallsBackOnTheReactorsThread()
    {
        await using var transport = new ReactorTransport(2, TimeProvider.System, NullLogger.Instance);
        var ticks = System.Threading.Channels.Channel.CreateUnbounded<int>();
        var tick = transport.Every(TimeSpan.FromMilliseconds(1), () => ticks.Writer.TryWrite(transport.Current), reactor: 1);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(1, await ticks.Reader.ReadAsync().AsTask().WaitAsync(TransportPeer.Patience));
        }

        tick.Dispose();
        Assert.Equal(ITransport.Any, transport.Current);
    }

    [Fact]
    public async Task Every_ThatThrows_LeavesTheReactorAlive()
    {
        await using var transport = new ReactorTransport(1, TimeProvider.System, NullLogger.Instance);
        var thrown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var tick = transport.Every(TimeSpan.FromMilliseconds(1), () =>
        {
            thrown.TrySetResult();
            throw new InvalidOperationException("the test wants a fault of the tick's");
        }, reactor: 0);
        await thrown.Task.WaitAsync(TransportPeer.Patience);
        var (_, peer) = await TransportPeer.StartAsync(transport, (self, body) => self.Send(body));
        using var __ = peer;
        await peer.SendAsync(TransportPeer.Frame("still here"u8));
        Assert.Equal("still here"u8.ToArray(), await peer.NextAsync());
    }
}
