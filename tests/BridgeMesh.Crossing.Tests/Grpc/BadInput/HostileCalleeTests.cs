using System.IO.Compression;
using System.Net.Sockets;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Testing.Http2;

namespace BridgeMesh.Crossing.Grpc.BadInput;

/// <summary>
/// gRPC callees that break their protocol, frame by frame: the HTTP caller gets the status that fits, a service next door is called as
/// before, and nothing stays in flight.
/// </summary>
public sealed class HostileCalleeTests
{
    private static readonly byte[] Placed = GrpcCaller.Frame(ProtoBytes.Message((1, "placed")));

    /// <summary>What a callee sends instead of a right answer, by name.</summary>
    private static readonly Dictionary<string, Func<int, Http2Frame[]>> Answers = new()
    {
        ["right"] = RawGrpc.Answer,
        ["reset, refused"] = static s => [Http2Frame.Reset(s, Http2ErrorCode.RefusedStream)],
        ["reset before the head"] = static s => [Http2Frame.Reset(s, Http2ErrorCode.InternalError)],
        ["reset behind the head"] = static s => [RawGrpc.AnswerHead(s), Http2Frame.Reset(s, Http2ErrorCode.InternalError)],
        ["reset inside the message"] = static s => [RawGrpc.AnswerHead(s), Data(s, Placed[..8]), Http2Frame.Reset(s, Http2ErrorCode.Cancel)],
        ["reset before the trailers"] = static s => [RawGrpc.AnswerHead(s), Data(s, Placed), Http2Frame.Reset(s, Http2ErrorCode.NoError)],
        ["goaway that knows the call"] = static s =>
            [RawGrpc.AnswerHead(s), Http2Frame.GoAway(s, Http2ErrorCode.NoError), Data(s, Placed), RawGrpc.Trailers(s)],
        ["goaway with an error"] = static s => [Http2Frame.GoAway(s, Http2ErrorCode.InternalError), Http2Frame.Reset(s, Http2ErrorCode.InternalError)],
        ["no trailers"] = static s => [RawGrpc.AnswerHead(s), Http2Frame.Data(s, Placed, endStream: true)],
        ["trailers without a status"] = static s => [RawGrpc.AnswerHead(s), Data(s, Placed), RawGrpc.Trailers(s, ("x-a", "b"))],
        ["status that is no number"] = static s => [RawGrpc.AnswerHead(s), Data(s, Placed), RawGrpc.Trailers(s, ("grpc-status", "fine"))],
        ["status 99"] = static s => [RawGrpc.AnswerHead(s), RawGrpc.Trailers(s, ("grpc-status", "99"), ("grpc-message", "%zz%"))],
        ["details that are garbage"] = static s =>
            [RawGrpc.AnswerHead(s), RawGrpc.Trailers(s, ("grpc-status", "13"), ("grpc-status-details-bin", "!!!!"))],
        ["no message"] = static s => [RawGrpc.AnswerHead(s), RawGrpc.Trailers(s)],
        ["half a message"] = static s => [RawGrpc.AnswerHead(s), Data(s, Placed[..8]), RawGrpc.Trailers(s)],
        ["two messages"] = static s => [RawGrpc.AnswerHead(s), Data(s, [.. Placed, .. Placed]), RawGrpc.Trailers(s)],
        ["flag 0x40"] = static s => [RawGrpc.AnswerHead(s), Data(s, [0x40, .. Placed[1..]]), RawGrpc.Trailers(s)],
        ["flag of trailers"] = static s => [RawGrpc.AnswerHead(s), Data(s, [0x80, .. Placed[1..]]), RawGrpc.Trailers(s)],
        ["compressed, nobody says how"] = static s => [RawGrpc.AnswerHead(s), Data(s, [1, .. Placed[1..]]), RawGrpc.Trailers(s)],
        ["an encoding that nobody knows"] = static s =>
            [RawGrpc.AnswerHead(s, ("grpc-encoding", "snappy")), Data(s, [1, .. Placed[1..]]), RawGrpc.Trailers(s)],
        ["gzip that is none"] = static s => [RawGrpc.AnswerHead(s, ("grpc-encoding", "gzip")), Data(s, [1, .. Placed[1..]]), RawGrpc.Trailers(s)],
        ["a length of 2 GiB"] = static s => [RawGrpc.AnswerHead(s), Data(s, [0, 0x7f, 0xff, 0xff, 0xff, 1])],
        ["a length of 4 GiB"] = static s => [RawGrpc.AnswerHead(s), Data(s, [0, 0xff, 0xff, 0xff, 0xff, 1])],
        ["a bomb"] = static s => [RawGrpc.AnswerHead(s, ("grpc-encoding", "gzip")), .. Bomb(s), RawGrpc.Trailers(s)],
        ["a broken varint"] = static s => Message(s, [0x08, .. Enumerable.Repeat((byte)0xff, 11)]),
        ["a wrong wire type"] = static s => Message(s, [0x08, 1]),
        ["a length past the end"] = static s => Message(s, [0x0a, 100, 1]),
        ["text that is no UTF-8"] = static s => Message(s, [0x0a, 2, 0xc3, 0x28]),
        ["another content type"] = static s =>
            [Http2Frame.Headers(s, HeaderBlock.Write((":status", "200"), ("content-type", "text/html")), endStream: true)],
        ["HTTP 503"] = static s => [Http2Frame.Headers(s, HeaderBlock.Write((":status", "503")), endStream: true)],
        ["no :status"] = static s => [Http2Frame.Headers(s, HeaderBlock.Write(("content-type", "application/grpc")), endStream: true)],
        ["a header list of 128 KiB"] = LargeHead,
        ["a block that is no HPACK"] = static s => [Http2Frame.Headers(s, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
        ["a frame of another stream"] = static s => [Data(s + 100, Placed)],
        ["a frame past the longest"] = static s => [RawGrpc.AnswerHead(s), Data(s, new byte[(16 << 10) + 1])],
        ["a pushed stream"] = static s => [new Http2Frame(Http2FrameType.PushPromise, Http2Frame.EndHeaders, s, [0, 0, 0, 2, 0x88])],
        ["settings of six and a half"] = static _ => [new Http2Frame(Http2FrameType.Settings, 0, 0, new byte[7])],
        ["a window that overflows"] = static s => [Http2Frame.WindowUpdate(0, int.MaxValue), Http2Frame.WindowUpdate(0, int.MaxValue), Data(s, [])],
    };

    [Theory]
    [InlineData("right", 200)]
    [InlineData("goaway that knows the call", 200)]
    [InlineData("reset, refused", 503)]
    [InlineData("reset before the head", 502)]
    [InlineData("reset behind the head", 502)]
    [InlineData("reset inside the message", 502)]
    [InlineData("reset before the trailers", 502)]
    [InlineData("goaway with an error", 502)]
    [InlineData("no trailers", 502)]
    [InlineData("trailers without a status", 502)]
    [InlineData("status that is no number", 502)]
    [InlineData("status 99", 500)]
    [InlineData("details that are garbage", 502)]
    [InlineData("no message", 502)]
    [InlineData("half a message", 502)]
    [InlineData("two messages", 502)]
    [InlineData("flag 0x40", 502)]
    [InlineData("flag of trailers", 502)]
    [InlineData("compressed, nobody says how", 502)]
    [InlineData("an encoding that nobody knows", 502)]
    [InlineData("gzip that is none", 502)]
    [InlineData("a length of 2 GiB", 413)]
    [InlineData("a length of 4 GiB", 413)]
    [InlineData("a bomb", 413)]
    [InlineData("a broken varint", 502)]
    [InlineData("a wrong wire type", 502)]
    [InlineData("a length past the end", 502)]
    [InlineData("text that is no UTF-8", 502)]
    [InlineData("another content type", 502)]
    [InlineData("HTTP 503", 502)]
    [InlineData("no :status", 502)]
    [InlineData("a header list of 128 KiB", 502)]
    [InlineData("a block that is no HPACK", 502)]
    [InlineData("a frame of another stream", 502)]
    [InlineData("a frame past the longest", 502)]
    [InlineData("a pushed stream", 502)]
    [InlineData("settings of six and a half", 502)]
    [InlineData("a window that overflows", 502)]
    public async Task Answer_OfACallee_GetsItsStatus(string name, int status)
    {
        await using var gateway = await StartAsync(Serve(Answers[name]));
        var answer = await gateway.PostAsync("grpc", "place", """{"id":"o1"}""");
        Assert.True(answer.Status == status, $"{answer.Status} {answer.Body}");
        await RawGrpc.AssertHealthyAsync(gateway);
    }

    [Theory]
    [InlineData("no settings")]
    [InlineData("no streams allowed")]
    [InlineData("no window")]
    [InlineData("head and silence")]
    [InlineData("half a message and silence")]
    [InlineData("informational heads without end")]
    public async Task Callee_ThatStalls_EndsWithTheDeadlineAndOthersAreServed(string name)
    {
        await using var gateway = await StartAsync(Stall(name));
        var stalled = gateway.PostWithTimeoutAsync("grpc", "place", """{"id":"o1"}""", 700);
        await RawGrpc.AssertHealthyAsync(gateway, isAlone: false);
        Assert.Equal(504, (await stalled).Status);
        await gateway.SettledAsync();
    }

    [Fact]
    public async Task Callee_ThatIsNoHttp2_IsABadGateway()
    {
        await using var gateway = await StartAsync(static async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
            await stream.ReadExactlyAsync(new byte[24], token);
        });
        var answer = await gateway.PostAsync("grpc", "place", """{"id":"o1"}""");
        Assert.InRange(answer.Status, 502, 503);
        await RawGrpc.AssertHealthyAsync(gateway);
    }

    [Fact]
    public async Task Callee_ThatHangsUp_IsTriedAgainByTheNextCall()
    {
        var connections = 0;
        await using var gateway = await StartAsync(async (stream, token) =>
        {
            if (Interlocked.Increment(ref connections) > 1)
            {
                await Serve(RawGrpc.Answer)(stream, token);
            }
        });
        Assert.InRange((await gateway.PostAsync("grpc", "place", """{"id":"o1"}""")).Status, 200, 503);
        Assert.Equal(200, (await gateway.PostAsync("grpc", "place", """{"id":"o1"}""")).Status);
        await gateway.SettledAsync();
    }

    private static Task<GatewayUnderTest> StartAsync(Func<NetworkStream, CancellationToken, Task> callee) =>
        GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed, rawGrpc: callee);

