using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Http2;

namespace BridgeMesh.Crossing.Grpc.BadInput;

/// <summary>Callers that reset, leave, stall or fall silent in the middle: their own calls end, no other call notices, nothing stays behind.</summary>
public sealed class StreamFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(0)] // Behind the head.
    [InlineData(3)] // Inside the prefix.
    [InlineData(9)] // Inside the message.
    public async Task Reset_BeforeTheMessageIsWhole_NobodyIsCalledAndTheNextStreamIsServed(int bytes)
    {
        var calls = 0;
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, e =>
        {
            Interlocked.Increment(ref calls);
            GrpcShop.AnswerFramed(e);
        });
        using var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc));
        await peer.SendAsync(RawGrpc.Head(1), Http2Frame.Data(1, RawGrpc.PlaceMessage[..bytes], endStream: false));
        await peer.SendAsync(Http2Frame.Reset(1, Http2ErrorCode.Cancel));
        await peer.SendAsync(RawGrpc.Call(3));
        RawGrpc.AssertPlaced(await peer.AnswerAsync(3));
        await gateway.SettledAsync();
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Reset_WhileTheCalleeWorks_CancelsThatCallAlone()
    {
        var begun = new TaskCompletionSource();
        using var release = new ManualResetEventSlim();
        await using var gateway = await GatewayUnderTest.StartAsync(
            GrpcShop.Contract,
            _ =>
            {
                begun.SetResult();
                Assert.True(release.Wait(Patience));
            },
            grpc: GrpcCallee.Unary(GrpcShop.AnswerGrpc));
        using var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc));
        await peer.SendAsync(RawGrpc.Call(1));
        await begun.Task.WaitAsync(Patience);
        await peer.SendAsync([Http2Frame.Reset(1, Http2ErrorCode.Cancel), .. RawGrpc.Call(3, "/com.acme.GrpcService/place")]);
        RawGrpc.AssertPlaced(await peer.AnswerAsync(3));
        await gateway.CountedAsync(ExchangeStatus.Cancelled);
        release.Set();
        await gateway.SettledAsync();
    }

    [Fact]
    public async Task Reset_OfManyStreamsAtOnce_IsBoundedAndOthersAreServed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed);
        using var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc));
        for (var batch = 0; batch < 20 && !peer.Closed; batch++)
        {
            var first = (batch * 400) + 1;
            await peer.SendAsync([.. Enumerable.Range(0, 200).SelectMany(i => (Http2Frame[])
                [.. RawGrpc.Call(first + (2 * i)), Http2Frame.Reset(first + (2 * i), Http2ErrorCode.Cancel)])]);
        }

        await RawGrpc.AssertHealthyAsync(gateway);

        // Either the connection took all that, and serves on, or it was told to calm down.
        await peer.SendAsync(RawGrpc.Call(100_001));
        var answer = await peer.AnswerAsync(100_001);
        Assert.True(answer.GrpcStatus == "0" || peer.GoneAway == Http2ErrorCode.EnhanceYourCalm || peer.Closed, $"{answer.GrpcStatus} {peer.GoneAway}");
    }

    [Fact]
    public async Task Reset_OfManyStreamsWhileTheCalleeBreaksOff_AnswersEachCallOnce()
    {
        var calls = 0;
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, e =>
        {
            if (Interlocked.Increment(ref calls) % 13 == 0)
            {
                throw new IOException("the callee closes its connection");
            }

            GrpcShop.AnswerFramed(e);
        });
        for (var connection = 0; connection < 8; connection++)
        {
            using var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc));
            for (var batch = 0; batch < 20 && !peer.Closed; batch++)
            {
                var first = (batch * 40) + 1;
                for (var stream = first; stream < first + 40; stream += 2)
                {
                    await peer.SendAsync(RawGrpc.Call(stream));
                    if ((stream - first) % 6 == 0)
                    {
                        await peer.SendAsync(Http2Frame.Reset(stream, Http2ErrorCode.Cancel));
                    }
                }

                await peer.AnswerAsync(first + 38);
            }
        }

        await gateway.SettledAsync();
    }

    [Fact]
    public async Task GoAway_OfTheCaller_LetsItsCallEnd()
    {
        var begun = new TaskCompletionSource();
        using var release = new ManualResetEventSlim();
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, e =>
        {
            begun.SetResult();
            Assert.True(release.Wait(Patience));
            GrpcShop.AnswerFramed(e);
        });
        using var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc));
        await peer.SendAsync(RawGrpc.Call(1));
        await begun.Task.WaitAsync(Patience);
        await peer.SendAsync(Http2Frame.GoAway(0, Http2ErrorCode.NoError));
        release.Set();
        RawGrpc.AssertPlaced(await peer.AnswerAsync(1));
        await gateway.SettledAsync();
    }

    [Fact]
    public async Task Window_OfNothing_StallsThatAnswerAloneUntilItOpens()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed);
        using var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc), (Http2Setting.InitialWindowSize, 0));
        await peer.SendAsync([.. RawGrpc.Call(1), .. RawGrpc.Call(3)]);
        Assert.NotNull(await peer.UntilAsync(Http2FrameType.Headers, 1));

        // The other stream on the same connection gets window, and its answer with it.
        await peer.SendAsync(Http2Frame.WindowUpdate(3, 1 << 16));
        RawGrpc.AssertPlaced(await peer.AnswerAsync(3));
        await peer.SendAsync(Http2Frame.WindowUpdate(1, 3));
        Assert.Equal(3, (await peer.UntilAsync(Http2FrameType.Data, 1))?.Payload.Length);
        await peer.SendAsync(Http2Frame.WindowUpdate(1, 1 << 16));
        RawGrpc.AssertPlaced(await peer.AnswerAsync(1));
        await gateway.SettledAsync();
    }

    [Fact]
    public async Task Window_ThatNeverOpens_EndsWithTheConnection()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed);
        var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc), (Http2Setting.InitialWindowSize, 0));
        await peer.SendAsync([.. Enumerable.Range(0, 50).SelectMany(static i => RawGrpc.Call((2 * i) + 1))]);
        Assert.NotNull(await peer.UntilAsync(Http2FrameType.Headers, 99));
        peer.Dispose();
        await RawGrpc.AssertHealthyAsync(gateway);
    }

    [Fact]
    public async Task Window_ThatNeverOpens_HoldsNoCallPastTheCallersOwnTime()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed);
        using var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc), (Http2Setting.InitialWindowSize, 0));

        // More than Kestrel buffers of an answer.
        var message = GrpcCaller.Frame(ProtoBytes.Message((1, new string('x', 200_000))));
        await peer.SendAsync(
        [
            RawGrpc.Head(1, more: ("grpc-timeout", "300m")),
            .. message.Chunk(16_000).Select(static bytes => Http2Frame.Data(1, bytes, endStream: false)),
            Http2Frame.Data(1, [], endStream: true),
        ]);
        Assert.NotNull((await peer.AnswerAsync(1)).Reset);
        await RawGrpc.AssertHealthyAsync(gateway);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(9)]
    public async Task Silence_InsideAMessage_IsDeadlineExceededAndOthersAreServed(int bytes)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed);
        using var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc));
        await peer.SendAsync(
            RawGrpc.Head(1, more: ("grpc-timeout", "400m")), Http2Frame.Data(1, RawGrpc.PlaceMessage[..bytes], endStream: false));
        await peer.SendAsync(RawGrpc.Call(3));
        RawGrpc.AssertPlaced(await peer.AnswerAsync(3));
        Assert.Equal("4", (await peer.AnswerAsync(1)).GrpcStatus);
        await RawGrpc.AssertHealthyAsync(gateway);
    }

    [Fact]
    public async Task Connection_CutInsideAFrame_LeavesNothing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed);
        var bytes = RawGrpc.Call(1).SelectMany(static f => f.ToBytes()).ToArray();
        for (var length = 0; length < bytes.Length; length += 7)
        {
            using var peer = await Http2Peer.ConnectAsync(gateway.PortOf(GatewayUnderTest.Grpc));
            await peer.SendBytesAsync(bytes[..length]);
        }

        await RawGrpc.AssertHealthyAsync(gateway);
    }
}
