using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Crossing.Loops;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Network;
using BridgeMesh.Wire;

namespace BridgeMesh.Crossing.Drains;

/// <summary>Dubbo's go-away, an event called READONLY, in both directions, in the bytes of a real provider.</summary>
public sealed class ReadOnlyTests
{
    // Recorded: two-way event request of Hessian 2, a body of two bytes that is the string "R". The id is any.
    private static readonly byte[] Flags = [0xDA, 0xBB, 0xA2, 0x00];
    private static readonly byte[] LengthAndBody = [0, 0, 0, 2, 0x01, 0x52];

    private readonly IFrameCodec _codec = Codec();

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task Provider_SendsReadOnly_CallsInFlightFinishAndNewOnesGoToAnotherConnection(string caller)
    {
        var requests = Channel.CreateUnbounded<(NetworkStream Stream, FrameHeader Header, byte[] Frame)>();
        await using var provider = new ScriptedServer(async (stream, token) =>
        {
            while (await FrameStream.ReadAsync(_codec, stream, token) is var (header, frame))
            {
                requests.Writer.TryWrite((stream, header, frame));
            }
        });
        await using var gateway = await GatewayChain.StartAsync("gw-a");
        await gateway.PointAtAsync("dubbo", provider.Port);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        var slow = gateway.CallAsync(caller);
        var first = await requests.Reader.ReadAsync(patience.Token);
        await first.Stream.WriteAsync((byte[])[.. Flags, 0, 0, 0, 0, 0, 0, 0, 9, .. LengthAndBody], patience.Token);

        string answer;
        var others = 0;
        do
        {
            // The event may be read a moment later than it was sent; until then calls use the connection, and are answered on it.
            var next = gateway.CallAsync(caller);
            var request = await requests.Reader.ReadAsync(patience.Token);
            others += ReferenceEquals(request.Stream, first.Stream) ? 0 : 1;
            await AnswerAsync(request, "next", patience.Token);
            answer = await next;
        }
        while (others == 0 && answer == "next");
        Assert.Equal(("next", 1), (answer, others));

        await AnswerAsync(first, "slow", patience.Token);
        Assert.Equal("slow", await slow);
        Assert.Equal(2, provider.Connections);
    }

    [Fact]
    public async Task Consumer_GatewayDrains_IsSentReadOnlyAndItsCallsAreStillServed()
    {
        await using var gateway = await GatewayChain.StartAsync("gw-a");
        await using var callee = gateway.Callee("bolt", exchange => exchange.Reply.AddString("done"u8));
        await gateway.PointAtAsync("bolt", callee.Port);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var consumer = new TcpClient();
        await consumer.ConnectAsync(IPAddress.Loopback, gateway.Runtime.Ports["dubbo"], patience.Token);
        var stream = consumer.GetStream();

        var stopping = gateway.Runtime.StopAsync(patience.Token);
        var told = new byte[18];
        await stream.ReadExactlyAsync(told, patience.Token);
        Assert.Equal(Flags, told[..4]);
        Assert.Equal(LengthAndBody, told[12..]);

        using var request = new FrameWriter();
        Assert.True(_codec.WriteRequest(GatewayChain.NewCall(), 5, request).IsOk);
        await stream.WriteAsync(request.WrittenMemory, patience.Token);
        var (header, _) = await FrameStream.ReadAsync(_codec, stream, patience.Token) ?? throw new InvalidOperationException("closed too early");
        Assert.Equal((5UL, FrameKind.Reply, 20), (header.CorrelationId, header.Kind, header.Status));

        Assert.Null(await FrameStream.ReadAsync(_codec, stream, patience.Token));
        await stopping;
    }

    private static IFrameCodec Codec()
    {
        var plugins = new PluginCatalog();
        plugins.Add(new DubboPlugin());
        return plugins.FrameCodecs["dubbo"];
    }

    private async Task AnswerAsync((NetworkStream Stream, FrameHeader Header, byte[] Frame) request, string text, CancellationToken token)
    {
        var exchange = new Exchange { CallerHeader = request.Header, RequestFrame = new(request.Frame) };
        Assert.True(_codec.OpenRequest(exchange).IsOk);
        exchange.Reply.AddString(text);
        using var output = new FrameWriter();
        Assert.True(_codec.WriteReply(exchange, output).IsOk);
        await request.Stream.WriteAsync(output.WrittenMemory, token);
    }
}
