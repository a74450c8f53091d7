using System.Collections.Immutable;
using System.Net;
using System.Text;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Testing.Network;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BridgeMesh.Codecs.Http.Tests.Crossing;

/// <summary>HTTP/1.1 and HTTP/2 at either side, with each other.</summary>
public sealed class VersionTests
{
    private const string Native = "/shop/orders/7";
    private const string Canonical = "/com.acme.OrderFacade/get";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<int, int> Pairings => new() { { 1, 1 }, { 1, 2 }, { 2, 1 }, { 2, 2 } };

    [Theory]
    [MemberData(nameof(Pairings))]
    public async Task Forwarded_BetweenVersions_PassesBodiesHeadersAndNoHopByHop(int caller, int callee)
    {
        var seen = string.Empty;
        await using var server = await KestrelCallee.StartAsync(
            async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                seen = $"{context.Request.Protocol} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers["X-Own"]} "
                    + $"{context.Request.Headers["X-Hop"]}|{context.Request.Headers.Connection}|{context.Request.Headers["X-Forwarded-Proto"]}";
                context.Response.Headers["X-Answer"] = "yes";
                await context.Response.WriteAsync(await reader.ReadToEndAsync());
            },
            ProtocolsOf(callee));
        await using var crossing = await CrossingUnderTest.StartToAsync(server.Port, MetadataOf(callee));
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        var body = string.Concat(Enumerable.Repeat("0123456789", 50_000));
        using var request = Request(crossing, caller, HttpMethod.Put, Native + "/touch?a=%2F");
        request.Headers.TryAddWithoutValidation("X-Own", "mine");
        if (caller == 1)
        {
            request.Headers.TryAddWithoutValidation("Connection", "X-Hop");
            request.Headers.TryAddWithoutValidation("X-Hop", "one hop");
        }

        request.Content = new StringContent(body);
        using var response = await client.SendAsync(request, default).WaitAsync(Patience);

