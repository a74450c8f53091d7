using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Testing.Http2;

namespace BridgeMesh.Crossing.Grpc.BadInput;

/// <summary>What a flood leaves is measured over the whole heap, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(HostileHeadTests), DisableParallelization = true)]
public sealed class HostileHeadsAlone;

/// <summary>Heads, settings and floods of a caller that abuses HTTP/2 itself: its stream or its connection ends, and nobody else's.</summary>
[Collection(nameof(HostileHeadTests))]
public sealed class HostileHeadTests
{
    private const int FloodFrames = 20_000;

    /// <summary>What ends the connection, or at least the stream, by name.</summary>
    private static readonly Dictionary<string, Func<Http2Frame[]>> Breaches = new()
    {
        ["a block that is no HPACK"] = static () => [Http2Frame.Headers(1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
        ["a name in capitals"] = static () => [RawGrpc.Head(1, more: ("X-Loud", "1"))],
        ["a header of HTTP/1"] = static () => [RawGrpc.Head(1, more: ("connection", "close"))],
        ["an unknown pseudo-header"] = static () => [Http2Frame.Headers(1, HeaderBlock.Write((":method", "POST"), (":x", "1")))],
        ["no pseudo-headers"] = static () => [Http2Frame.Headers(1, HeaderBlock.Write(("content-type", "application/grpc")))],
        ["a stream of the server's"] = static () => [RawGrpc.Head(2)],
        ["DATA without a head"] = static () => [Http2Frame.Data(1, RawGrpc.PlaceMessage, endStream: true)],
        ["CONTINUATION without a head"] = static () => [Http2Frame.Continuation(1, RawGrpc.HeadBlock(), endHeaders: true)],
        ["another frame inside a head"] = static () =>
            [new Http2Frame(Http2FrameType.Headers, 0, 1, RawGrpc.HeadBlock()), Http2Frame.Ping()],
        ["DATA behind the end"] = static () => [.. RawGrpc.Call(1), Http2Frame.Data(1, [1], endStream: true)],
        ["DATA past the window"] = static () => [RawGrpc.Head(1), .. Enumerable.Repeat(Http2Frame.Data(1, new byte[16_000], endStream: false), 2_000)],
        ["a window of nothing more"] = static () => [RawGrpc.Head(1), Http2Frame.WindowUpdate(0, 0)],
        ["a window that overflows"] = static () => [RawGrpc.Head(1), Http2Frame.WindowUpdate(0, int.MaxValue)],
        ["a frame past the longest"] = static () => [RawGrpc.Head(1), Http2Frame.Data(1, [1], endStream: false) with { DeclaredLength = 1 << 20 }],
        ["padding past the frame"] = static () =>
            [RawGrpc.Head(1), new Http2Frame(Http2FrameType.Data, Http2Frame.Padded, 1, [200, 0, 0])],
        ["settings of six and a half"] = static () => [new Http2Frame(Http2FrameType.Settings, 0, 0, new byte[7])],
        ["settings: frames of 16 MiB and more"] = static () => [Http2Frame.Settings((Http2Setting.MaxFrameSize, 1 << 24))],
        ["settings: a window past 2 GiB"] = static () => [Http2Frame.Settings((Http2Setting.InitialWindowSize, uint.MaxValue))],
        ["a ping of nine bytes"] = static () => [new Http2Frame(Http2FrameType.Ping, 0, 0, new byte[9])],
        ["a reset of a stream that never was"] = static () => [Http2Frame.Reset(7, Http2ErrorCode.Cancel)],
    };

    /// <summary>What goes on and on, and is worth an answer or the connection's end, but neither memory nor anybody else's time.</summary>
    private static readonly Dictionary<string, Func<Http2Frame[]>> Floods = new()
    {
        ["CONTINUATION"] = static () => [new Http2Frame(Http2FrameType.Headers, 0, 1, RawGrpc.HeadBlock()),
            .. Enumerable.Repeat(Http2Frame.Continuation(1, HeaderBlock.Write(("x-a", new string('a', 200))), endHeaders: false), FloodFrames)],
        ["CONTINUATION of nothing"] = static () => [new Http2Frame(Http2FrameType.Headers, 0, 1, RawGrpc.HeadBlock()),
            .. Enumerable.Repeat(Http2Frame.Continuation(1, [], endHeaders: false), FloodFrames)],
        ["SETTINGS"] = static () => [.. Enumerable.Repeat(Http2Frame.Settings((Http2Setting.InitialWindowSize, 100)), FloodFrames)],
        ["PING"] = static () => [.. Enumerable.Repeat(Http2Frame.Ping(), FloodFrames)],
        ["DATA of nothing"] = static () => [RawGrpc.Head(1), .. Enumerable.Repeat(Http2Frame.Data(1, [], endStream: false), FloodFrames)],
        ["PRIORITY"] = static () => [.. Enumerable.Repeat(new Http2Frame(Http2FrameType.Priority, 0, 3, new byte[5]), FloodFrames)],
        ["open streams"] = static () => [.. Enumerable.Range(0, FloodFrames).Select(static i => RawGrpc.Head((2 * i) + 1))],
    };

    public static TheoryData<string> BreachNames => [.. Breaches.Keys];

    public static TheoryData<string> FloodNames => [.. Floods.Keys];

    [Theory]
    [MemberData(nameof(BreachNames))]
    public async Task Breach_OfHttp2_EndsTheStreamOrTheConnectionAlone(string name)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed);
        using var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc));
        await peer.SendAsync(Breaches[name]());
        var answer = await peer.AnswerAsync(1);

        // What the gateway refuses before Kestrel sees the breach has a status, and is as good.
        var isRefused = answer.GrpcStatus is not (null or "0");
        Assert.True(isRefused || peer.Closed || peer.GoneAway is not null || answer.Reset is not null, $"'{name}' was taken");
        await RawGrpc.AssertHealthyAsync(gateway);
    }

    [Theory]
    [MemberData(nameof(FloodNames))]
    public async Task Flood_OfFrames_TakesNoMemoryAndNobodyElsesTime(string name)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed);
        await RawGrpc.AssertHealthyAsync(gateway);
        var frames = Floods[name]();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using (var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc)))
        {
            // Answers to it are read as they come: this is about what the gateway keeps, not about a peer that reads nothing.
            var reading = peer.UntilClosedAsync();
            foreach (var batch in frames.Chunk(500))
            {
                await peer.SendAsync(batch);
            }

            await RawGrpc.AssertHealthyAsync(gateway, isAlone: false);
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 24 << 20);
            peer.Dispose();
            await reading;
        }

        await RawGrpc.AssertHealthyAsync(gateway);
    }

    [Fact]
    public async Task Head_PastTheLimitOfMetadata_IsRefusedAndTheConnectionServesOn()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed);
        foreach (var more in new[]
        {
            Enumerable.Range(0, 100).Select(static i => ($"x-{i}", new string('a', 1_000))), // 100 KiB of them.
            Enumerable.Range(0, 300).Select(static i => ($"x-{i}", "a")), // More than 256.
        })
        {
            using var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc));
            var pieces = RawGrpc.HeadBlock(more: [.. more]).Chunk(16_000).ToArray();
            await peer.SendAsync(
            [
                new Http2Frame(Http2FrameType.Headers, pieces.Length == 1 ? Http2Frame.EndHeaders : (byte)0, 1, pieces[0]),
                .. pieces[1..].Select((piece, i) => Http2Frame.Continuation(1, piece, endHeaders: i == pieces.Length - 2)),
            ]);
            var answer = await peer.AnswerAsync(1);
            Assert.True(answer.Headers.GetValueOrDefault(":status") == "431" || answer.Reset is not null || peer.GoneAway is not null);
            await RawGrpc.AssertHealthyAsync(gateway);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Message_InPiecesOfAFewBytesWithPadding_IsRead(int bytes)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed);
        using var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc));
        await peer.SendAsync(
        [
            RawGrpc.Head(1),
            .. RawGrpc.PlaceMessage.Chunk(bytes).Select(static piece => new Http2Frame(Http2FrameType.Data, Http2Frame.Padded, 1, [2, .. piece, 0, 0])),
            Http2Frame.Data(1, [], endStream: true),
        ]);
        RawGrpc.AssertPlaced(await peer.AnswerAsync(1));
        await gateway.SettledAsync();
    }
}
