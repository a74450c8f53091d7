using System.Net;
using BridgeMesh.Codecs.Http.Tests.Listening;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace BridgeMesh.Codecs.Http.Tests.Crossing;

/// <summary>What HTTP has beside calls and results, and what passes between two HTTP sides as it is.</summary>
public sealed class UntouchedTests
{
    [Fact]
    public async Task ConditionalAndRangeRequests_AreTheCallees()
    {
        await using var callee = await KestrelCallee.StartAsync(static context => Results.Bytes(
            "0123456789"u8.ToArray(),
            "text/x-odd",
            enableRangeProcessing: true,
            lastModified: new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero),
            entityTag: new EntityTagHeaderValue("\"v1\"")).ExecuteAsync(context));
        await using var crossing = await CrossingUnderTest.StartAsync(callee.Port);
        using var client = Client(crossing.Port);

        using var whole = await client.GetAsync(new Uri("/shop/orders/7", UriKind.Relative));
        Assert.Equal(("\"v1\"", "text/x-odd"), (whole.Headers.ETag?.ToString(), whole.Content.Headers.ContentType?.ToString()));
        Assert.Equal(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero), whole.Content.Headers.LastModified);
        Assert.Equal("bytes", whole.Headers.AcceptRanges.Single());

        using var unchanged = await SendAsync(client, HttpMethod.Get, ("If-None-Match", "\"v1\""));
        Assert.Equal((HttpStatusCode.NotModified, 0), (unchanged.StatusCode, (await unchanged.Content.ReadAsByteArrayAsync()).Length));
        Assert.Equal("\"v1\"", unchanged.Headers.ETag?.ToString());

        using var failed = await SendAsync(client, HttpMethod.Get, ("If-Match", "\"v0\""));
        Assert.Equal(HttpStatusCode.PreconditionFailed, failed.StatusCode);

        using var part = await SendAsync(client, HttpMethod.Get, ("Range", "bytes=2-4"));
        Assert.Equal((HttpStatusCode.PartialContent, "234"), (part.StatusCode, await part.Content.ReadAsStringAsync()));
        Assert.Equal("bytes 2-4/10", part.Content.Headers.ContentRange?.ToString());

        using var beyond = await SendAsync(client, HttpMethod.Get, ("Range", "bytes=20-30"));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);

        using var head = await SendAsync(client, HttpMethod.Head);
        Assert.Equal((HttpStatusCode.OK, 10L), (head.StatusCode, head.Content.Headers.ContentLength));

        // The connection of a HEAD or 304 is none the worse for it.
        using var again = await SendAsync(client, HttpMethod.Get);
        Assert.Equal("0123456789", await again.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_IsHandedOnWithItsLocation(int status)
    {
        var requests = 0;
        await using var callee = await KestrelCallee.StartAsync(context =>
        {
            requests++;
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "https://elsewhere.example/a%2Fb?x=%41";
            return Task.CompletedTask;
        });
        await using var crossing = await CrossingUnderTest.StartAsync(callee.Port);
        using var client = Client(crossing.Port);

        using var answer = await SendAsync(client, HttpMethod.Get);

        Assert.Equal((status, "https://elsewhere.example/a%2Fb?x=%41"), ((int)answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.Equal(1, requests);
    }

    [Fact]
    public async Task CookiesAndEncodings_AreHandedOnOneByOne()
    {
        var compressed = new byte[] { 0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
        string? seen = null;
        await using var callee = await KestrelCallee.StartAsync(async context =>
        {
            seen = $"{context.Request.Headers.Cookie} {context.Request.Headers.AcceptEncoding} {context.Request.Headers.AcceptLanguage}";
            context.Response.Headers.SetCookie = new(["a=1; Path=/; HttpOnly", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT"]);
            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.Headers.Vary = "Accept-Encoding";
            await context.Response.Body.WriteAsync(compressed);
        });
        await using var crossing = await CrossingUnderTest.StartAsync(callee.Port);
        using var client = Client(crossing.Port);

        using var answer = await SendAsync(
            client, HttpMethod.Get, ("Cookie", "s=1; t=2"), ("Accept-Encoding", "gzip, br"), ("Accept-Language", "zh-CN, en;q=0.5"));

        Assert.Equal("s=1; t=2 gzip, br zh-CN, en;q=0.5", seen);
        Assert.Equal(
            ["a=1; Path=/; HttpOnly", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT"], answer.Headers.NonValidated["Set-Cookie"]);
        Assert.Equal(compressed, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("gzip", answer.Content.Headers.ContentEncoding.Single());
    }

    [Fact]
    public async Task Options_OnANativePath_AreTheCallees()
    {
        await using var callee = await KestrelCallee.StartAsync(static context =>
        {
            context.Response.Headers.Allow = $"PATCH,{context.Request.Method}";
            context.Response.Headers.AccessControlAllowOrigin = context.Request.Headers.Origin;
            return Task.CompletedTask;
        });
        await using var crossing = await CrossingUnderTest.StartAsync(callee.Port);
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync("OPTIONS /shop/orders/7 HTTP/1.1\r\nHost: h\r\nOrigin: https://a.example\r\n\r\n");
        var answer = await caller.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Equal("PATCH,OPTIONS", HttpMessages.HeaderOf(answer, "Allow"));
        Assert.Equal("https://a.example", HttpMessages.HeaderOf(answer, "Access-Control-Allow-Origin"));
    }

    private static HttpClient Client(int port) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpMethod verb, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(verb, "/shop/orders/7");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }
}
