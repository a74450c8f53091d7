using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Crossing.Grpc;

/// <summary>Methods that stream, where every message is opened: from gRPC under another name to a gRPC callee.</summary>
public sealed class StreamCrossingTests
{
    private const string Service = "com.acme.GrpcService";

    private const string Contract = """
        types:
          com.acme.Item:
            fields: { sku: string, quantity: int, note: bytes }
        services:
          com.acme.Service:
            abstract: true
            methods:
              watch: { parameters: { item: Item }, returns: Item, streams: replies }
              gather: { parameters: { item: Item }, returns: Item, streams: requests }
              talk: { parameters: { item: Item }, returns: Item, streams: both }
              place: { parameters: { item: Item }, returns: Item }
          com.acme.BoltService: { extends: [Service] }
          com.acme.DubboService: { extends: [Service] }
          com.acme.GrpcService: { extends: [Service] }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Replies_HeadersGoFirstAndEachMessageAtOnce()
    {
        var next = new SemaphoreSlim(0);
        await using var gateway = await StartAsync(async context =>
        {
            Assert.False(context.Request.Headers.ContainsKey("grpc-timeout"));
            Assert.Equal("a1", context.Request.Headers["x-tenant"]);
            var request = await context.ReadMessageAsync();
            Assert.Null(await context.ReadMessageAsync());
            context.Response.Headers["x-head"] = "h";
            await context.BeginAsync();
            for (var i = 0; i < 3; i++)
            {
                Assert.True(await next.WaitAsync(Patience));
                await context.WriteMessageAsync(Item(ProtoBytes.Text(request, 1), i + 1));
            }

            Assert.True(await next.WaitAsync(Patience));
            context.End();
            context.Response.AppendTrailer("x-trailer", "t");
        });
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Opened));
        var (stream, opened) = GrpcStream.Begin(client, Service, "watch", ("x-tenant", "a1"));
        using var call = stream;
        await call.Requests.SendAsync(Item("sku-1", 5));
        call.Requests.Complete();
        await opened;
        Assert.Equal("h", call.Response.Headers.GetValues("x-head").Single());
        for (var i = 0; i < 3; i++)
        {
            next.Release();
            Assert.Equal(Item("sku-1", i + 1), await call.ReadAsync());
        }

        next.Release();
        Assert.Null(await call.ReadAsync());
        Assert.Equal((0, "t"), (call.Code, call.Trailer("x-trailer")));
        Assert.False(call.Response.TrailingHeaders.Contains("x-head"));
        await gateway.CountedAsync(ExchangeStatus.Ok);
    }

    [Fact]
    public async Task Both_EachSideSpeaksInTurnUntilTheCallersHalfClose()
    {
        await using var gateway = await StartAsync(EchoAsync);
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Opened));
        using var call = await GrpcStream.OpenAsync(client, Service, "talk");
        for (var i = 1; i <= 20; i++)
        {
            await call.Requests.SendAsync(Item("turn", i));
            Assert.Equal(Item("turn", i), await call.ReadAsync());
        }

        call.Requests.Complete();
        Assert.Null(await call.ReadAsync());
        Assert.Equal(0, call.Code);
        await gateway.CountedAsync(ExchangeStatus.Ok);
        await IdleAsync(gateway);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Requests_AnyNumber_GetOneReply(int count)
    {
        await using var gateway = await StartAsync(async context =>
        {
            var sum = 10L;
            while (await context.ReadMessageAsync() is { } message)
            {
                sum += ProtoBytes.Number(message, 2);
            }

            await context.BeginAsync();
            await context.WriteMessageAsync(Item("sum", sum));
            context.End();
        });
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Opened));
        var (stream, opened) = GrpcStream.Begin(client, Service, "gather");
        using var call = stream;
        for (var i = 1; i <= count; i++)
        {
            await call.Requests.SendAsync(Item("x", i));
        }

        call.Requests.Complete();
        await opened;
        Assert.Equal(Item("sum", 10 + (count * (count + 1) / 2)), await call.ReadAsync());
        Assert.Null(await call.ReadAsync());
        Assert.Equal(0, call.Code);
    }

    [Theory]
    [InlineData("talk")]
    [InlineData("gather")]
    public async Task ABrokenRequestInTheMiddle_IsInvalidArgumentWithItsPathAndOtherStreamsGoOn(string method)
    {
        var ended = new TaskCompletionSource();
        await using var gateway = await StartAsync(async context =>
        {
            await using var watch = context.RequestAborted.Register(() => ended.TrySetResult());
            try
            {
                await EchoAsync(context);
            }
            catch (IOException)
            {
                // Reading may tell of the reset before the token does.
                ended.TrySetResult();
            }
        });
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Opened));
        using var other = await GrpcStream.OpenAsync(client, Service, "talk");
        var (stream, opened) = GrpcStream.Begin(client, Service, method);
        using var call = stream;
        await call.Requests.SendAsync(Item("good", 1));
        if (method == "talk")
        {
            await opened;
            Assert.NotNull(await call.ReadAsync());
        }

        await call.Requests.SendAsync([0x0a, 0x02, 0xff, 0xff]);
        await opened;
        if (method == "talk")
        {
            Assert.Null(await call.ReadAsync());
        }

        Assert.Equal(3, call.Code);
        Assert.Contains("args[0].sku", call.Message, StringComparison.Ordinal);
        await ended.Task.WaitAsync(Patience);
        await other.Requests.SendAsync(Item("other", 2));
        Assert.True(await other.ReadAsync() is { } echo && echo.SequenceEqual(Item("other", 2)), $"{other.Trailer("grpc-status")} {other.Message}");
        other.Requests.Complete();
        Assert.Null(await other.ReadAsync());
        Assert.Equal(0, other.Code);
        await gateway.CountedAsync(ExchangeStatus.InvalidArgument);
        await IdleAsync(gateway);
    }

    [Fact]
    public async Task ABrokenReplyInTheMiddle_IsABadGatewayAndEndsTheCalleesStream()
    {
        var ended = new TaskCompletionSource();
        await using var gateway = await StartAsync(async context =>
        {
            await using var watch = context.RequestAborted.Register(ended.SetResult);
            await context.BeginAsync();
            await context.WriteMessageAsync(Item("good", 1));
            await context.WriteMessageAsync([0x0a, 0x02, 0xff, 0xff]);
            await ended.Task.WaitAsync(Patience);
        });
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Opened));
        using var call = await GrpcStream.OpenAsync(client, Service, "talk");
        Assert.Equal(Item("good", 1), await call.ReadAsync());
        Assert.Null(await call.ReadAsync());
        Assert.Equal(13, call.Code);
        Assert.Contains(".sku", call.Message, StringComparison.Ordinal);
        await ended.Task.WaitAsync(Patience);
        await IdleAsync(gateway);
    }

    [Theory]
    [InlineData("watch")]
    [InlineData("talk")]
    [InlineData("gather")]
    public async Task TheCallersReset_ReachesTheCallee(string method)
    {
        var begun = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using var gateway = await StartAsync(async context =>
        {
            await using var watch = context.RequestAborted.Register(ended.SetResult);
            await context.BeginAsync();
            begun.SetResult();
            await ended.Task.WaitAsync(Patience);
        });
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Opened));
        var (stream, opened) = GrpcStream.Begin(client, Service, method);
        using var call = stream;
        await call.Requests.SendAsync(Item("x", 1));
        if (method == "watch")
        {
            call.Requests.Complete();
        }

        await begun.Task.WaitAsync(Patience);
        if (method != "gather")
        {
            await opened;
        }

        call.Reset();
        await ended.Task.WaitAsync(Patience);
        await gateway.CountedAsync(ExchangeStatus.Cancelled);
        await IdleAsync(gateway);
        if (method == "gather")
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opened);
        }
    }

    [Theory]
    [InlineData("talk", true)]
    [InlineData("talk", false)]
    [InlineData("gather", false)]
    public async Task TheCalleesEarlyStatus_EndsTheCallersUpload(string method, bool withHead)
    {
        await using var gateway = await StartAsync(async context =>
        {
            await context.ReadMessageAsync();
            if (withHead)
            {
                await context.BeginAsync();
                context.End(7, "enough");
                return;
            }

            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "7";
            context.Response.Headers["grpc-message"] = "enough";
        });
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Opened));
        var (stream, opened) = GrpcStream.Begin(client, Service, method);
        using var call = stream;
        await call.Requests.SendAsync(Item("x", 1));
        await opened;
        Assert.True(!withHead || await call.ReadAsync() is null);
        Assert.Equal((7, "enough"), (call.Code, call.Message));
        await IdleAsync(gateway);

        // The gateway takes no more of it: its stream is over, both ways.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var patience = new CancellationTokenSource(Patience);
            while (!patience.IsCancellationRequested)
            {
                await call.Requests.SendAsync(Item("more", 2));
                await Task.Yield();
            }
        });
    }

    [Fact]
    public async Task TimeRunsOut_InTheMiddleOfAStream_IsDeadlineExceededOnBothSides()
    {
        var ended = new TaskCompletionSource();
        await using var gateway = await StartAsync(async context =>
        {
            await using var watch = context.RequestAborted.Register(ended.SetResult);
            Assert.EndsWith("m", context.Request.Headers["grpc-timeout"].ToString(), StringComparison.Ordinal);
            await context.BeginAsync();
            await context.WriteMessageAsync(Item("x", 1));
            await ended.Task.WaitAsync(Patience);
        });
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Opened));
        using var call = await GrpcStream.OpenAsync(client, Service, "talk", ("grpc-timeout", "700m"));
        Assert.NotNull(await call.ReadAsync());
        Assert.Null(await call.ReadAsync());
        Assert.Equal(4, call.Code);
        await ended.Task.WaitAsync(Patience);
        await gateway.CountedAsync(ExchangeStatus.DeadlineExceeded);
    }

    [Fact]
    public async Task ACalleeThatFloods_IsHeldUpByACallerThatDoesNotRead()
    {
        // 64 MiB in all; what is on its way between the two is a few windows.
        const int Messages = 1_024;
        const int MostOnTheWay = 8 << 20;
        var large = new byte[64 << 10];
        long written = 0;
        await using var gateway = await StartAsync(async context =>
        {
            if (context.Request.Path.Value!.EndsWith("place", StringComparison.Ordinal))
            {
                await context.ReadMessageAsync();
                await context.BeginAsync();
                await context.WriteMessageAsync(Item("placed", 1));
                context.End();
                return;
            }

            await context.BeginAsync();
            for (var i = 0; i < Messages; i++)
            {
                await context.WriteMessageAsync(ProtoBytes.Message((1, "flood"), (2, i + 1), (3, large)));
                Interlocked.Add(ref written, large.Length);
            }

            context.End();
        });
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Opened));
        using var call = await GrpcStream.OpenAsync(client, Service, "talk");

        // It stands still once many other calls have passed and it has not moved.
        for (var (still, last) = (0, -1L); still < 100;)
        {
            Assert.Equal(0, (await client.UnaryAsync(Service, "place", Item("x", 1))).Code);
            var now = Interlocked.Read(ref written);
            (still, last) = now == last ? (still + 1, last) : (0, now);
        }

        Assert.InRange(Interlocked.Read(ref written), 1, MostOnTheWay);
        for (var i = 0; i < Messages; i++)
        {
            Assert.Equal(i + 1, ProtoBytes.Number(await call.ReadAsync(), 2));
        }

        Assert.Null(await call.ReadAsync());
        Assert.Equal(0, call.Code);
    }

    [Fact]
    public async Task ACallerThatFloods_IsHeldUpByACalleeThatDoesNotRead()
    {
        const int Messages = 256;
        const int MostOnTheWay = 8 << 20;
        var release = new TaskCompletionSource();
        await using var gateway = await StartAsync(async context =>
        {
            if (context.Request.Path.Value!.EndsWith("place", StringComparison.Ordinal))
            {
                await EchoAsync(context);
                return;
            }

            await release.Task.WaitAsync(Patience);
            var count = 0;
            while (await context.ReadMessageAsync() is not null)
            {
                count++;
            }

            await context.BeginAsync();
            await context.WriteMessageAsync(Item("count", count));
            context.End();
        });
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Opened));
        var (stream, opened) = GrpcStream.Begin(client, Service, "gather");
        using var call = stream;
        var large = new byte[64 << 10];
        long written = 0;
        var flood = Task.Run(async () =>
        {
            for (var i = 0; i < Messages; i++)
            {
                await call.Requests.SendAsync(ProtoBytes.Message((1, "flood"), (2, i + 1), (3, large)));
                Interlocked.Add(ref written, large.Length);
            }

            call.Requests.Complete();
        });
        for (var (still, last) = (0, -1L); still < 100;)
        {
            Assert.Equal(0, (await client.UnaryAsync(Service, "place", Item("x", 1))).Code);
            var now = Interlocked.Read(ref written);
            (still, last) = now == last ? (still + 1, last) : (0, now);
        }

        Assert.InRange(Interlocked.Read(ref written), 1, MostOnTheWay);
        release.SetResult();
        await flood;
        await opened;
        Assert.Equal(Messages, ProtoBytes.Number(await call.ReadAsync(), 2));
        Assert.Null(await call.ReadAsync());
        Assert.Equal(0, call.Code);
    }

    [Theory]
    [InlineData("bolt", "watch", "watch answers with a stream, and bolt carries one reply a call")]
    [InlineData("bolt", "gather", "gather takes a stream of requests, and bolt carries one request a call")]
    [InlineData("dubbo", "talk", "talk streams both ways, and dubbo carries one message each way")]
    public async Task ToACalleeThatCannot_IsUnimplementedAndSaysWhy(string to, string method, string why)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, static _ => Assert.Fail("must not be called"));
        var answer = await gateway.UnaryAsync(to, method, Item("x", 1));
        Assert.Equal((12, why), (answer.Code, answer.Message));
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task FromACallerThatCannot_IsRefusedAndTheCalleeIsNotAsked(string from)
    {
        await using var gateway = await StartAsync(static _ => throw new InvalidOperationException("must not be called"));
        var exchange = await gateway.CallAsync(from, GatewayUnderTest.Grpc, "watch", "com.acme.Item", static e =>
        {
            e.Request.BeginObject(Values.TypeName.Of("com.acme.Item"));
            e.Request.End();
        });
        Assert.Contains($"watch answers with a stream, and {from} carries one reply a call", exchange.Message, StringComparison.Ordinal);
    }

    private static Task<GatewayUnderTest> StartAsync(RequestDelegate serve) => GatewayUnderTest.StartAsync(Contract, grpc: serve);

    private static byte[] Item(string sku, long quantity) => ProtoBytes.Message((1, sku), (2, quantity));

    /// <summary>Waits until no call is in flight any more.</summary>
    private static async Task IdleAsync(GatewayUnderTest gateway)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (gateway.InFlight > 0)
        {
            Assert.False(patience.IsCancellationRequested, $"{gateway.InFlight} calls in flight");
            await Task.Yield();
        }
    }

    private static async Task EchoAsync(HttpContext context)
    {
        await context.BeginAsync();
        while (await context.ReadMessageAsync() is { } message)
        {
            await context.WriteMessageAsync(message);
        }

        context.End();
    }
}
