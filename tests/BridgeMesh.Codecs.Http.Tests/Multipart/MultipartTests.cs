using System.Net.Http.Headers;
using System.Text;
using BridgeMesh.Codecs.Http.Multipart;
using BridgeMesh.Codecs.Http.Tests.Calling;
using BridgeMesh.Codecs.Http.Tests.Crossing;
using BridgeMesh.Codecs.Http.Tests.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Http.Tests.Multipart;

public sealed class MultipartTests
{
    private const string Type = "multipart/form-data; boundary=xYx";
    private const string Order = """{"id":"o-1","count":3}""";

    private static readonly byte[] Octets = [0, 13, 10, 45, 45, 120, 89, 255];

    [Fact]
    public async Task Request_OfEveryKindOfPart_ReachesTheTape()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        // As HttpClient writes it, which is another's writer.
        using var form = new MultipartFormDataContent("b-o'u(n)d");
        form.Add(new ByteArrayContent(Octets) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } }, "file", "中 文.png");
        form.Add(new StringContent(Order, Encoding.UTF8, "application/json"), "order");
        form.Add(new StringContent("nö&te"), "note");
        form.Add(new ByteArrayContent(Octets), "raw", "r");
        form.Add(new ByteArrayContent([1]), "more", "a");
        form.Add(new ByteArrayContent([2]), "more", "b");
        form.Add(new StringContent("7"), "copies");
        var answer = await listener.SendAsync(
            "POST", "/shop/uploads", await form.ReadAsByteArrayAsync(), form.Headers.ContentType!.ToString());

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            "(com.acme.Upload){fileName: \"中 文.png\", contentType: \"image/png\", size: 8L, content: 0x000D0A2D2D7859FF}, "
            + "(com.acme.Order){id: \"o-1\", count: 3}, \"nö&te\", 0x000D0A2D2D7859FF, [0x01, 0x02], 7",
            listener.Arguments);
    }

    [Fact]
    public async Task Request_OfABrowser_ReachesTheTape()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });
        const string Body = "preamble\r\n--xYx  \r\ncontent-disposition: form-data; name=\"file\"; filename=\"a%22b 中.txt\"\r\n\r\n\r\n--xYx\r\n"
            + "Content-Disposition: form-data; name=\"note\"\r\n\r\n--xYxz is no boundary\r\n--xYx--\r\nepilogue";

        await listener.SendAsync("POST", "/shop/uploads", Body, "multipart/form-data; boundary=\"xYx\"");

        Assert.Equal(
            "(com.acme.Upload){fileName: \"a\"b 中.txt\", size: 0L, content: 0x}, null, \"--xYxz is no boundary\", null, null, null",
            listener.Arguments);
    }

    [Fact]
    public async Task Request_OfFormFieldsInParts_IsReadAsAForm()
    {
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });
        const string Body = "--xYx\r\nContent-Disposition: form-data; name=\"address.city\"\r\n\r\n中&=\r\n"
            + "--xYx\r\nContent-Disposition: form-data; name=\"items[0].sku\"\r\n\r\na+b\r\n--xYx--\r\n";

        await listener.SendAsync("POST", "/shop/search", Body, Type);

        Assert.Equal(
            "(com.acme.Search){address: (com.acme.Address){city: \"中&=\"}, items: [(com.acme.Line){sku: \"a+b\"}]}", listener.Arguments);
    }

    [Theory]
    [InlineData("multipart/form-data", "", 400, "names no boundary")]
    [InlineData("multipart/mixed; boundary=xYx", "", 415, "multipart/form-data")]
    [InlineData("application/json", "{}", 415, "multipart/form-data")]
    [InlineData(Type, "nothing", 400, "ends before its last boundary")]
    [InlineData(Type, "--xYx\r\n", 400, "have no end")]
    [InlineData(Type, "--xYx\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nabc", 400, "ends inside a part")]
    [InlineData(Type, "--xYx\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nabc\r\n--xYx", 400, "ends inside a part")]
    [InlineData(Type, "--xYx\r\nX-Other: 1\r\n\r\nabc\r\n--xYx--", 400, "Content-Disposition: form-data with a name")]
    [InlineData(Type, "--xYx\r\nContent-Disposition: attachment; name=\"note\"\r\n\r\nabc\r\n--xYx--", 400, "form-data with a name")]
    [InlineData(Type, "--xYx\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nabc\r\n--xYx--", 400, "form-data with a name")]
    [InlineData(
        Type,
        "--xYx\r\nContent-Disposition: form-data; name=\"note\"\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n--xYx--",
        400,
        "Content-Transfer-Encoding")]
    [InlineData(Type, "--xYx\r\nContent-Disposition: form-data; name=\"order\"\r\n\r\n{\"count\":\"x\"}\r\n--xYx--", 400, "part 'order': ")]
    [InlineData(
        Type,
        "--xYx\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\na\r\n--xYx\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nb\r\n--xYx--",
        400,
        "the part 'note' is given more than once")]
    [InlineData(
        Type, "--xYx\r\nContent-Disposition: form-data; name=\"order\"\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n--xYx--", 400, "must be application/json")]
    public async Task Request_ThatIsNoForm_IsRefusedAndSaysWhy(string contentType, string body, int status, string problem)
    {
        await using var listener = await ListenerUnderTest.StartAsync(ListenerUnderTest.MustNotBeCalled);

        var answer = await listener.SendAsync("POST", "/shop/uploads", body.Length == 0 ? "x" : body, contentType);

        Assert.Equal(status, answer.Status);
        Assert.Contains(problem, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TooManyPartsOrTooLongHeaders_IsAProblem()
    {
        var many = string.Concat(Enumerable.Repeat("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n", 257)) + "--b--";
        var longHead = $"--b\r\nContent-Disposition: form-data; name=\"a\"\r\nX: {new string('x', 5_000)}\r\n\r\nx\r\n--b--";

        Assert.Equal("more than 256 parts", Problem(many));
        Assert.Contains("longer than 4096 bytes", Problem(longHead), StringComparison.Ordinal);

        static string? Problem(string body)
        {
            var problem = MultipartForm.Read(new(Encoding.ASCII.GetBytes(body)), "b", out var form);
            form.Dispose();
            return problem;
        }
    }

    [Fact]
    public void Read_OnEverySplit_GivesTheSameParts()
    {
        var body = Encoding.UTF8.GetBytes("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n-\r\n--b\r\n"
            + "Content-Disposition: form-data; name=\"c\"; filename=\"f\"\r\nContent-Type: a/b\r\n\r\n--\r\n--b--\r\n");

        for (var at = 0; at <= body.Length; at++)
        {
            var problem = MultipartForm.Read(SegmentedBytes.SplitAt(body, at), "b", out var form);
            using (form)
            {
                Assert.Null(problem);
                Assert.Equal(
                    "a||\r\n-; c|f|--",
                    string.Join("; ", form.Parts.Select(p => $"{p.Name}|{p.FileName}|{Encoding.UTF8.GetString(p.Content.Span)}")));
            }
        }

        // A body cut short anywhere before its last boundary is none.
        for (var length = 0; length < body.Length - 4; length++)
        {
            var problem = MultipartForm.Read(new(body.AsMemory(0, length)), "b", out var form);
            form.Dispose();
            Assert.NotNull(problem);
        }
    }

    [Fact]
    public async Task Call_OfEveryKindOfPart_IsReadBackTheSame()
    {
        const string Null = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        await using var channel = ChannelUnderTest.Answering(Null);
        await channel.CallAsync("upload", AddArguments);
        await using var listener = await ListenerUnderTest.StartAsync(static _ => { });

        Assert.StartsWith("POST /shop/uploads HTTP/1.1\r\n", channel.Received, StringComparison.Ordinal);
        var body = channel.Received[(channel.Received.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Assert.Contains("name=\"file\"; filename=\"a%22中.txt\"\r\nContent-Type: text/csv\r\n\r\nabc\r\n", body, StringComparison.Ordinal);
        Assert.Contains("name=\"order\"\r\nContent-Type: application/json\r\n\r\n{\"id\":\"o-1\"}\r\n", body, StringComparison.Ordinal);
        await listener.SendAsync("POST", "/shop/uploads", body, HttpMessages.HeaderOf(channel.Received, "Content-Type"));

        Assert.Equal(
            "(com.acme.Upload){fileName: \"a\"中.txt\", contentType: \"text/csv\", size: 3L, content: 0x616263}, "
            + "(com.acme.Order){id: \"o-1\"}, \"nö&te\", 0x0D0A, [0x61, 0x62], 7",
            listener.Arguments);
    }

    [Fact]
    public async Task Call_WithAContentTypeThatEndsTheLine_SendsOctets()
    {
        await using var channel = ChannelUnderTest.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        await channel.CallAsync("upload", static tape =>
        {
            tape.BeginObject(TypeName.Of("com.acme.Upload"));
            tape.Name(FieldName.Of("contentType"));
            tape.AddString("text/csv\r\nX-Evil: 1"u8);
            tape.Name(FieldName.Of("fileName"));
            tape.AddString("a\r\nb"u8);
            tape.End();
            for (var i = 0; i < 5; i++)
            {
                tape.AddNull();
            }
        });

        Assert.Contains("filename=\"a%0D%0Ab\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--", channel.Received, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Evil", channel.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_InParts_IsABrokenCalleeAndSaysSo()
    {
        await using var channel = ChannelUnderTest.Answering(
            "HTTP/1.1 200 OK\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n\r\n--x--");

        var exchange = await channel.CallAsync("greet", static tape => tape.AddNull());

        Assert.Equal(ExchangeStatus.BadGateway, exchange.Status);
        Assert.Contains("the reply's Content-Type is 'multipart/form-data; boundary=x'; what is read is JSON", exchange.Message, StringComparison.Ordinal);
    }

    private static void AddArguments(ValueTape tape)
    {
        tape.BeginObject(TypeName.Of("com.acme.Upload"));
        tape.Name(FieldName.Of("fileName"));
        tape.AddString("a\"中.txt");
        tape.Name(FieldName.Of("contentType"));
        tape.AddString("text/csv"u8);
        tape.Name(FieldName.Of("content"));
        tape.AddBytes("abc"u8);
        tape.End();
        tape.BeginObject(TypeName.Of("com.acme.Order"));
        tape.Name(FieldName.Of("id"));
        tape.AddString("o-1"u8);
        tape.End();
        tape.AddString("nö&te");
        tape.AddBytes("\r\n"u8);
        tape.BeginList();
        tape.AddBytes("a"u8);
        tape.AddBytes("b"u8);
        tape.End();
        tape.AddInt32(7);
    }
}
