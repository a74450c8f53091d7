using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using BridgeMesh.Crossing.Gateways;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Crossing.Grpc;

/// <summary>Connect at the gRPC listener: plain HTTP for unary calls, frames for streams, over both versions of HTTP.</summary>
public sealed class ConnectTests
{
    private const string Contract = """
        types:
          com.acme.Item:
            fields: { sku: string, quantity: int, price: decimal }
          com.acme.OrderException:
            exception: checked
            fields: { code: int, reason: string }
        services:
          com.acme.Service:
            abstract: true
            methods:
              place: { parameters: { id: string }, returns: string, throws: [OrderException] }
              add: { parameters: { left: int, right: long }, returns: long, idempotent: true }
              keep: { parameters: { item: Item }, returns: Item }
              touch: { parameters: { id: string }, returns: void }
              watch: { parameters: { item: Item }, returns: Item, streams: replies }
              talk: { parameters: { item: Item }, returns: Item, streams: both }
          com.acme.BoltService: { extends: [Service] }
          com.acme.DubboService: { extends: [Service] }
          com.acme.HttpService: { extends: [Service] }
          com.acme.GrpcService: { extends: [Service] }
        """;

    [Theory]
    [InlineData("bolt", "1.1")]
    [InlineData("dubbo", "2.0")]
    [InlineData("http", "1.1")]
    [InlineData("grpc", "1.1")]
    [InlineData("grpc", "2.0")]
    public async Task Json_ToEachProtocol_IsAnsweredInProtoJson(string to, string version)
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, version);
        var service = $"/{GatewayUnderTest.ServiceOf(to).Interface}";
        Assert.Equal((HttpStatusCode.OK, """{"value":"placed o1 😀"}"""), await client.JsonAsync($"{service}/place", """{"id":"o1 😀"}"""));
        Assert.Equal(
            (HttpStatusCode.OK, """{"value":"9007199254740997"}"""),
            await client.JsonAsync($"{service}/add", """{"left":4,"right":"9007199254740993"}""", ("connect-protocol-version", "1")));
        var (status, item) = await client.JsonAsync($"{service}/keep", """{"sku":"sku-1 界","quantity":2,"price":{"value":"9.95"}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        using var kept = JsonDocument.Parse(item);
        Assert.Equal(("sku-1 界", 2), (kept.RootElement.GetProperty("sku").GetString(), kept.RootElement.GetProperty("quantity").GetInt32()));
        if (to != "http")
        {
            Assert.Equal((HttpStatusCode.OK, "{}"), await client.JsonAsync($"{service}/touch", """{"id":"x"}"""));
        }
    }

    [Fact]
    public async Task Proto_Unary_IsTheBareMessage()
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, "1.1");
        using var response = await client.PostAsync("/com.acme.BoltService/keep", "application/proto", GrpcShop.Item, ("connect-timeout-ms", "5000"));
        Assert.Equal((HttpStatusCode.OK, "application/proto"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(GrpcShop.Item, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task ACompressedBody_IsRead()
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, "1.1");
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write("""{"id":"o1 😀"}"""u8);
        }

        using var response = await client.PostAsync("/com.acme.BoltService/place", "application/json", packed.ToArray(), ("content-encoding", "gzip"));
        Assert.Equal("""{"value":"placed o1 😀"}""", await response.Content.ReadAsStringAsync());
        using var unknown = await client.PostAsync("/com.acme.BoltService/place", "application/json", packed.ToArray(), ("content-encoding", "br"));
        Assert.Equal(HttpStatusCode.NotImplemented, unknown.StatusCode);
        Assert.Equal("identity,gzip,deflate", unknown.Headers.GetValues("accept-encoding").Single());
    }

    [Theory]
    [InlineData("""{"id":5}""", "place", 400, "invalid_argument")]
    [InlineData("""{"id":"x","id":"y"}""", "place", 400, "invalid_argument")]
    [InlineData("{", "place", 400, "invalid_argument")]
    [InlineData("{}", "vanish", 501, "unimplemented")]
    [InlineData("{}", "watch", 501, "unimplemented")]
    public async Task Faults_AreJsonUnderTheStatusOfTheirCode(string json, string method, int status, string code)
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, "1.1");
        var answer = await client.JsonAsync($"/com.acme.GrpcService/{method}", json);
        using var error = JsonDocument.Parse(answer.Body);
        Assert.Equal((status, code), ((int)answer.Status, error.RootElement.GetProperty("code").GetString()));
        Assert.NotEmpty(error.RootElement.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task AnArgumentThatDoesNotFit_IsAFieldViolation()
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, "1.1");
        var (_, body) = await client.JsonAsync("/com.acme.BoltService/add", """{"left":"much"}""");
        using var error = JsonDocument.Parse(body);
        var detail = error.RootElement.GetProperty("details").EnumerateArray().Single(static d => d.GetProperty("type").GetString() == "google.rpc.BadRequest");
        var value = detail.GetProperty("value").GetString()!;
        var violation = ProtoBytes.Bytes(Convert.FromBase64String(value.PadRight((value.Length + 3) / 4 * 4, '=')), 1);
        Assert.Equal("left", ProtoBytes.Text(violation, 1));
    }

    [Theory]
    [InlineData(2, 500, "unknown")]
    [InlineData(5, 404, "not_found")]
    [InlineData(6, 409, "already_exists")]
    [InlineData(9, 400, "failed_precondition")]
    [InlineData(10, 409, "aborted")]
    [InlineData(11, 400, "out_of_range")]
    [InlineData(15, 500, "data_loss")]
    public async Task AServicesOwnStatus_KeepsItsCode(int said, int status, string code)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, grpc: GrpcCallee.Unary((_, _) =>
            throw new GrpcFailure(said, "no such order")));
        using var client = Client(gateway, "1.1");
        var answer = await client.JsonAsync("/com.acme.GrpcService/place", """{"id":"o1"}""");
        using var error = JsonDocument.Parse(answer.Body);
        Assert.Equal((status, code), ((int)answer.Status, error.RootElement.GetProperty("code").GetString()));
        Assert.Equal("google.rpc.ErrorInfo", error.RootElement.GetProperty("details")[0].GetProperty("type").GetString());
    }

    [Fact]
    public async Task TimeRunsOut_IsDeadlineExceeded()
    {
        var ended = new TaskCompletionSource();
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, grpc: async context =>
        {
            await using var watch = context.RequestAborted.Register(ended.SetResult);
            await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
        });
        using var client = Client(gateway, "1.1");
        var answer = await client.JsonAsync("/com.acme.GrpcService/place", """{"id":"o1"}""", ("connect-timeout-ms", "300"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.Status);
        Assert.StartsWith("""{"code":"deadline_exceeded",""", answer.Body, StringComparison.Ordinal);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("connect-timeout-ms", "soon")]
    [InlineData("connect-timeout-ms", "12345678901")]
    [InlineData("connect-protocol-version", "2")]
    public async Task AHeadThatIsNoConnect_IsInvalidArgument(string name, string value)
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, "1.1");
        Assert.Equal(HttpStatusCode.BadRequest, (await client.JsonAsync("/com.acme.BoltService/place", """{"id":"o1"}""", (name, value))).Status);
    }

    [Theory]
    [InlineData("add?connect=v1&encoding=json&message=%7B%22left%22%3A4%2C%22right%22%3A%225%22%7D", 200, """{"value":"9"}""")]
    [InlineData("add?connect=v1&encoding=json&base64=1&message=eyJsZWZ0Ijo0LCJyaWdodCI6IjUifQ", 200, """{"value":"9"}""")]
    [InlineData("add?connect=v1&encoding=json&base64=1&message=%3F%3F", 400, null)]
    [InlineData("add?connect=v2&encoding=json&message=%7B%7D", 400, null)]
    [InlineData("place?connect=v1&encoding=json&message=%7B%22id%22%3A%22o1%22%7D", 405, null)]
    [InlineData("add?message=x", 415, null)]
    public async Task Get_CallsIdempotentMethodsAlone(string target, int status, string? body)
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, "1.1");
        using var response = await client.SendAsync(HttpMethod.Get, $"/com.acme.BoltService/{target}", null, null);
        Assert.Equal(status, (int)response.StatusCode);
        if (body is not null)
        {
            Assert.Equal(body, await response.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task AStream_EndsInAFrameOfItsOwn(string version)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, grpc: static async context =>
        {
            await context.ReadMessageAsync();
            await context.BeginAsync();
            await context.WriteMessageAsync(GrpcShop.Item);
            await context.WriteMessageAsync(GrpcShop.Item);
            context.End(7, "enough");
            context.Response.AppendTrailer("x-trailer", "t");
        });
        using var client = Client(gateway, version);
        using var response = await client.PostAsync(
            "/com.acme.GrpcService/watch", "application/connect+json", GrpcCaller.Frame(Encoding.UTF8.GetBytes("""{"sku":"a"}""")));
        Assert.Equal((HttpStatusCode.OK, "application/connect+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var frames = WebCaller.Frames(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal([0, 0, 2], frames.Select(static f => f.Flag));
        using var item = JsonDocument.Parse(frames[1].Content);
        Assert.Equal("9.95", item.RootElement.GetProperty("price").GetProperty("value").GetString());
        using var end = JsonDocument.Parse(frames[2].Content);
        var error = end.RootElement.GetProperty("error");
        Assert.Equal(("permission_denied", "enough"), (error.GetProperty("code").GetString(), error.GetProperty("message").GetString()));
        Assert.Equal("t", end.RootElement.GetProperty("metadata").GetProperty("x-trailer")[0].GetString());
    }

    [Fact]
    public async Task AStreamOfRequests_EndsWithItsBodyOrItsOwnEndFrame()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, grpc: static async context =>
        {
            await context.BeginAsync();
            while (await context.ReadMessageAsync() is { } message)
            {
                await context.WriteMessageAsync(message);
            }

            context.End();
        });
        using var client = Client(gateway, "2.0");
        byte[] body = [.. GrpcCaller.Frame(GrpcShop.Item), .. GrpcCaller.Frame(GrpcShop.Item), .. GrpcCaller.Frame([], flag: 2)];
        using var response = await client.PostAsync("/com.acme.GrpcService/talk", "application/connect+proto", body);
        var frames = WebCaller.Frames(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal([0, 0, 2], frames.Select(static f => f.Flag));
        Assert.Equal(GrpcShop.Item, frames[1].Content);
        Assert.Equal("{}", Encoding.UTF8.GetString(frames[2].Content));
    }

    [Fact]
    public async Task APageOfAnotherOrigin_MayCallWhereTheListenerSaysSo()
    {
        await using var gateway = await StartAsync();
        using var client = new WebCaller(gateway.PortOf(GatewayUnderTest.Pages), HttpVersion.Version11);
        using var preflight = await client.SendAsync(
            HttpMethod.Options,
            "/com.acme.BoltService/place",
            null,
            null,
            ("origin", "https://shop.example"),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type,connect-protocol-version"));
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal("POST, GET", preflight.Headers.GetValues("access-control-allow-methods").Single());
        Assert.Equal("content-type,connect-protocol-version", preflight.Headers.GetValues("access-control-allow-headers").Single());
        using var answer = await client.PostAsync("/com.acme.BoltService/place", "application/json", """{"id":"o1"}"""u8.ToArray(), ("origin", "https://shop.example"));
        Assert.Equal("https://shop.example", answer.Headers.GetValues("access-control-allow-origin").Single());
        using var other = await client.PostAsync("/com.acme.BoltService/place", "application/json", """{"id":"o1"}"""u8.ToArray(), ("origin", "https://evil.example"));
        Assert.False(other.Headers.Contains("access-control-allow-origin"));
    }

    private static Task<GatewayUnderTest> StartAsync() =>
        GatewayUnderTest.StartAsync(Contract, GrpcShop.AnswerFramed, GrpcShop.AnswerHttp, GrpcCallee.Unary(GrpcShop.AnswerGrpc));

    private static WebCaller Client(GatewayUnderTest gateway, string version) => new(gateway.PortOf(GatewayUnderTest.Grpc), Version.Parse(version));
}