    /// <summary>Answers each request, once it has come whole, with these frames.</summary>
    private static Func<NetworkStream, CancellationToken, Task> Serve(Func<int, Http2Frame[]> answer) => async (stream, token) =>
    {
        using var peer = await Http2Peer.AcceptAsync(stream, token);
        while (await peer.ReadAsync() is { } frame)
        {
            if (frame.EndsStream)
            {
                await peer.SendAsync(answer(frame.Stream));
            }
        }
    };

    private static Func<NetworkStream, CancellationToken, Task> Stall(string name) => async (stream, token) =>
    {
        if (name == "no settings")
        {
            await stream.CopyToAsync(Stream.Null, token);
            return;
        }

        using var peer = await Http2Peer.AcceptAsync(stream, token, name switch
        {
            "no streams allowed" => [(Http2Setting.MaxConcurrentStreams, 0u)],
            "no window" => [(Http2Setting.InitialWindowSize, 0u)],
            _ => [],
        });
        while (await peer.ReadAsync() is { } frame)
        {
            if (!frame.EndsStream)
            {
                continue;
            }

            switch (name)
            {
                case "head and silence":
                    await peer.SendAsync(RawGrpc.AnswerHead(frame.Stream));
                    break;
                case "half a message and silence":
                    await peer.SendAsync(RawGrpc.AnswerHead(frame.Stream), Data(frame.Stream, Placed[..8]));
                    break;
                case "informational heads without end":
                    var head = Http2Frame.Headers(frame.Stream, HeaderBlock.Write((":status", "103"), ("link", "a")));
                    for (var i = 0; i < 2_000; i++)
                    {
                        await peer.SendAsync(head);
                    }

                    break;
                default:
                    break;
            }
        }
    };

    private static Http2Frame Data(int stream, byte[] bytes) => Http2Frame.Data(stream, bytes, endStream: false);

    private static Http2Frame[] Message(int stream, byte[] message) =>
        [RawGrpc.AnswerHead(stream), Data(stream, GrpcCaller.Frame(message)), RawGrpc.Trailers(stream)];

    private static IEnumerable<Http2Frame> Bomb(int stream)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(new byte[(16 << 20) + 1]);
        }

        return GrpcCaller.Frame(packed.ToArray(), flag: 1).Chunk(16_000).Select(bytes => Data(stream, bytes));
    }

    private static Http2Frame[] LargeHead(int stream)
    {
        var block = HeaderBlock.Write(
            [(":status", "200"), ("content-type", "application/grpc"), .. Enumerable.Range(0, 128).Select(static i => ($"x-{i}", new string('a', 1_000)))]);
        var pieces = block.Chunk(16_000).ToArray();
        return
        [
            new Http2Frame(Http2FrameType.Headers, 0, stream, pieces[0]),
            .. pieces[1..].Select((piece, i) => Http2Frame.Continuation(stream, piece, endHeaders: i == pieces.Length - 2)),
        ];
    }
}
