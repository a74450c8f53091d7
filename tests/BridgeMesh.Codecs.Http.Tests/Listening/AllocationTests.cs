using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Testing.Network;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

/// <summary>Counts the whole process's allocations, so it runs while no other test does.</summary>
[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    /// <summary>
    /// Measured: 912 bytes on .NET 10.0.12, which are Kestrel's strings for the target and the headers, their enumerator, and the task of a
    /// call. A third more is left for other runtimes; tape, exchange, call and context cost nothing.
    /// </summary>
    private const int MaxBytesPerCall = 1_200;

    private const int Calls = 4_000;

    [Fact]
    public async Task Call_OnAKeptConnection_AllocatesLittle()
    {
        var dispatcher = new PoolingDispatcher();
        var settings = new ListenerSettings(
            "test", "127.0.0.1", LoopbackPorts.Free(), FrameLimits.Default, ImmutableDictionary<string, string>.Empty);
        await using var listener = new HttpListenerFactory().Create(settings, dispatcher);
        await listener.StartAsync(CancellationToken.None);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, listener.Port);
        var request = Encoding.ASCII.GetBytes(
            "POST /shop/orders HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 38\r\n\r\n"
            + """{"id":"o-1","count":3,"total":"12.50"}""");
        var buffer = new byte[4_096];
        var reply = Exchange(socket, request, buffer, Calls / 4);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Equal(reply, Exchange(socket, request, buffer, Calls));
        var perCall = (GC.GetTotalAllocatedBytes(precise: true) - before) / Calls;

        Assert.Contains("""{"id":"o-1","count":3,"total":"12.50"}""", Encoding.ASCII.GetString(buffer), StringComparison.Ordinal);
        Assert.InRange(perCall, 0, MaxBytesPerCall);
    }

    // Blocking, so that the client's side allocates nothing.
    private static int Exchange(Socket socket, byte[] request, byte[] buffer, int times)
    {
        var read = 0;
        for (var i = 0; i < times; i++)
        {
            socket.Send(request);
            read = socket.Receive(buffer);
        }

        return read;
    }

    private sealed class PoolingDispatcher : IExchangeDispatcher
    {
        private readonly ConcurrentQueue<Exchange> _pool = new();

        public ImmutableArray<ServiceContract> Contracts { get; } = [OrderContract.Service];

        public TimeProvider Time => TimeProvider.System;

        public Exchange Rent(ICallerSide caller) => _pool.TryDequeue(out var exchange) ? exchange : new Exchange();

        public Lane Plan(Exchange exchange) => exchange.Lane = Lane.Translate;

        public void Dispatch(Exchange exchange)
        {
            Assert.True(exchange.Caller!.ReadRequest(exchange).IsOk);
            CopyObject(exchange);
            exchange.Caller.OnReply(exchange);
        }

        public void Cancel(Exchange exchange)
        {
        }

        public void Return(Exchange exchange)
        {
            exchange.Reset();
            _pool.Enqueue(exchange);
        }

        private static void CopyObject(Exchange exchange)
        {
            var (from, to) = (exchange.Request, exchange.Reply);
            to.BeginObject(from[0].Type);
            for (var i = 1; i < from.Count; i++)
            {
                to.Name(from[i].Name!);
                _ = from[i].Kind == Values.ValueKind.Int32 ? to.AddInt32(from[i].AsInt32) : to.AddText(from[i].Kind, from.Utf8(i));
            }

            to.End();
        }
    }
}

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
