using System.Text;
using System.Text.Json;
using BridgeMesh.Codecs.Http.Tests.Listening;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Http.Tests.Crossing;

public sealed class TranslateLaneTests
{
    [Fact]
    public async Task Call_FromCanonicalToNative_CarriesValuesMetadataAndCredentials()
    {
        string? received = null;
        await using var crossing = await CrossingUnderTest.StartAsync(async (stream, stop) =>
        {
            received = await HttpMessages.ReadRequestAsync(stream, stop);
            const string Order = """{"total":"12.50","id":"中🌍","count":3,"extra":true}""";
            await HttpMessages.SendAsync(
                stream, HttpMessages.Reply("200 OK", "application/json", Order, "x-served-by: one\r\nSet-Cookie: s=1\r\n"), stop);
        });
        using var caller = await RawConnection.OpenAsync(crossing.Port);
        const string Body = """{"order":{"count":3,"id":"中🌍","total":12.50}}""";

        await caller.SendAsync(
            "POST /com.acme.OrderService/place HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(Body)}\r\n"
            + $"x-tenant: blå\r\nAuthorization: Bearer t\r\nCookie: a=b\r\nx-bridge-timeout-ms: 9000\r\n\r\n{Body}");
        var answer = await caller.ReadUntilAsync("}");

        Assert.StartsWith("POST /shop/orders HTTP/1.1\r\n", received, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + """{"id":"中🌍","count":3,"total":"12.50"}""", Reordered(received!), StringComparison.Ordinal);
        Assert.Equal("blå", HttpMessages.HeaderOf(received!, "x-tenant"));
        Assert.Equal("Bearer t", HttpMessages.HeaderOf(received!, "Authorization"));
        Assert.Equal("a=b", HttpMessages.HeaderOf(received!, "Cookie"));
        Assert.Equal("9000", HttpMessages.HeaderOf(received!, "x-bridge-timeout-ms"));

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Equal("translate", HttpMessages.HeaderOf(answer, "x-bridge-lane"));
        Assert.Equal("one", HttpMessages.HeaderOf(answer, "x-served-by"));
        Assert.Equal("s=1", HttpMessages.HeaderOf(answer, "Set-Cookie"));
        using var order = JsonDocument.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..]);
        Assert.Equal("中🌍", order.RootElement.GetProperty("id").GetString());
        Assert.False(order.RootElement.TryGetProperty("extra", out _));
    }

    [Fact]
    public async Task Exception_OfTheCallee_ReachesTheCallerWithItsFields()
    {
        await using var crossing = await CrossingUnderTest.StartAsync(async (stream, stop) =>
        {
            await HttpMessages.ReadRequestAsync(stream, stop);
            const string Boot = """
                {"timestamp":"t","exception":"com.acme.OrderException","message":"库存不足","code":4711,"trace":"at secret","path":"/p"}
                """;
            await HttpMessages.SendAsync(stream, HttpMessages.Reply("422 X", "application/json", Boot), stop);
        });
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync(
            "POST /com.acme.OrderService/get HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n[\"7\"]");
        var answer = await caller.ReadUntilAsync("}");

        Assert.StartsWith("HTTP/1.1 422 ", answer, StringComparison.Ordinal);
        Assert.EndsWith(
            """{"type":"com.acme.OrderException","title":"OrderException","status":422,"detail":"库存不足","code":4711}""",
            answer,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_OfOneMebibyte_CrossesBothWays()
    {
        var text = string.Concat(Enumerable.Repeat("abc中文é😀", 1 << 17));
        await using var crossing = await CrossingUnderTest.StartAsync(async (stream, stop) =>
        {
            var request = await HttpMessages.ReadRequestAsync(stream, stop);
            var body = request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
            await HttpMessages.SendAsync(stream, HttpMessages.Reply("200 OK", "application/json", body), stop);
        });
        using var client = new HttpClient();
        using var content = new StringContent(JsonSerializer.Serialize(new { text }), Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{crossing.Port}/com.acme.OrderService/blob"), content);

        Assert.Equal(text, JsonSerializer.Deserialize<string>(await answer.Content.ReadAsStringAsync()));
        Assert.Equal(ExchangeStatus.Ok, (await crossing.NextOutcomeAsync()).Status);
    }

    [Fact]
    public async Task Calls_InParallel_EachGetTheirOwnAnswer()
    {
        await using var crossing = await CrossingUnderTest.StartAsync(async (stream, stop) =>
        {
            while (await HttpMessages.ReadRequestAsync(stream, stop) is { Length: > 0 } request)
            {
                var name = request.Split("name=")[1].Split(' ')[0];
                await HttpMessages.SendAsync(stream, HttpMessages.Reply("200 OK", "text/plain", $"Hello, {name}"), stop);
            }
        });
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{crossing.Port}") };

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            using var content = new StringContent($"[\"n{i}\"]", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/com.acme.OrderService/greet", UriKind.Relative), content);
            return await answer.Content.ReadAsStringAsync();
        }));

        Assert.Equal(Enumerable.Range(0, 64).Select(i => $"\"Hello, n{i}\""), answers);
    }

    [Fact]
    public async Task Callee_NotListening_Is503()
    {
        await using var crossing = await CrossingUnderTest.StartAsync(callee: null);
        using var caller = await RawConnection.OpenAsync(crossing.Port);

        await caller.SendAsync(
            "POST /com.acme.OrderService/get HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n[\"7\"]");

        Assert.StartsWith("HTTP/1.1 503 ", await caller.ReadUntilAsync("}"), StringComparison.Ordinal);
    }

    // The order of an object's members is not part of its meaning.
    private static string Reordered(string request) => request
        .Replace("""{"count":3,"id":"中🌍","total":"12.50"}""", """{"id":"中🌍","count":3,"total":"12.50"}""", StringComparison.Ordinal);
}
