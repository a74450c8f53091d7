using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Crossing.Triple;

/// <summary>
/// Triple's streams when somebody resets, leaves, floods or breaks a message: in gRPC's framing and in the own one, with Triple at the
/// caller's side and at the callee's.
/// </summary>
public sealed class TripleStreamFaultTests
{
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
          com.acme.GrpcService: { extends: [Service] }
          com.acme.TripleService: { extends: [Service] }
        """;

    private const string Grpc = "application/grpc";
    private const string Own = "application/connect+proto";

    /// <summary>What passes between the two ends while nobody reads: a few windows.</summary>
    private const int MostOnTheWay = 8 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Listener, content type and the callee's protocol.</summary>
    public static TheoryData<string, string, string> Paths() => new()
    {
        { GatewayUnderTest.Triple, Grpc, GatewayUnderTest.Grpc },
        { GatewayUnderTest.Triple, Own, GatewayUnderTest.Grpc },
        { GatewayUnderTest.Grpc, Grpc, GatewayUnderTest.Triple },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task HalfClose_OfTheCaller_LeavesTheCalleeSpeaking(string from, string type, string to)
    {
        var next = new SemaphoreSlim(0);
        await using var gateway = await StartAsync(to, async context =>
        {
            await context.BeginAsync();
            while (await context.ReadMessageAsync() is { } message)
            {
                await context.WriteMessageAsync(message);
            }

            for (var i = 1; i <= 3; i++)
            {
                Assert.True(await next.WaitAsync(Patience));
                await context.WriteMessageAsync(Item("after", i));
            }

            context.End();
        });
        using var client = new GrpcCaller(gateway.PortOf(from));
        using var call = await OpenAsync(client, to, "talk", type);
        for (var i = 1; i <= 10; i++)
        {
            await call.Requests.SendAsync(Item("turn", i));
            Assert.Equal(Item("turn", i), await call.ReadAsync());
        }

        call.Requests.Complete();
        for (var i = 1; i <= 3; i++)
        {
            next.Release();
            Assert.Equal(Item("after", i), await call.ReadAsync());
        }

        Assert.Null(await call.ReadAsync());
        Assert.Equal(0, call.Code);
        await gateway.SettledAsync();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Reset_OfTheCaller_ReachesTheCallee(string from, string type, string to)
    {
        var ended = new TaskCompletionSource();
        await using var gateway = await StartAsync(to, async context =>
        {
            await using var watch = context.RequestAborted.Register(ended.SetResult);
            await context.BeginAsync();
            await ended.Task.WaitAsync(Patience);
        });
        using var client = new GrpcCaller(gateway.PortOf(from));
        using var call = await OpenAsync(client, to, "talk", type);
        call.Reset();
        await ended.Task.WaitAsync(Patience);
        await gateway.CountedAsync(ExchangeStatus.Cancelled);
        await gateway.SettledAsync();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Reset_OfTheCallee_IsAStatusAndOtherStreamsGoOn(string from, string type, string to)
    {
        await using var gateway = await StartAsync(to, async context =>
        {
            await context.BeginAsync();
            while (await context.ReadMessageAsync() is { } message)
            {
                if (ProtoBytes.Text(message, 1) == "break")
                {
                    context.Abort();
                    return;
                }

                await context.WriteMessageAsync(message);
            }

            context.End();
        });
        using var client = new GrpcCaller(gateway.PortOf(from));
        using var other = await OpenAsync(client, to, "talk", type);
        using var call = await OpenAsync(client, to, "talk", type);
        await call.Requests.SendAsync(Item("x", 1));
        Assert.NotNull(await call.ReadAsync());
        await call.Requests.SendAsync(Item("break", 2));
        Assert.Null(await call.ReadAsync());
        Assert.Equal(13, call.Code);
        await AssertSpeaksAsync(other);
        await gateway.SettledAsync();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Status_OfTheCallee_EndsTheCallersUpload(string from, string type, string to)
    {
        await using var gateway = await StartAsync(to, static async context =>
        {
            await context.ReadMessageAsync();
            await context.BeginAsync();
            context.End(7, "enough");
        });
        using var client = new GrpcCaller(gateway.PortOf(from));
        var (stream, opened) = Begin(client, to, "talk", type);
        using var call = stream;
        await call.Requests.SendAsync(Item("x", 1));
        await opened;
        Assert.Null(await call.ReadAsync());
        Assert.Equal((7, "enough"), (call.Code, call.Message));
        await gateway.SettledAsync();
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

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Time_ThatRunsOutInTheMiddle_IsDeadlineExceededOnBothSides(string from, string type, string to)
    {
        var ended = new TaskCompletionSource();
        string? left = null;
        await using var gateway = await StartAsync(to, async context =>
        {
            await using var watch = context.RequestAborted.Register(ended.SetResult);
            left = context.Request.Headers["grpc-timeout"].ToString();
            await context.BeginAsync();
            await context.WriteMessageAsync(Item("x", 1));
            await ended.Task.WaitAsync(Patience);
        });
        using var client = new GrpcCaller(gateway.PortOf(from));
        var time = from == GatewayUnderTest.Grpc ? ("grpc-timeout", "700m") : ("tri-service-timeout", "700");
        using var call = await OpenAsync(client, to, "talk", type, time);
        Assert.NotNull(await call.ReadAsync());
        Assert.Null(await call.ReadAsync());
        Assert.Equal(4, call.Code);
        await ended.Task.WaitAsync(Patience);
        Assert.InRange(int.Parse(left!.TrimEnd('m'), System.Globalization.CultureInfo.InvariantCulture), 1, 700);
        await gateway.CountedAsync(ExchangeStatus.DeadlineExceeded);
        await gateway.SettledAsync();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task ABrokenRequestInTheMiddle_IsInvalidArgumentWithItsPathAndOtherStreamsGoOn(string from, string type, string to)
    {
        var ended = new TaskCompletionSource();
        await using var gateway = await StartAsync(to, async context =>
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
        using var client = new GrpcCaller(gateway.PortOf(from));
        using var other = await OpenAsync(client, to, "talk", type);
        using var call = await OpenAsync(client, to, "talk", type);
        await call.Requests.SendAsync(Item("good", 1));
        Assert.NotNull(await call.ReadAsync());
        await call.Requests.SendAsync([0x0a, 0x02, 0xff, 0xff]);
        Assert.Null(await call.ReadAsync());
        Assert.Equal(3, call.Code);
        Assert.Contains("args[0].sku", call.Message, StringComparison.Ordinal);
        await ended.Task.WaitAsync(Patience);
        await AssertSpeaksAsync(other);
        await gateway.CountedAsync(ExchangeStatus.InvalidArgument);
        await gateway.SettledAsync();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task ABrokenReplyInTheMiddle_IsABadGatewayWithItsPathAndEndsTheCalleesStream(string from, string type, string to)
    {
        var ended = new TaskCompletionSource();
        await using var gateway = await StartAsync(to, async context =>
        {
            if ((await context.ReadMessageAsync()) is { } first && ProtoBytes.Text(first, 1) == "other")
            {
                await context.BeginAsync();
                await context.WriteMessageAsync(first);
                context.End();
                return;
            }

            await using var watch = context.RequestAborted.Register(ended.SetResult);
            await context.BeginAsync();
            await context.WriteMessageAsync(Item("good", 1));
            await context.WriteMessageAsync([0x0a, 0x02, 0xff, 0xff]);
            await ended.Task.WaitAsync(Patience);
        });
        using var client = new GrpcCaller(gateway.PortOf(from));
        var (stream, opened) = Begin(client, to, "talk", type);
        using var call = stream;
        await call.Requests.SendAsync(Item("x", 1));
        await opened;
        Assert.Equal(Item("good", 1), await call.ReadAsync());
        Assert.Null(await call.ReadAsync());
        Assert.Equal(13, call.Code);
        Assert.Contains(".sku", call.Message, StringComparison.Ordinal);
        await ended.Task.WaitAsync(Patience);
        await gateway.SettledAsync();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task ACalleeThatFloods_IsHeldUpByACallerThatDoesNotRead(string from, string type, string to)
    {
        const int Messages = 512;
        var large = new byte[64 << 10];
        long written = 0;
        await using var gateway = await StartAsync(to, async context =>
        {
            await context.BeginAsync();
            for (var i = 0; i < Messages; i++)
            {
                await context.WriteMessageAsync(ProtoBytes.Message((1, "flood"), (2, i + 1), (3, large)));
                Interlocked.Add(ref written, large.Length);
            }

            context.End();
        }, unary: PlaceAsync);
        using var client = new GrpcCaller(gateway.PortOf(from));
        using var call = await OpenAsync(client, to, "talk", type);
        await StandsStillAsync(gateway, to, () => Interlocked.Read(ref written));
        Assert.InRange(Interlocked.Read(ref written), 1, MostOnTheWay);
        for (var i = 0; i < Messages; i++)
        {
            Assert.Equal(i + 1, ProtoBytes.Number(await call.ReadAsync(), 2));
        }

        Assert.Null(await call.ReadAsync());
        Assert.Equal(0, call.Code);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task ACallerThatFloods_IsHeldUpByACalleeThatDoesNotRead(string from, string type, string to)
    {
        const int Messages = 256;
        var release = new TaskCompletionSource();
        await using var gateway = await StartAsync(to, async context =>
        {
            await release.Task.WaitAsync(Patience);
            var count = 0;
            while (await context.ReadMessageAsync() is not null)
            {
                count++;
            }

            await context.BeginAsync();
            await context.WriteMessageAsync(Item("count", count));
            context.End();
        }, unary: PlaceAsync);
        using var client = new GrpcCaller(gateway.PortOf(from));
        var (stream, opened) = Begin(client, to, "gather", type);
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
        await StandsStillAsync(gateway, to, () => Interlocked.Read(ref written));
        Assert.InRange(Interlocked.Read(ref written), 1, MostOnTheWay);
        release.SetResult();
        await flood;
        await opened;
        Assert.Equal(Messages, ProtoBytes.Number(await call.ReadAsync(), 2));
        Assert.Null(await call.ReadAsync());
        Assert.Equal(0, call.Code);
    }

    /// <summary>Has many other calls pass without the figure moving.</summary>
    private static async Task StandsStillAsync(GatewayUnderTest gateway, string to, Func<long> figure)
    {
        using var patience = new CancellationTokenSource(Patience);
        for (var (still, last) = (0, -1L); still < 100;)
        {
            Assert.False(patience.IsCancellationRequested, $"still moving at {last}");
            Assert.Equal(0, (await gateway.UnaryAsync(to, "place", Item("x", 1))).Code);
            var now = figure();
            (still, last) = now == last ? (still + 1, last) : (0, now);
        }
    }

    private static async Task AssertSpeaksAsync(GrpcStream other)
    {
        await other.Requests.SendAsync(Item("other", 2));
        Assert.Equal(Item("other", 2), await other.ReadAsync());
        other.Requests.Complete();
        Assert.Null(await other.ReadAsync());
        Assert.Equal(0, other.Code);
    }

    /// <param name="serve">Streams.</param>
    /// <param name="unary">The method that does not stream, as the callee's protocol has it.</param>
    private static Task<GatewayUnderTest> StartAsync(string to, RequestDelegate serve, RequestDelegate? unary = null)
    {
        RequestDelegate both = context => unary is not null && context.Request.Path.Value!.EndsWith("place", StringComparison.Ordinal)
            ? unary(context)
            : serve(context);
        return to == GatewayUnderTest.Grpc
            ? GatewayUnderTest.StartAsync(Contract, grpc: both)
            : GatewayUnderTest.StartAsync(Contract, triple: TripleCallee.Own(static (_, m) => m) with { Serve = both });
    }

    /// <summary>Echoes a unary call's body: a frame with trailers from gRPC, the bare message from Triple.</summary>
    private static async Task PlaceAsync(HttpContext context)
    {
        using var held = new MemoryStream();
        await context.Request.Body.CopyToAsync(held);
        context.Response.ContentType = context.Request.ContentType;
        await context.Response.Body.WriteAsync(held.ToArray());
        if (context.Request.ContentType!.StartsWith(Grpc, StringComparison.Ordinal))
        {
            context.End();
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

    private static (GrpcStream Stream, Task Headers) Begin(GrpcCaller client, string to, string method, string type) =>
        GrpcStream.Begin(client, GatewayUnderTest.ServiceOf(to).Interface, method, ("content-type", type));

    private static Task<GrpcStream> OpenAsync(
        GrpcCaller client, string to, string method, string type, params (string Name, string Value)[] headers) =>
        GrpcStream.OpenAsync(client, GatewayUnderTest.ServiceOf(to).Interface, method, [("content-type", type), .. headers]);

    private static byte[] Item(string sku, long quantity) => ProtoBytes.Message((1, sku), (2, quantity));
}
