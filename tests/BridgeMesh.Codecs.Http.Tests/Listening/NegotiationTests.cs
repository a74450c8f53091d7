using System.IO.Compression;
using System.Text;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Codecs.Http.Tests.Calling;
using BridgeMesh.Codecs.Http.Tests.Crossing;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

public sealed class NegotiationTests
{
    private const string Text = "{\"id\":\"héllo 中🌍\",\"count\":3}";

    [Theory]
    [InlineData("/shop/blobs", null, "application/json; charset=utf-8", "\"中\"")]
    [InlineData("/shop/blobs", "*/*", "application/json; charset=utf-8", "\"中\"")]
    [InlineData("/shop/blobs", "text/plain, */*;q=0.1", "text/plain; charset=utf-8", "中")]
    [InlineData("/shop/blobs", "text/*", "text/plain; charset=utf-8", "中")]
    [InlineData("/shop/blobs", "text/plain;q=0.5, application/json;q=0.4", "text/plain; charset=utf-8", "中")]
    [InlineData("/shop/blobs", "application/json, text/plain", "application/json; charset=utf-8", "\"中\"")]
    [InlineData("/shop/blobs", "application/vnd.acme+json", "application/json; charset=utf-8", "\"中\"")]
    [InlineData("/shop/blobs", "not a media range", "application/json; charset=utf-8", "\"中\"")]
    [InlineData("/shop/bytes", "application/octet-stream", "application/octet-stream", "abc")]
    [InlineData("/shop/bytes", "application/json", "application/json; charset=utf-8", "\"YWJj\"")]
    public async Task Result_InTheTypeThatTheCallerLikes_GoesOut(string path, string? accept, string contentType, string body)
    {
        await using var listener = await ListenerUnderTest.StartAsync(exchange =>
            _ = path == "/shop/bytes" ? exchange.Reply.AddBytes("abc"u8) : exchange.Reply.AddString("中"));

        var answer = await listener.SendAsync("POST", path, "\"YQ==\"", headers: accept is null ? [] : [("Accept", accept)]);

        Assert.Equal((200, contentType, body), (answer.Status, answer.ContentType, answer.Text));
    }

