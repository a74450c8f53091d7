using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Codecs.Http.Tests.Crossing;
using BridgeMesh.Plugins;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

public sealed class CorsTests
{
    private static readonly (string, string)[] Listed =
    [
        ("corsOrigins", "https://shop.example, http://127.0.0.1:3000"),
        ("corsCredentials", "true"),
        ("corsExpose", "x-served-by"),
        ("corsMaxAgeS", "60"),
    ];

    [Fact]
    public async Task Preflight_OfAListedOrigin_IsAnsweredByTheGateway()
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled, settings: Listed);

        var answer = await PreflightAsync(listener, "/anything", "https://shop.example");

        Assert.Equal(204, answer.Status);
        Assert.Equal("https://shop.example", answer.Headers["Access-Control-Allow-Origin"]);
        Assert.Equal("true", answer.Headers["Access-Control-Allow-Credentials"]);
        Assert.Equal("GET, HEAD, POST, PUT, PATCH, DELETE", answer.Headers["Access-Control-Allow-Methods"]);
        Assert.Equal("x-tenant, content-type", answer.Headers["Access-Control-Allow-Headers"]);
        Assert.Equal("60", answer.Headers["Access-Control-Max-Age"]);
        Assert.Equal("Origin", answer.Headers["Vary"]);
    }

    [Fact]
    public async Task Preflight_OfAnotherOrigin_AllowsNothing()
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled, settings: Listed);

        var answer = await PreflightAsync(listener, "/anything", "https://shop.example.evil");

        Assert.Equal(204, answer.Status);
        Assert.DoesNotContain(answer.Headers.Keys, static name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("Origin", answer.Headers["Vary"]);
    }

    [Theory]
    [InlineData("/shop/greetings?name=a", 200)]
    [InlineData("/shop/nowhere", 404)]
    public async Task Answer_ToAListedOrigin_MayBeRead(string path, int status)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { }, settings: Listed);

        var allowed = await listener.SendAsync("GET", path, headers: [("Origin", "http://127.0.0.1:3000")]);
        var other = await listener.SendAsync("GET", path, headers: [("Origin", "http://127.0.0.1:3001")]);
        var none = await listener.SendAsync("GET", path);

        Assert.Equal((status, "http://127.0.0.1:3000"), (allowed.Status, allowed.Headers["Access-Control-Allow-Origin"]));
        Assert.Equal("x-served-by", allowed.Headers["Access-Control-Expose-Headers"]);
        Assert.Equal((status, false), (other.Status, other.Headers.ContainsKey("Access-Control-Allow-Origin")));
        Assert.False(none.Headers.ContainsKey("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Answer_ToAnyOrigin_SaysSoWithoutCredentials()
    {
        await using var listener = await ListenerUnderTest.StartAsync(
            static _ => { }, settings: [("corsOrigins", "*"), ("corsMethods", "GET"), ("corsHeaders", "x-a")]);

        var call = await listener.SendAsync("GET", "/shop/greetings?name=a", headers: [("Origin", "null")]);
        var preflight = await PreflightAsync(listener, "/shop/greetings", "https://x.example");

        Assert.Equal(("*", false), (call.Headers["Access-Control-Allow-Origin"], call.Headers.ContainsKey("Vary")));
        Assert.Equal(("GET", "x-a"), (preflight.Headers["Access-Control-Allow-Methods"], preflight.Headers["Access-Control-Allow-Headers"]));
        Assert.False(call.Headers.ContainsKey("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task Answer_OfAnHttpCallee_HasTheListenersHeadersInPlaceOfItsOwn()
    {
        await using var crossing = await CrossingUnderTest.StartAsync(
            static async (stream, stop) =>
            {
                await HttpMessages.ReadRequestAsync(stream, stop);
                const string Own = "Access-Control-Allow-Origin: *\r\nVary: Accept\r\n";
                await HttpMessages.SendAsync(stream, HttpMessages.Reply("200 OK", "text/plain", "<end>", Own), stop);
            },
            settings: Listed);
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync("GET /shop/orders/7 HTTP/1.1\r\nHost: h\r\nOrigin: https://shop.example\r\n\r\n");
        var answer = await caller.ReadUntilAsync("<end>");

        Assert.Equal("https://shop.example", HttpMessages.HeaderOf(answer, "Access-Control-Allow-Origin"));
        Assert.Equal(["Accept", "Origin"], HttpMessages.HeaderOf(answer, "Vary")!.Split(',', StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task Preflight_WithoutTheSettings_IsAnOptionsRequest()
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);

        var answer = await PreflightAsync(listener, "/shop/greetings", "https://shop.example");

        Assert.Equal((204, "GET, HEAD, OPTIONS"), (answer.Status, answer.Headers["Allow"]));
        Assert.False(answer.Headers.ContainsKey("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("corsOrigins", "shop.example", "'shop.example' is no origin")]
    [InlineData("corsOrigins", "https://shop.example/", "'https://shop.example/' is no origin")]
    [InlineData("corsMaxAgeS", "90000", "'corsMaxAgeS' is '90000'")]
    [InlineData("corsCredentials", "yes", "'corsCredentials' is 'yes'")]
    [InlineData("corsCredentials", "true", "credentials for every origin are no protection at all")]
    public void Settings_ThatAreWrong_AreProblems(string name, string value, string problem)
    {
        var settings = new Dictionary<string, string> { ["corsOrigins"] = "*", [name] = value };

        var problems = HttpListenerOptions.Check(new ListenerSettings("l", "127.0.0.1", 0, FrameLimits.Default, settings), out var options);

        Assert.Equal(problem, Assert.Single(problems).Message);
        Assert.Null(options.Cors);
    }

    /// <summary>maxConnections is the gateway's own key as well, and described there.</summary>
    [Fact]
    public void Settings_ThatAreTaken_AreThoseThatAreDescribed() => Assert.Equal(
        HttpListenerOptions.Known.Where(static name => name != "maxConnections").Order(StringComparer.Ordinal),
        HttpListenerSettings.All.Select(static s => s.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Settings_WithoutOrigins_AreAProblem() => Assert.Equal(
        "'corsMethods' does nothing without 'corsOrigins'",
        Assert.Single(HttpListenerOptions.Check(
            new ListenerSettings("l", "127.0.0.1", 0, FrameLimits.Default, new Dictionary<string, string> { ["corsMethods"] = "GET" }), out _)).Message);

    private static Task<Answer> PreflightAsync(ListenerUnderTest listener, string path, string origin) => listener.SendAsync(
        "OPTIONS",
        path,
        headers: [("Origin", origin), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "x-tenant, content-type")]);
}
