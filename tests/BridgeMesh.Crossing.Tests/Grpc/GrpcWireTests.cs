using System.IO.Compression;
using System.Net;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BridgeMesh.Crossing.Grpc;

/// <summary>What gRPC's own wire asks of the gateway beside values: time, sizes, compression, streams, and callers that go away.</summary>
public sealed class GrpcWireTests
{
    private const string Service = "com.acme.BoltService";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task FromGrpc_TimeRunsOut_IsDeadlineExceededAndTheCalleeIsTold()
    {
        var told = 0;
        using var release = new ManualResetEventSlim();
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, e =>
        {
            told = e.CallerTimeoutMs;
            Assert.True(release.Wait(Patience));
        });
        var answer = await gateway.UnaryAsync("bolt", "place", GrpcShop.RequestOf("place"), ("grpc-timeout", "300m"));
        release.Set();
        Assert.Equal(4, answer.Code);
        Assert.InRange(told, 1, 300);
        Assert.Equal("DEADLINE_EXCEEDED", ProtoBytes.Text(answer.Detail("google.rpc.ErrorInfo"), 1));
    }

    [Fact]
    public async Task FromGrpc_AMessageThatDoesNotEnd_IsDeadlineExceededAndNobodyIsCalled()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, static _ => Assert.Fail("must not be called"));
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        using var patience = new CancellationTokenSource(Patience);
        using var open = new DuplexContent();
        open.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        using var response = await client.OpenAsync(Service, "place", open, patience.Token, ("grpc-timeout", "300m"));
        Assert.Equal("4", response.Headers.GetValues("grpc-status").Single());
        open.Complete();
    }

    [Fact]
    public async Task ToGrpc_TimeRunsOut_EndsTheCalleesStream()
    {
        var ended = new TaskCompletionSource();
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: async context =>
        {
            await using var watch = context.RequestAborted.Register(ended.SetResult);
            await ended.Task.WaitAsync(Patience);
        });
        var answer = await gateway.PostWithTimeoutAsync("grpc", "place", """{"id":"o1"}""", 300);
        Assert.Equal(504, answer.Status);
        await ended.Task.WaitAsync(Patience);
    }

    [Theory]
    [InlineData("com.acme.BoltService", "vanish", "no method vanish")]
    [InlineData("com.acme.NoService", "place", "com.acme.NoService")]
    public async Task FromGrpc_UnknownServiceOrMethod_IsUnimplemented(string service, string method, string says)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, static _ => Assert.Fail("must not be called"));
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        var answer = await client.UnaryAsync(service, method, GrpcShop.RequestOf("place"));
        Assert.Equal(12, answer.Code);
        Assert.Contains(says, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromGrpc_WithoutAContract_SaysThatOneIsNeeded()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(null, static _ => Assert.Fail("must not be called"));
        var answer = await gateway.UnaryAsync("bolt", "place", GrpcShop.RequestOf("place"));
        Assert.Equal(12, answer.Code);
        Assert.Contains("add a contract for com.acme.BoltService", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0a", 3, "")]
    [InlineData("0aff", 3, "")]
    [InlineData("08ffffffffffffffffffff01", 3, "")]
    [InlineData("0a03c3", 3, "")]
    [InlineData("0a01c3", 3, "args[0]")]
    public async Task FromGrpc_ABrokenMessage_IsInvalidArgument(string hex, int code, string path)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, static _ => Assert.Fail("must not be called"));
        var answer = await gateway.UnaryAsync("bolt", "place", Convert.FromHexString(hex));
        Assert.Equal(code, answer.Code);
        Assert.Contains(path, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromGrpc_FramingFaults_GetTheirStatusAndTheConnectionLives()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed);
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        var one = GrpcCaller.Frame(GrpcShop.RequestOf("place"));
        Assert.Equal(12, await CodeOfAsync(client, [.. one, .. one])); // A second message.
        Assert.Equal(3, await CodeOfAsync(client, [])); // None.
        Assert.Equal(3, await CodeOfAsync(client, one[..^1])); // Half of one.
        Assert.Equal(3, await CodeOfAsync(client, [7, .. one[1..]])); // A flag that gRPC has not.
        Assert.Equal(3, await CodeOfAsync(client, [1, .. one[1..]])); // Compressed, nobody says how.
        Assert.Equal(3, await CodeOfAsync(client, [1, .. one[1..]], ("grpc-encoding", "gzip"))); // And it is not.
        Assert.Equal(8, await CodeOfAsync(client, [0, 0x7f, 0xff, 0xff, 0xff])); // A length that lies.
        Assert.Equal(3, await CodeOfAsync(client, one, ("grpc-timeout", "soon")));
        Assert.Equal(0, await CodeOfAsync(client, one));
    }

    [Fact]
    public async Task FromGrpc_AnUnknownEncoding_IsUnimplementedAndNamesThoseThatAreKnown()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, static _ => Assert.Fail("must not be called"));
        var answer = await gateway.UnaryAsync("bolt", "place", GrpcShop.RequestOf("place"), ("grpc-encoding", "snappy"));
        Assert.Equal(12, answer.Code);
        Assert.Equal("identity,gzip,deflate", answer.Headers["grpc-accept-encoding"]);
    }

    [Fact]
    public async Task FromGrpc_ACompressedMessage_IsRead()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed);
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        using var body = new ByteArrayContent(GrpcCaller.Frame(Gzip(GrpcShop.RequestOf("place")), flag: 1));
        var answer = await client.SendAsync(Service, "place", body, CancellationToken.None, ("grpc-encoding", "gzip"));
        Assert.Equal(0, answer.Code);
        Assert.Equal(GrpcShop.ResponseOf("place"), answer.Single);
    }

    [Fact]
    public async Task FromGrpc_ACompressionBomb_IsRefusedAtTheLimit()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, static _ => Assert.Fail("must not be called"));
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        var bomb = Gzip(new byte[(16 << 20) + 1]);
        Assert.InRange(bomb.Length, 1, 1 << 20);
        using var body = new ByteArrayContent(GrpcCaller.Frame(bomb, flag: 1));
        Assert.Equal(8, (await client.SendAsync(Service, "place", body, CancellationToken.None, ("grpc-encoding", "gzip"))).Code);
    }

    [Fact]
    public async Task ToGrpc_ACompressedAnswer_IsRead()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: static async context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-encoding"] = "gzip";
            await context.Response.Body.WriteAsync(GrpcCaller.Frame(Gzip(ProtoBytes.Message((1, "packed"))), flag: 1));
            context.Response.AppendTrailer("grpc-status", "0");
        });
        var answer = await gateway.PostAsync("grpc", "place", """{"id":"o1"}""");
        Assert.Equal((200, "\"packed\""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task ToGrpc_ACalleeThatBreaksItsProtocol_IsABadGateway()
    {
        var answer = 0;
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: async context =>
        {
            context.Response.ContentType = "application/grpc";
            switch (answer)
            {
                case 0: // No status.
                    await context.Response.Body.WriteAsync(GrpcCaller.Frame(ProtoBytes.Message((1, "x"))));
                    break;
                case 1: // OK without a message.
                    context.Response.AppendTrailer("grpc-status", "0");
                    break;
                case 2: // Reset in the middle.
                    await context.Response.Body.WriteAsync(GrpcCaller.Frame(ProtoBytes.Message((1, "x"))));
                    context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(2);
                    break;
                default: // No gRPC at all.
                    context.Response.StatusCode = 503;
                    context.Response.ContentType = "text/html";
                    break;
            }
        });
        foreach (var status in new[] { 502, 502, 502, 502 })
        {
            var seen = await gateway.PostAsync("grpc", "place", """{"id":"o1"}""");
            Assert.Equal((answer, status), (answer, seen.Status));
            answer++;
        }
    }

    [Fact]
    public async Task FromGrpc_TheCallerGoesAway_TheCallIsCancelled()
    {
        var begun = new TaskCompletionSource();
        using var release = new ManualResetEventSlim();
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, _ =>
        {
            begun.SetResult();
            Assert.True(release.Wait(Patience));
        });
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        using var gone = new CancellationTokenSource();
        using var body = new ByteArrayContent(GrpcCaller.Frame(GrpcShop.RequestOf("place")));
        var call = client.SendAsync(Service, "place", body, gone.Token);
        await begun.Task.WaitAsync(Patience);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await gateway.CountedAsync(ExchangeStatus.Cancelled);
        release.Set();
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc; charset=utf-8")]
    public async Task GrpcToGrpc_ABidirectionalStream_GetsHeadersFirstAndEachMessageAtOnce(string contentType)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: static async context =>
        {
            // Headers at once, before any message: an echo for every chunk that comes.
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["x-callee"] = context.Request.ContentType;
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            var buffer = new byte[256];
            for (int read; (read = await context.Request.Body.ReadAsync(buffer)) > 0;)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read));
                await context.Response.Body.FlushAsync();
            }

            context.Response.AppendTrailer("grpc-status", "0");
            context.Response.AppendTrailer("x-trailer", "end");
        });
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        using var patience = new CancellationTokenSource(Patience);
        using var duplex = new DuplexContent();
        duplex.Headers.TryAddWithoutValidation("content-type", contentType);
        using var response = await client.OpenAsync("com.acme.GrpcService", "chat", duplex, patience.Token);
        Assert.Equal(contentType, response.Headers.GetValues("x-callee").Single());
        await using var replies = await response.Content.ReadAsStreamAsync(patience.Token);
        var requests = await duplex.OpenedAsync();
        foreach (var text in new[] { "one", "two", "three" })
        {
            var frame = GrpcCaller.Frame(ProtoBytes.Message((1, text)));
            await requests.WriteAsync(frame, patience.Token);
            await requests.FlushAsync(patience.Token);
            var echo = new byte[frame.Length];
            await replies.ReadExactlyAsync(echo, patience.Token);
            Assert.Equal(frame, echo);
        }

        duplex.Complete();
        Assert.Equal(0, await replies.ReadAsync(new byte[1], patience.Token));
        Assert.Equal(("0", "end"), (Trailer(response, "grpc-status"), Trailer(response, "x-trailer")));
    }

    [Fact]
    public async Task GrpcToGrpc_TheCallersReset_ReachesTheCallee()
    {
        var begun = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: async context =>
        {
            await using var watch = context.RequestAborted.Register(ended.SetResult);
            begun.SetResult();
            await ended.Task.WaitAsync(Patience);
        });
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        using var gone = new CancellationTokenSource();
        using var body = new ByteArrayContent(GrpcCaller.Frame(GrpcShop.RequestOf("place")));
        var call = client.SendAsync("com.acme.GrpcService", "place", body, gone.Token);
        await begun.Task.WaitAsync(Patience);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await ended.Task.WaitAsync(Patience);
    }

    [Theory]
    [InlineData(true, 13)]
    [InlineData(false, 4)]
    public async Task GrpcToGrpc_AnAnswerThatIsCutInTheMiddle_EndsInAStatus(bool breaks, int code)
    {
        var taken = new TaskCompletionSource();
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, grpc: async context =>
        {
            await context.BeginAsync();
            await context.WriteMessageAsync(ProtoBytes.Message((1, "one")));
            if (breaks)
            {
                await taken.Task.WaitAsync(Patience);
                context.Abort();
            }
            else
            {
                var ended = new TaskCompletionSource();
                await using var watch = context.RequestAborted.Register(ended.SetResult);
                await ended.Task.WaitAsync(Patience);
            }
        });
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        using var call = await GrpcStream.OpenAsync(client, "com.acme.GrpcService", "chat", ("grpc-timeout", breaks ? "20S" : "500m"));
        Assert.Equal(ProtoBytes.Message((1, "one")), await call.ReadAsync());
        taken.SetResult();
        Assert.Null(await call.ReadAsync());
        Assert.Equal(code, call.Code);
    }

    [Fact]
    public async Task Listener_WhatIsNoGrpc_IsAnUnsupportedMediaType()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract);
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        using var body = new ByteArrayContent([]);
        body.Headers.TryAddWithoutValidation("content-type", "application/grpcx");
        using var response = await client.OpenAsync(Service, "place", body, CancellationToken.None);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    private static async Task<int> CodeOfAsync(GrpcCaller client, byte[] bytes, params (string Name, string Value)[] headers)
    {
        using var body = new ByteArrayContent(bytes);
        return (await client.SendAsync(Service, "place", body, CancellationToken.None, headers)).Code;
    }

    private static string Trailer(HttpResponseMessage response, string name) => response.TrailingHeaders.GetValues(name).Single();

    private static byte[] Gzip(byte[] message)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(message);
        }

        return packed.ToArray();
    }
}
