using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Network;
using BridgeMesh.Wire;

namespace BridgeMesh.Crossing.Gateways;

/// <summary>A client of a framed protocol for one call.</summary>
internal static class FramedClient
{
    private const ulong Id = 77;

    internal static async Task<Exchange> CallAsync(IFrameCodec codec, int port, Action<Exchange> request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var exchange = new Exchange { RemainingMs = 15_000 };
        request(exchange);
        using var output = new FrameWriter();
        var status = codec.WriteRequest(exchange, Id, output);
        Assert.True(status.IsOk, status.ToString());
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
        await client.GetStream().WriteAsync(output.WrittenMemory, patience.Token);
        var (header, frame) = await FrameStream.ReadAsync(codec, client.GetStream(), patience.Token)
            ?? throw new InvalidOperationException("the gateway closed the connection");
        Assert.Equal(Id, header.CorrelationId);
        exchange.ReplyHeader = header;
        exchange.ReplyFrame = new ReadOnlySequence<byte>(frame);
        status = codec.ReadReply(exchange);
        Assert.True(status.IsOk, status.ToString());
        return exchange;
    }

    /// <summary>Sends a request and closes the connection, unanswered, at the given moment.</summary>
    internal static async Task LeaveAsync(IFrameCodec codec, int port, Action<Exchange> request, Task moment)
    {
        var exchange = new Exchange { RemainingMs = 15_000 };
        request(exchange);
        using var output = new FrameWriter();
        var status = codec.WriteRequest(exchange, Id, output);
        Assert.True(status.IsOk, status.ToString());
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.GetStream().WriteAsync(output.WrittenMemory);
        await moment;
    }

    /// <summary>Sends a one-way request, and a heartbeat whose answer must be the first thing that comes back.</summary>
    internal static async Task NotifyAsync(IFrameCodec codec, int port, Action<Exchange> request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var exchange = new Exchange { RemainingMs = 15_000 };
        request(exchange);
        using var output = new FrameWriter();
        var status = codec.WriteRequest(exchange, Id, output);
        Assert.True(status.IsOk, status.ToString());
        codec.WriteHeartbeat(Id + 1, output);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
        await client.GetStream().WriteAsync(output.WrittenMemory, patience.Token);
        var (header, _) = await FrameStream.ReadAsync(codec, client.GetStream(), patience.Token)
            ?? throw new InvalidOperationException("the gateway closed the connection");
        Assert.Equal((FrameKind.HeartbeatReply, Id + 1), (header.Kind, header.CorrelationId));
    }
}

/// <summary>
/// A callee of a framed protocol. Unless its bodies name no types, it has no contract: it says what it says as a JVM does that knows every
/// class.
/// </summary>
internal sealed class FramedCallee : IAsyncDisposable
{
    private readonly ScriptedServer _server;

    internal FramedCallee(IFrameCodec codec, Action<Exchange> answer, ImmutableArray<ServiceContract> contracts)
    {
        _server = new ScriptedServer(async (stream, token) =>
        {
            while (await FrameStream.ReadAsync(codec, stream, token) is var (header, frame))
            {
                if (header.Kind != FrameKind.Request)
                {
                    continue;
                }

                var exchange = new Exchange { CallerHeader = header, OneWay = header.OneWay, RequestFrame = new ReadOnlySequence<byte>(frame) };
                var status = codec.OpenRequest(exchange);
                var isNameless = header.Serializer is BoltFrame.CodecJson or BoltFrame.CodecProtobuf;
                exchange.Contract = isNameless && codec.Protocol == GatewayUnderTest.Bolt
                    ? contracts.First(c => c.Service.Interface == exchange.Service.Interface)
                    : null;
                status = status.IsOk ? codec.ReadRequest(exchange) : status;
                Assert.True(status.IsOk, status.ToString());
                answer(exchange);
                using var output = new FrameWriter();
                status = codec.WriteReply(exchange, output);
                Assert.True(status.IsOk, status.ToString());
                await stream.WriteAsync(output.WrittenMemory, token);
            }
        });
    }

    internal int Port => _server.Port;

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

/// <summary>Takes whole frames off a stream, and no byte of what follows them.</summary>
internal static class FrameStream
{
    /// <summary>Null once the other end closed.</summary>
    internal static async Task<(FrameHeader Header, byte[] Frame)?> ReadAsync(IFrameCodec codec, NetworkStream stream, CancellationToken token)
    {
        var held = new byte[1];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(held.AsMemory(length), token);
            if (read == 0)
            {
                return null;
            }

            length += read;
            if (length < held.Length)
            {
                continue;
            }

            var scan = codec.Scan(new ReadOnlySequence<byte>(held, 0, length), FrameLimits.Default, out var header);
            if (scan.IsWhole)
            {
                Assert.Equal(length, header.Length);
                return (header, held);
            }

            Assert.True(scan.Fault.IsOk, scan.Fault.ToString());
            Array.Resize(ref held, length + (int)Math.Max(1, scan.NeedBytes));
        }
    }
}