        Assert.Equal((caller, HttpStatusCode.OK, "forward"), (response.Version.Major, response.StatusCode, Header(response, "x-bridge-lane")));
        Assert.Equal("yes", Header(response, "X-Answer"));
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal($"HTTP/{(callee == 2 ? "2" : "1.1")} {Native}/touch?a=%2F mine ||http", seen);
    }

    [Theory]
    [MemberData(nameof(Pairings))]
    public async Task Translated_BetweenVersions_Answers(int caller, int callee)
    {
        var seen = string.Empty;
        await using var server = await KestrelCallee.StartAsync(
            context =>
            {
                seen = context.Request.Protocol;
                context.Response.ContentType = "application/json";
                return context.Response.WriteAsync("""{"id":"7"}""");
            },
            ProtocolsOf(callee));
        await using var crossing = await CrossingUnderTest.StartToAsync(server.Port, MetadataOf(callee));
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var request = Request(crossing, caller, HttpMethod.Post, Canonical);
        request.Content = new StringContent("""{"id":"7"}""", Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request, default).WaitAsync(Patience);

        Assert.Equal((caller, "translate"), (response.Version.Major, Header(response, "x-bridge-lane")));
        Assert.Contains("\"id\":\"7\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(callee == 2 ? "HTTP/2" : "HTTP/1.1", seen);
    }

    /// <summary>Trailers of either version's callee reach a caller over HTTP/2.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Trailers_OfTheCallee_ReachCallersOverHttp2(int callee)
    {
        await using var server = await KestrelCallee.StartAsync(
            async context =>
            {
                context.Response.DeclareTrailer("x-sum");
                await context.Response.WriteAsync("body");
                context.Response.AppendTrailer("x-sum", "42");
            },
            HttpProtocols.Http2);

        // Kestrel has no trailers in HTTP/1.1.
        await using var older = new ScriptedServer(async (stream, stop) =>
        {
            await HttpMessages.ReadRequestAsync(stream, stop);
            const string Answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n4\r\nbody\r\n0\r\nx-sum: 42\r\n\r\n";
            await HttpMessages.SendAsync(stream, Answer, stop);
        });
        await using var crossing = await CrossingUnderTest.StartToAsync(callee == 2 ? server.Port : older.Port, MetadataOf(callee));
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var request = Request(crossing, 2, HttpMethod.Get, Native);
        request.Headers.TryAddWithoutValidation("TE", "trailers");
        using var response = await client.SendAsync(request, default).WaitAsync(Patience);

        Assert.Equal("body", await response.Content.ReadAsStringAsync());
        Assert.Equal("42", string.Join(",", response.TrailingHeaders.GetValues("x-sum")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Caller_ThatResetsItsStream_CancelsAtTheCalleeAndNoOtherCall(int callee)
    {
        var gone = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        await using var server = await KestrelCallee.StartAsync(
            async context =>
            {
                if (context.Request.Path.Value!.EndsWith("slow", StringComparison.Ordinal))
                {
                    using var watch = context.RequestAborted.Register(gone.SetResult);
                    asked.SetResult();
                    await gone.Task;
                    return;
                }

                await context.Response.WriteAsync("quick");
            },
            ProtocolsOf(callee));
        await using var crossing = await CrossingUnderTest.StartToAsync(server.Port, MetadataOf(callee));
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var leave = new CancellationTokenSource();
        using var slow = Request(crossing, 2, HttpMethod.Get, "/shop/orders/slow");
        var waiting = client.SendAsync(slow, leave.Token);
        await asked.Task.WaitAsync(Patience);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await gone.Task.WaitAsync(Patience);
        Assert.Equal(ExchangeStatus.Cancelled, (await crossing.NextOutcomeAsync()).Status);
        using var other = Request(crossing, 2, HttpMethod.Get, Native);
        using var response = await client.SendAsync(other, default).WaitAsync(Patience);
        Assert.Equal("quick", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Callee_ThatResetsItsStream_IsABadGatewayAndNoOtherCallEnds(bool isForwarded)
    {
        await using var server = await KestrelCallee.StartAsync(
            context =>
            {
                if (context.Request.Headers.ContainsKey("x-reset"))
                {
                    context.Features.Get<IHttpResetFeature>()!.Reset(2); // INTERNAL_ERROR
                    return Task.CompletedTask;
                }

                context.Response.ContentType = "application/json";
                return context.Response.WriteAsync("""{"id":"7"}""");
            },
            HttpProtocols.Http2);
        await using var crossing = await CrossingUnderTest.StartToAsync(server.Port, MetadataOf(2));
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        foreach (var reset in new[] { true, false })
        {
            using var request = isForwarded ? Request(crossing, 2, HttpMethod.Get, Native) : Request(crossing, 2, HttpMethod.Post, Canonical);
            request.Content = isForwarded ? null : new StringContent("""{"id":"7"}""", Encoding.UTF8, "application/json");
            if (reset)
            {
                request.Headers.TryAddWithoutValidation("x-reset", "1");
            }

            using var response = await client.SendAsync(request, default).WaitAsync(Patience);
            Assert.Equal(reset ? HttpStatusCode.BadGateway : HttpStatusCode.OK, response.StatusCode);
            var outcome = await crossing.NextOutcomeAsync();
            Assert.Equal(reset ? (ExchangeStatus.BadGateway, true) : (ExchangeStatus.Ok, false), (outcome.Status, outcome.MayHaveExecuted));
        }
    }

    /// <summary>A callee that goes away finishes what it has, and its connection is not used again.</summary>
    [Fact]
    public async Task Callee_ThatSaysGoAwayInTheMiddle_FinishesTheCall()
    {
        var asked = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var server = await KestrelCallee.StartAsync(
            async context =>
            {
                asked.TrySetResult();
                await release.Task;
                await context.Response.WriteAsync("finished");
            },
            HttpProtocols.Http2);
        await using var crossing = await CrossingUnderTest.StartToAsync(server.Port, MetadataOf(2));
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var request = Request(crossing, 2, HttpMethod.Get, Native);
        var calling = client.SendAsync(request, default);
        await asked.Task.WaitAsync(Patience);
        var stopping = server.DisposeAsync();
        release.SetResult();
        using var response = await calling.WaitAsync(Patience);
        Assert.Equal("finished", await response.Content.ReadAsStringAsync());
        await stopping;

        using var next = Request(crossing, 2, HttpMethod.Get, Native);
        using var refused = await client.SendAsync(next, default).WaitAsync(Patience);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Pairings))]
    public async Task Bodies_PastTheLimits_AreRefusedInEitherVersion(int caller, int callee)
    {
        await using var server = await KestrelCallee.StartAsync(
            context =>
            {
                context.Response.ContentType = "application/json";
                return context.Response.WriteAsync($"\"{new string('x', 2_000)}\"");
            },
            ProtocolsOf(callee));
        var limits = new FrameLimits(MaxFrameBytes: 1_000, MaxMetadataBytes: 8_192, MaxInFlight: 16);
        await using var crossing = await CrossingUnderTest.StartToAsync(server.Port, MetadataOf(callee), limits: limits);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var large = Request(crossing, caller, HttpMethod.Post, Canonical);
        large.Content = new StringContent($$"""{"id":"{{new string('y', 2_000)}}"}""", Encoding.UTF8, "application/json");
        using var refused = await client.SendAsync(large, default).WaitAsync(Patience);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);

        using var small = Request(crossing, caller, HttpMethod.Post, Canonical);
        small.Content = new StringContent("""{"id":"7"}""", Encoding.UTF8, "application/json");
        using var answered = await client.SendAsync(small, default).WaitAsync(Patience);
        Assert.Contains("reply-too-large", await answered.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callee_OverTls_IsTrustedByItsAuthorityAndNameAlone()
    {
        using var files = new TestCertificates();
        using var others = new TestCertificates();
        await using var server = await KestrelCallee.StartAsync(
            context => context.Response.WriteAsync(context.Request.Protocol), HttpProtocols.Http1AndHttp2, files.Write("callee", "orders.internal"));
        (UpstreamTls Tls, string? ServerName, string? Version, string Answer)[] cases =
        [
            (new UpstreamTls { Ca = files.Ca, ServerName = "orders.internal" }, null, null, "HTTP/2"),
            (new UpstreamTls { Ca = files.Ca, ServerName = "orders.internal" }, null, "1.1", "HTTP/1.1"),
            (new UpstreamTls { Ca = files.Ca, ServerName = "elsewhere" }, "orders.internal", "2", "HTTP/2"),
            (new UpstreamTls { Verify = false }, null, null, "HTTP/2"),
            (new UpstreamTls { Ca = files.Ca }, null, null, "urn:bridgemesh:unavailable"),
            (new UpstreamTls { Ca = others.Ca, ServerName = "orders.internal" }, null, null, "urn:bridgemesh:unavailable"),
            (new UpstreamTls { ServerName = "orders.internal" }, null, null, "urn:bridgemesh:unavailable"),
        ];
        foreach (var (tls, serverName, version, answer) in cases)
        {
            var metadata = ImmutableDictionary<string, string>.Empty.Add("scheme", "https");
            metadata = serverName is null ? metadata : metadata.Add("serverName", serverName);
            metadata = version is null ? metadata : metadata.Add("http", version);
            await using var crossing = await CrossingUnderTest.StartToAsync(server.Port, metadata, tls);
            using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
            using var request = Request(crossing, 1, HttpMethod.Get, Native);
            using var response = await client.SendAsync(request, default).WaitAsync(Patience);
            Assert.Contains(answer, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private static HttpProtocols ProtocolsOf(int version) => version == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1;

    private static ImmutableDictionary<string, string> MetadataOf(int version) =>
        version == 2 ? ImmutableDictionary<string, string>.Empty.Add("http", "2") : ImmutableDictionary<string, string>.Empty;

    private static HttpRequestMessage Request(CrossingUnderTest crossing, int version, HttpMethod verb, string path) => new(
        verb, new Uri($"http://127.0.0.1:{crossing.Port}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
    {
        Version = version == 2 ? HttpVersion.Version20 : HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static string Header(HttpResponseMessage response, string name) => string.Join(",", response.Headers.GetValues(name));
}