    [Theory]
    [InlineData("/shop/orders/7", "application/xml", "application/json")]
    [InlineData("/shop/orders/7", "text/plain", "application/json")]
    [InlineData("/shop/orders/7", "application/json;q=0", "application/json")]
    [InlineData("/shop/greetings?name=a", "image/png, text/html", "application/json or text/plain")]
    public async Task Accept_OfNothingThatThereIs_Is406BeforeTheCall(string path, string accept, string offered)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);

        var answer = await listener.SendAsync("GET", path, headers: [("Accept", accept)]);

        Assert.Equal((406, $"the answer can be {offered}"), (answer.Status, answer.Json.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task Accept_OfAnything_TakesAVoidResultAndAnError()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        Assert.Equal(204, (await listener.SendAsync("PUT", "/shop/orders/7/touch", headers: [("Accept", "image/png")])).Status);
    }

    [Theory]
    [InlineData("iso-8859-1", "héllo")]
    [InlineData("utf-16", "中🌍")]
    [InlineData("utf-16le", "中🌍")]
    [InlineData("utf-16be", "中🌍")]
    [InlineData("\"UTF-8\"", "中🌍")]
    public async Task Body_InAnotherCharset_IsDecoded(string charset, string id)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });
        var encoding = Encoding.GetEncoding(charset.Trim('"'));
        byte[] mark = charset == "utf-16" ? [0xFF, 0xFE] : [];

        var json = await listener.SendAsync(
            "POST", "/shop/orders", [.. mark, .. encoding.GetBytes($"{{\"id\":\"{id}\",\"count\":3}}")], $"application/json; charset={charset}");
        Assert.Equal((200, $"(com.acme.Order){{id: \"{TapeId(id)}\", count: 3}}"), (json.Status, listener.Arguments));

        await listener.SendAsync("POST", "/shop/blobs", [.. mark, .. encoding.GetBytes(id)], $"text/plain; charset={charset}");
        Assert.Equal($"\"{TapeId(id)}\"", listener.Arguments);
    }

    [Theory]
    [InlineData(new byte[] { 0x22, 0x00, 0x22 })]
    [InlineData(new byte[] { 0x00, 0x22, 0xD8, 0x00, 0x00, 0x22 })]
    public async Task Body_ThatIsNotUtf16_Is400(byte[] body)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);

        var answer = await listener.SendAsync("POST", "/shop/blobs", body, "application/json; charset=utf-16");

        Assert.Equal((400, "the body is not UTF-16"), (answer.Status, answer.Json.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("X-GZIP")]
    [InlineData("deflate")]
    [InlineData("raw-deflate")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task Body_InACoding_IsDecoded(string coding)
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        var answer = await listener.SendAsync(
            "POST", "/shop/orders", Encode(coding, Encoding.UTF8.GetBytes(Text)), headers: [("Content-Encoding", coding.Replace("raw-", string.Empty, StringComparison.Ordinal))]);

        Assert.Equal(200, answer.Status);
        Assert.Contains("count: 3", listener.Arguments, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_InACodingAndACharset_IsDecodedFromBoth()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        await listener.SendAsync(
            "POST", "/shop/blobs", Encode("gzip", Encoding.Unicode.GetBytes("\"中\"")), "application/json; charset=utf-16le",
            ("Content-Encoding", "gzip"));

        Assert.Equal("\"中\"", listener.Arguments);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, br")]
    [InlineData("compress")]
    public async Task Body_InAnUnknownCoding_Is415WithWhatThereIs(string coding)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);

        using var caller = await RawConnection.OpenAsync(listener.Port);

        await caller.SendAsync($"POST /shop/orders HTTP/1.1\r\nHost: h\r\nContent-Encoding: {coding}\r\nContent-Length: 1\r\n\r\nx");
        var answer = await caller.ReadUntilAsync("}");

        Assert.StartsWith("HTTP/1.1 415 ", answer, StringComparison.Ordinal);
        Assert.Equal("gzip, deflate, br", HttpMessages.HeaderOf(answer, "Accept-Encoding"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Body_ThatIsNotItsCoding_Is400(string coding)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);
        var whole = Encode(coding, Encoding.UTF8.GetBytes(Text));

        var garbage = await listener.SendAsync("POST", "/shop/orders", "\0{}garbage", headers: [("Content-Encoding", coding)]);
        var half = await listener.SendAsync("POST", "/shop/orders", whole[..(whole.Length / 2)], headers: [("Content-Encoding", coding)]);

        Assert.Equal((400, 400), (garbage.Status, half.Status));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Body_ThatGrowsTooMuch_Is413(string coding)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);
        var bomb = Encode(coding, new byte[8 << 20]);
        Assert.InRange(bomb.Length, 1, 16 << 10);

        var answer = await listener.SendAsync("POST", "/shop/orders", bomb, headers: [("Content-Encoding", coding)]);

        Assert.Equal(413, answer.Status);
        Assert.Contains($"more than {ContentCoding.MaxRatio} times", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_LongerThanTheLimitWhenDecoded_Is413()
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled, ListenerUnderTest.SmallLimits);

        var answer = await listener.SendAsync("POST", "/shop/orders", Encode("gzip", new byte[1_001]), headers: [("Content-Encoding", "gzip")]);

        Assert.Equal(413, answer.Status);
        Assert.Contains("longer than 1000 bytes when decoded", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("br;q=0.1, deflate;q=0.9", "deflate")]
    [InlineData("*", "br")]
    [InlineData("br;q=0, *;q=0.5", "gzip")]
    [InlineData("identity, gzip;q=0.5", null)]
    [InlineData("zstd", null)]
    [InlineData(null, null)]
    public async Task Result_LongEnough_IsEncodedAsAsked(string? asked, string? expected)
    {
        var text = string.Concat(Enumerable.Repeat("abc 中 ", 500));
        await using var listener = await ListenerUnderTest.StartAsync(exchange => exchange.Reply.AddString(text));

        var answer = await listener.SendAsync("GET", "/shop/greetings?name=a", headers: asked is null ? [] : [("Accept-Encoding", asked)]);

        Assert.Equal(expected, answer.Headers.GetValueOrDefault("Content-Encoding"));
        Assert.Equal("Accept-Encoding", answer.Headers["Vary"]);
        var plain = expected is null ? answer.Body : Decode(expected, answer.Body);
        Assert.Equal($"\"{text}\"", Encoding.UTF8.GetString(plain));
    }

    [Fact]
    public async Task Result_ThatIsShort_IsNotEncoded()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static exchange => exchange.Reply.AddString("abc"u8));

        var answer = await listener.SendAsync("GET", "/shop/greetings?name=a", headers: [("Accept-Encoding", "gzip")]);

        Assert.False(answer.Headers.ContainsKey("Content-Encoding"));
        Assert.False(answer.Headers.ContainsKey("Vary"));
    }

    [Theory]
    [InlineData("application/json", "Hello", "Hello")]
    [InlineData("application/json", "null and void", "null and void")]
    [InlineData("application/json", "\"Hello\"", "Hello")]
    [InlineData("application/json;charset=ISO-8859-1", "h\u00E9", "hé")]
    public async Task Answer_OfSpringsStringConverter_IsTheText(string contentType, string body, string expected)
    {
        var bytes = contentType.Contains("8859", StringComparison.Ordinal) ? Encoding.Latin1.GetBytes(body) : Encoding.UTF8.GetBytes(body);
        await using var channel = ChannelUnderTest.Scripted(async (_, stream, stop) =>
        {
            await HttpMessages.SendAsync(
                stream, $"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nContent-Length: {bytes.Length}\r\n\r\n", stop);
            await stream.WriteAsync(bytes, stop);
        });

        var exchange = await channel.CallAsync("greet", static tape => tape.AddNull());

        Assert.Equal((ExchangeStatus.Ok, $"\"{expected}\""), (exchange.Status, TapeText.Of(exchange.Reply)));
    }

    private static string TapeId(string id) => id.Replace("🌍", "\\uD83C\\uDF0D", StringComparison.Ordinal);

    private static byte[] Encode(string coding, byte[] body)
    {
        using var target = new MemoryStream();
        using (var encoder = Stream(coding, target, CompressionMode.Compress))
        {
            encoder.Write(body);
        }

        return target.ToArray();
    }

    private static byte[] Decode(string coding, byte[] body)
    {
        using var target = new MemoryStream();
        using var decoder = Stream(coding, new MemoryStream(body), CompressionMode.Decompress);
        decoder.CopyTo(target);
        return target.ToArray();
    }

    private static Stream Stream(string coding, Stream inner, CompressionMode mode) => coding.ToUpperInvariant() switch
    {
        "GZIP" or "X-GZIP" => new GZipStream(inner, mode, leaveOpen: true),
        "DEFLATE" => new ZLibStream(inner, mode, leaveOpen: true),
        "RAW-DEFLATE" => new DeflateStream(inner, mode, leaveOpen: true),
        "BR" => new BrotliStream(inner, mode, leaveOpen: true),
        _ => new BufferedStream(inner),
    };
}
