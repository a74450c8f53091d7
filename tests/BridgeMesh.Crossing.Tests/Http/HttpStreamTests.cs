using System.Net;
using System.Text;
using System.Text.Json;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Crossing.Http;

/// <summary>Streams of replies as server-sent events and lines of JSON: to callers over HTTP from gRPC, and from callees over HTTP to both.</summary>
public sealed class HttpStreamTests
{
    private const string Contract = """
        types:
          com.acme.Item:
            fields: { sku: string, quantity: int }
          com.acme.SoldOut: { exception: checked, httpStatus: 409, fields: { sku: string } }
        services:
          com.acme.Service:
            abstract: true
            methods:
              watch:
                parameters: { item: Item }
                returns: Item
                streams: replies
                throws: [SoldOut]
              gather: { parameters: { item: Item }, returns: Item, streams: requests }
              place: { parameters: { item: Item }, returns: Item }
          com.acme.BoltService: { extends: [Service] }
          com.acme.HttpService: { extends: [Service] }
          com.acme.GrpcService: { extends: [Service] }
        """;

    private const string Events = "text/event-stream";
    private const string Lines = "application/x-ndjson";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, null)]
    [InlineData(1, Events)]
    [InlineData(2, Events)]
    public async Task FromGrpc_EachMessage_ReachesTheCallerAtOnce(int version, string? accept)
    {
        var next = new SemaphoreSlim(0);
        await using var gateway = await StartAsync(async context =>
        {
            var request = await context.ReadMessageAsync();
            context.Response.Headers["x-head"] = "h";
            await context.BeginAsync();
            for (var i = 1; i <= 3; i++)
            {
                Assert.True(await next.WaitAsync(Patience));
                await context.WriteMessageAsync(Item(ProtoBytes.Text(request, 1), i));
            }

            Assert.True(await next.WaitAsync(Patience));
            context.End();
        });
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var response = await OpenAsync(client, gateway, "watch", accept, version);
        Assert.Equal(
            (HttpStatusCode.OK, accept ?? Lines, "h", "no-store"),
            (response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.GetValues("x-head").Single(),
                response.Headers.CacheControl?.ToString()));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var i = 1; i <= 3; i++)
        {
            next.Release();
            Assert.Equal($$"""{{(accept is null ? string.Empty : "data: ")}}{"sku":"a","quantity":{{i}}}""", await ReadLineAsync(reader));
            Assert.Equal(accept is null ? null : string.Empty, accept is null ? null : await ReadLineAsync(reader));
        }

        next.Release();
        Assert.Equal(accept is null ? string.Empty : "event: end\ndata: {}\n\n", await reader.ReadToEndAsync().WaitAsync(Patience));
        await gateway.CountedAsync(ExchangeStatus.Ok);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Events)]
    public async Task FromGrpc_FaultBehindMessages_StandsInTheBody(string? accept)
    {
        await using var gateway = await StartAsync(async context =>
        {
            await context.BeginAsync();
            await context.WriteMessageAsync(Item("a", 1));
            context.End(7, "enough");
        });
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var response = await OpenAsync(client, gateway, "watch", accept);
        var body = (await response.Content.ReadAsStringAsync().WaitAsync(Patience)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("""{"sku":"a","quantity":1}""", body[0], StringComparison.Ordinal);
        var last = JsonDocument.Parse(accept is null ? body[1] : body[2]["data: ".Length..]).RootElement;
        if (accept is null)
        {
            last = last.GetProperty("$problem");
        }
        else
        {
            Assert.Equal("event: error", body[1]);
        }

        Assert.Equal(
            ("urn:bridgemesh:permission-denied", 403, "enough"),
            (last.GetProperty("type").GetString(), last.GetProperty("status").GetInt32(), last.GetProperty("detail").GetString()));
        await gateway.CountedAsync(ExchangeStatus.PermissionDenied);
    }

    [Fact]
    public async Task FromGrpc_FaultBeforeAnyMessage_IsAnAnswerAsAnyOther()
    {
        await using var gateway = await StartAsync(static context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "7";
            context.Response.Headers["grpc-message"] = "full";
            return Task.CompletedTask;
        });
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var response = await OpenAsync(client, gateway, "watch", Events);
        Assert.Equal((HttpStatusCode.Forbidden, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        await gateway.CountedAsync(ExchangeStatus.PermissionDenied);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Caller_ThatLeaves_EndsTheStreamAtTheCallee(int version)
    {
        var gone = new TaskCompletionSource();
        await using var gateway = await StartAsync(async context =>
        {
            await using var watch = context.RequestAborted.Register(gone.SetResult);
            await context.BeginAsync();
            await context.WriteMessageAsync(Item("a", 1));
            await gone.Task.WaitAsync(Patience);
        });
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using (var response = await OpenAsync(client, gateway, "watch", Events, version))
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            await ReadLineAsync(reader);
        }

        await gone.Task.WaitAsync(Patience);
        await gateway.CountedAsync(ExchangeStatus.Cancelled);
    }

    /// <summary>The caller's own time bounds the whole stream; without one it has none, though the route says 20 s for other calls.</summary>
    [Fact]
    public async Task Deadline_OfTheCaller_EndsTheStream()
    {
        await using var gateway = await StartAsync(async context =>
        {
            await context.BeginAsync();
            await context.WriteMessageAsync(Item("a", 1));
            await context.RequestAborted.AsTask().WaitAsync(Patience);
        });
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var response = await OpenAsync(client, gateway, "watch", Events, 1, ("x-bridge-timeout-ms", "300"));
        Assert.Contains("urn:bridgemesh:deadline-exceeded", await response.Content.ReadAsStringAsync().WaitAsync(Patience), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GrpcService", "watch", "application/json", 406, "application/x-ndjson or text/event-stream")]
    [InlineData("GrpcService", "gather", null, 501, "gather takes a stream of requests, and http carries one request a call")]
    [InlineData("BoltService", "watch", null, 404, "watch answers with a stream, and bolt carries one reply a call")]
    [InlineData("GrpcService", "place", Events, 406, "application/json")]
    public async Task Refusals_SayWhy(string service, string method, string? accept, int status, string why)
    {
        await using var gateway = await StartAsync(static _ => throw new InvalidOperationException("must not be called"));
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var response = await OpenAsync(client, gateway, method, accept, service: service);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(why, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Events, "data: {\"sku\":\"a\",\"quantity\":1}\n\n: beat\n\nevent: price\r\ndata: {\"sku\":\"b\",\r\ndata: \"quantity\":2}\r\n\r\n")]
    [InlineData(Events, "id: 7\nretry: 10\ndata:{\"sku\":\"a\",\"quantity\":1}\n\ndata:{\"sku\":\"b\",\"quantity\":2}\n\nevent: end\ndata: {}\n\ndata: 1\n\n")]
    [InlineData(Lines, "{\"sku\":\"a\",\"quantity\":1}\n\n{\"sku\":\"b\",\"quantity\":2}")]
    [InlineData("application/json", " [ {\"sku\":\"a\",\"quantity\":1} , {\"sku\":\"b\",\"quantity\":2} ] ")]
    public async Task FromHttp_EachForm_IsMessagesToGrpcAndHttp(string mediaType, string body)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, http: _ => new HttpAnswer(200, body, mediaType));
        using var grpc = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        var (stream, opened) = GrpcStream.Begin(grpc, "com.acme.HttpService", "watch");
        using var call = stream;
        await call.Requests.SendAsync(Item("a", 0));
        call.Requests.Complete();
        await opened;
        Assert.Equal(Item("a", 1), await call.ReadAsync());
        Assert.Equal(Item("b", 2), await call.ReadAsync());
        Assert.Null(await call.ReadAsync());
        Assert.Equal(0, call.Code);

        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var response = await OpenAsync(client, gateway, "watch", Lines, service: "HttpService");
        Assert.Equal(
            "{\"sku\":\"a\",\"quantity\":1}\n{\"sku\":\"b\",\"quantity\":2}\n", await response.Content.ReadAsStringAsync().WaitAsync(Patience));
    }

    [Theory]
    [InlineData(Events, "data: {\"sku\":\"a\",\"quantity\":1}\n\nevent: error\ndata: {\"type\":\"urn:bridgemesh:exhausted\",\"detail\":\"enough\"}\n\n", 8, "enough")]
    [InlineData(Events, "data: {\"sku\":\"a\",\"quantity\":1}\n\nevent: error\ndata: out of stock\n\n", 2, "out of stock")]
    [InlineData(Lines, "{\"sku\":\"a\",\"quantity\":1}\n{\"$problem\":{\"type\":\"urn:bridgemesh:exhausted\",\"detail\":\"enough\"}}\n", 8, "enough")]
    [InlineData(Events, "data: {\"sku\":\"a\",\"quantity\":1}\n\ndata: {\"sku\"", 13, "cut off inside a message")]
    [InlineData("application/json", "[{\"sku\":\"a\",\"quantity\":1},{\"sku\"", 13, "cut off inside a message")]
    [InlineData(Lines, "{\"sku\":\"a\",\"quantity\":1}\n{\"sku\":\"b\",\"quantity\":\"many\"}\n", 13, "result.quantity")]
    public async Task FromHttp_Fault_EndsTheStreamWithAStatus(string mediaType, string body, int code, string message)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, http: _ => new HttpAnswer(200, body, mediaType));
        using var grpc = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        var (stream, opened) = GrpcStream.Begin(grpc, "com.acme.HttpService", "watch");
        using var call = stream;
        await call.Requests.SendAsync(Item("a", 0));
        call.Requests.Complete();
        await opened;
        Assert.Equal(Item("a", 1), await call.ReadAsync());
        Assert.Null(await call.ReadAsync());
        Assert.Equal(code, call.Code);
        Assert.Contains(message, call.Message, StringComparison.Ordinal);
    }

    /// <summary>A declared exception keeps its class and fields from a gateway's stream to another caller.</summary>
    [Fact]
    public async Task FromHttp_DeclaredException_KeepsItsClass()
    {
        const string Problem = """{"type":"com.acme.SoldOut","title":"SoldOut","status":409,"detail":"none left","sku":"a"}""";
        await using var gateway = await GatewayUnderTest.StartAsync(
            Contract, http: _ => new HttpAnswer(200, $"data: {{\"sku\":\"a\",\"quantity\":1}}\n\nevent: error\ndata: {Problem}\n\n", Events));
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var response = await OpenAsync(client, gateway, "watch", Lines, service: "HttpService");
        var last = JsonDocument.Parse((await response.Content.ReadAsStringAsync().WaitAsync(Patience)).Trim().Split('\n')[^1]).RootElement;
        var told = last.GetProperty("$problem");
        Assert.Equal(
            ("com.acme.SoldOut", 409, "a"),
            (told.GetProperty("type").GetString(), told.GetProperty("status").GetInt32(), told.GetProperty("sku").GetString()));
    }

    [Theory]
    [InlineData(503, "", "application/json", 14)]
    [InlineData(200, "hello", "text/plain", 13)]
    public async Task FromHttp_AnswerThatIsNoStream_IsAStatus(int status, string body, string mediaType, int code)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, http: _ => new HttpAnswer(status, body, mediaType));
        var answer = await gateway.UnaryAsync(GatewayUnderTest.Http, "watch", Item("a", 0));
        Assert.Equal(code, answer.Code);
        Assert.Empty(answer.Body);
    }

    private static Task<GatewayUnderTest> StartAsync(RequestDelegate serve) => GatewayUnderTest.StartAsync(Contract, grpc: serve);

    private static byte[] Item(string sku, long quantity) => ProtoBytes.Message((1, sku), (2, quantity));

    private static async Task<HttpResponseMessage> OpenAsync(
        HttpMessageInvoker client,
        GatewayUnderTest gateway,
        string method,
        string? accept,
        int version = 1,
        (string Name, string Value)? header = null,
        string service = "GrpcService")
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"http://127.0.0.1:{gateway.PortOf(GatewayUnderTest.Http)}/com.acme.{service}/{method}")
        {
            Version = version == 2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("""{"item":{"sku":"a"}}""", Encoding.UTF8, "application/json"),
        };
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        if (header is var (name, value))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request, CancellationToken.None).WaitAsync(Patience);
    }

    private static async Task<string?> ReadLineAsync(StreamReader reader) => await reader.ReadLineAsync().WaitAsync(Patience);
}

/// <summary>Waiting for a token.</summary>
internal static class CancellationWaiting
{
    internal static Task AsTask(this CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        token.Register(cancelled.SetResult);
        return cancelled.Task;
    }
}
