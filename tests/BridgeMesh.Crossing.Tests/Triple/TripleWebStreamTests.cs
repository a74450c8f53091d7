using System.Net;
using System.Text;
using System.Text.Json;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Values;

namespace BridgeMesh.Crossing.Triple;

/// <summary>Triple's streams beside protocols that have other streams or none: events and lines over HTTP, Bolt and Dubbo.</summary>
public sealed class TripleWebStreamTests
{
    private const string Contract = """
        types:
          com.acme.Item:
            fields: { sku: string, quantity: int }
        services:
          com.acme.Service:
            abstract: true
            methods:
              watch: { parameters: { item: Item }, returns: Item, streams: replies }
              gather: { parameters: { item: Item }, returns: Item, streams: requests }
              talk: { parameters: { item: Item }, returns: Item, streams: both }
          com.acme.BoltService: { extends: [Service] }
          com.acme.DubboService: { extends: [Service] }
          com.acme.HttpService: { extends: [Service] }
          com.acme.TripleService: { extends: [Service] }
        """;

    private const string Events = "text/event-stream";
    private const string Lines = "application/x-ndjson";
    private const string GrpcType = "application/grpc";
    private const string Own = "application/connect+proto";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(Lines, 0, "{\"sku\":\"a\",\"quantity\":1}\n{\"sku\":\"a\",\"quantity\":2}\n")]
    [InlineData(Events, 0, "data: {\"sku\":\"a\",\"quantity\":1}\n\ndata: {\"sku\":\"a\",\"quantity\":2}\n\nevent: end\ndata: {}\n\n")]
    [InlineData(Lines, 7, "\"type\":\"urn:bridgemesh:permission-denied\"")]
    [InlineData(Events, 7, "event: error\n")]
    public async Task FromTriple_AStreamOfReplies_IsEventsOrLines(string accept, int code, string expected)
    {
        await using var gateway = await StartAsync(code);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        var (_, type, body) = await PostAsync(client, gateway, "watch", accept);
        Assert.Equal(accept, type);
        if (code == 0)
        {
            Assert.Equal(expected, body);
        }
        else
        {
            Assert.Contains(expected, body, StringComparison.Ordinal);
            Assert.Contains("enough", body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(GrpcType, Events, "data: {\"sku\":\"a\",\"quantity\":1}\n\ndata: {\"sku\":\"b\",\"quantity\":2}\n\n", 0, "")]
    [InlineData(Own, Events, "data: {\"sku\":\"a\",\"quantity\":1}\n\ndata: {\"sku\":\"b\",\"quantity\":2}\n\nevent: end\ndata: {}\n\n", 0, "")]
    [InlineData(Own, Lines, "{\"sku\":\"a\",\"quantity\":1}\n{\"sku\":\"b\",\"quantity\":2}\n", 0, "")]
    [InlineData(Own, Events, "data: {\"sku\":\"a\",\"quantity\":1}\n\nevent: error\ndata: {\"type\":\"urn:bridgemesh:exhausted\",\"detail\":\"enough\"}\n\n", 8, "enough")]
    [InlineData(GrpcType, Lines, "{\"sku\":\"a\",\"quantity\":1}\n{\"sku\":\"b\",\"quantity\":\"many\"}\n", 13, "result.quantity")]
    [InlineData(Own, Lines, "{\"sku\":\"a\",\"quantity\":1}\n{\"sku\":\"b\",\"quantity\":\"many\"}\n", 13, "result.quantity")]
    public async Task FromHttp_EventsAndLines_AreMessagesToTriple(string type, string media, string body, int code, string message)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, http: _ => new HttpAnswer(200, body, media));
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Triple));
        var (stream, opened) = GrpcStream.Begin(client, "com.acme.HttpService", "watch", ("content-type", type));
        using var call = stream;
        await call.Requests.SendAsync(Item("a", 0));
        call.Requests.Complete();
        await opened;
        Assert.Equal(Item("a", 1), await call.ReadAsync());
        if (code == 0)
        {
            Assert.Equal(Item("b", 2), await call.ReadAsync());
        }

        Assert.Null(await call.ReadAsync());
        Assert.Equal(code, call.Code);
        Assert.Contains(message, call.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bolt", "watch", "watch answers with a stream, and bolt carries one reply a call")]
    [InlineData("bolt", "gather", "gather takes a stream of requests, and bolt carries one request a call")]
    [InlineData("dubbo", "talk", "talk streams both ways, and dubbo carries one message each way")]
    [InlineData("http", "gather", "gather takes a stream of requests, and http carries one request a call")]
    public async Task ToACalleeThatCannot_EachForm_SaysSoInItsOwnWay(string to, string method, string why)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, static _ => Assert.Fail("must not be called"));
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Triple));
        var service = GatewayUnderTest.ServiceOf(to).Interface;
        var message = GrpcCaller.Frame(Item("a", 1));
        var grpc = await client.SendAsync(
            service, method, new ByteArrayContent(message), CancellationToken.None, ("tri-protocol-version", "1.0.0"));
        Assert.Equal((12, why), (grpc.Code, grpc.Message));
        var own = await TripleAnswer.PostAsync(gateway.PortOf(GatewayUnderTest.Triple), service, method, message, Own);
        var (flag, end) = Assert.Single(WebCaller.Frames(own.Body));
        var refused = JsonDocument.Parse(end).RootElement.GetProperty("error");
        Assert.Equal((2, 12, why), (flag, refused.GetProperty("status").GetInt32(), refused.GetProperty("message").GetString()));

        // The unary form streams no more than they do.
        var unary = why.Replace($"and {to} carries", "and triple carries", StringComparison.Ordinal);
        foreach (var (type, body) in new[] { ("application/proto", Item("a", 1)), ("application/json", "{\"sku\":\"a\"}"u8.ToArray()) })
        {
            var answer = await TripleAnswer.PostAsync(gateway.PortOf(GatewayUnderTest.Triple), service, method, body, type);
            var error = JsonDocument.Parse(answer.Text).RootElement;
            Assert.Equal((404, 12, unary), (answer.Status, error.GetProperty("status").GetInt32(), error.GetProperty("message").GetString()));
        }
    }

    [Theory]
    [InlineData("bolt", "gather", "gather takes a stream of requests, and bolt carries one request a call")]
    [InlineData("dubbo", "gather", "gather takes a stream of requests, and dubbo carries one request a call")]
    [InlineData("dubbo", "watch", "watch answers with a stream, and dubbo carries one reply a call")]
    [InlineData("bolt", "talk", "talk streams both ways, and bolt carries one message each way")]
    public async Task FromACallerThatCannot_IsRefusedAndTheCalleeIsNotAsked(string from, string method, string why)
    {
        await using var gateway = await StartAsync(code: 0, mayBeCalled: false);
        var exchange = await gateway.CallAsync(from, GatewayUnderTest.Triple, method, "com.acme.Item", static e =>
        {
            e.Request.BeginObject(TypeName.Of("com.acme.Item"));
            e.Request.End();
        });
        Assert.Contains(why, exchange.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gather", "gather takes a stream of requests, and http carries one request a call")]
    [InlineData("talk", "talk takes a stream of requests, and http carries one request a call")]
    public async Task FromHttp_AStreamOfRequests_IsNotImplemented(string method, string why)
    {
        await using var gateway = await StartAsync(code: 0, mayBeCalled: false);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        var (status, _, body) = await PostAsync(client, gateway, method, accept: null);
        Assert.Equal((HttpStatusCode.NotImplemented, why), (status, JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString()));
    }

    /// <summary>A Triple callee that sends two messages, or one and a status.</summary>
    private static Task<GatewayUnderTest> StartAsync(int code, bool mayBeCalled = true) => GatewayUnderTest.StartAsync(
        Contract,
        triple: TripleCallee.Own(static (_, m) => m) with
        {
            Serve = async context =>
            {
                Assert.True(mayBeCalled);
                var request = await context.ReadMessageAsync();
                Assert.NotNull(request);
                Assert.Null(await context.ReadMessageAsync());
                await context.BeginAsync();
                await context.WriteMessageAsync(Item(ProtoBytes.Text(request, 1), 1));
                if (code != 0)
                {
                    context.End(code, "enough");
                    return;
                }

                await context.WriteMessageAsync(Item(ProtoBytes.Text(request, 1), 2));
                context.End();
            },
        });

    private static async Task<(HttpStatusCode Status, string? Type, string Body)> PostAsync(
        HttpMessageInvoker client, GatewayUnderTest gateway, string method, string? accept)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"http://127.0.0.1:{gateway.PortOf(GatewayUnderTest.Http)}/com.acme.TripleService/{method}")
        {
            Content = new StringContent("""{"item":{"sku":"a"}}""", Encoding.UTF8, "application/json"),
        };
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var response = await client.SendAsync(request, CancellationToken.None).WaitAsync(Patience);
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync().WaitAsync(Patience));
    }

    private static byte[] Item(string sku, long quantity) => ProtoBytes.Message((1, sku), (2, quantity));
}
