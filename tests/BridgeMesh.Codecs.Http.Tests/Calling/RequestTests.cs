using System.Text;
using BridgeMesh.Codecs.Http.Tests.Crossing;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Time;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Http.Tests.Calling;

public sealed class RequestTests
{
    private const string Null = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull";
    private const string Order = """{"id":"o-1","count":3,"total":"12.50"}""";

    public static TheoryData<string, string, string> Forms { get; } = new()
    {
        { "greet", "GET /shop/greetings?name=w%C3%B6rld%20%F0%9F%8C%8D%26x%3D1", "" },
        { "greet-null", "GET /shop/greetings", "" },
        { "add", "GET /shop/sums/40/-9007199254740993", "" },
        { "get", "GET /shop/orders/o%2F7%20%C3%BC", "" },
        { "file", "GET /shop/files/a/b%20c.txt", "" },
        { "tagged", "GET /shop/tags?tag=a&tag=b%2Cc", "" },
        { "place", "POST /shop/orders", Order },
        { "update", "PUT /shop/orders/7", $$"""{"order":{{Order}},"note":null}""" },
        { "form", "POST /shop/forms", "value=a%26b%20%E4%B8%AD&count=7" },
        { "form-null", "POST /shop/forms", "" },
        { "blob", "POST /shop/blobs", "\"te\\\"xt中\"" },
        { "bytes", "POST /shop/bytes", "\u0001\u0002\u0003" },
        { "touch", "PUT /shop/orders/7/touch", "" },
        { "bare", "POST /com.acme.OrderService/bare", """{"count":5}""" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Request_EachBindingForm_IsWritten(string sample, string line, string body)
    {
        await using var channel = ChannelUnderTest.Answering(Null);

        await channel.CallAsync(sample.Split('-')[0], tape => AddArguments(tape, sample));

        Assert.StartsWith(line + " HTTP/1.1\r\n", channel.Received, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + body, channel.Received, StringComparison.Ordinal);
        Assert.Equal(
            line.StartsWith("GET", StringComparison.Ordinal) ? null : $"{Encoding.UTF8.GetByteCount(body)}",
            HttpMessages.HeaderOf(channel.Received, "Content-Length"));
        Assert.Equal(
            sample[0] == 'f' && sample != "file" ? "application/x-www-form-urlencoded"
                : sample == "bytes" ? "application/octet-stream" : body.Length > 0 ? "application/json" : null,
            HttpMessages.HeaderOf(channel.Received, "Content-Type"));
    }

    [Fact]
    public async Task Request_HeaderParameters_AreWritten()
    {
        await using var channel = ChannelUnderTest.Answering(Null);

        await channel.CallAsync("tenant", static tape =>
        {
            tape.AddString("blå 中");
            tape.BeginList();
            tape.AddString("a"u8);
            tape.AddString("b"u8);
            tape.End();
        });

        Assert.Equal("blå 中", HttpMessages.HeaderOf(channel.Received, "x-tenant"));
        Assert.Equal("a,b", HttpMessages.HeaderOf(channel.Received, "x-flags"));
    }

    [Theory]
    [InlineData("get", null, "args[0]")]
    [InlineData("get", "", "args[0]")]
    [InlineData("get", "..", "args[0]")]
    [InlineData("get", ".", "args[0]")]
    [InlineData("file", "a/../b", "args[0]")]
    [InlineData("tenant", "a\r\nx-evil: 1", "args[0]")]
    public async Task Argument_ThatHasNoPlaceInTheRequest_IsInvalid(string method, string? value, string where)
    {
        await using var channel = ChannelUnderTest.Answering(Null);

        var exchange = await channel.CallAsync(method, tape =>
        {
            _ = value is null ? tape.AddNull() : tape.AddString(value);
            if (method == "tenant")
            {
                tape.AddNull();
            }
        });

        Assert.Equal(ExchangeStatus.InvalidArgument, exchange.Status);
        Assert.Contains(where, exchange.Message, StringComparison.Ordinal);
        Assert.Equal(0, channel.Connections);
    }

    [Fact]
    public async Task Request_WithoutContract_IsCanonicalWithTypes()
    {
        await using var channel = ChannelUnderTest.Answering(Null);
        var exchange = ChannelUnderTest.NewExchange(
            "call",
            static tape =>
            {
                tape.AddString("a"u8);
                tape.AddInt64(5);
            },
            hasContract: false);
        exchange.CalleeService = new ServiceKey("com.acme.Other", "2.0", "blue");
        exchange.Signature = JavaSignature.OfTypeNames(["java.lang.String", "long"]);

        await channel.CallAsync(exchange);

        Assert.StartsWith("POST /com.acme.Other/call HTTP/1.1\r\n", channel.Received, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n[\"a\",5]", channel.Received, StringComparison.Ordinal);
        Assert.Equal("2.0", HttpMessages.HeaderOf(channel.Received, "x-bridge-version"));
        Assert.Equal("blue", HttpMessages.HeaderOf(channel.Received, "x-bridge-group"));
        Assert.Equal("java.lang.String,long", HttpMessages.HeaderOf(channel.Received, "x-bridge-types"));
    }

    [Fact]
    public async Task Metadata_BecomesHeaders_WithoutThoseOfTheHopAndInjections()
    {
        await using var channel = ChannelUnderTest.Answering(Null);
        var exchange = ChannelUnderTest.NewExchange("greet", static tape => tape.AddNull());
        exchange.RemainingMs = 1_234;
        foreach (var (name, value) in new[]
        {
            ("x-tenant", "blue-42"), ("x-name", "中文 🌍"), ("x-two", "1"), ("x-two", "2"), ("host", "evil"), ("content-length", "7"),
            ("transfer-encoding", "chunked"),
            ("connection", "close"), ("x-evil", "a\r\nx-injected: 1"), ("x-evil\r\nx-injected", "1"),
            ("authorization", "Bearer t"), ("cookie", "a=b"),
            ("x-bridge-timeout-ms", "9"), ("accept", "text/html"), ("sofa_head.x", "y"),
        })
        {
            exchange.RequestMetadata.TryAdd(name, value);
        }

        await channel.CallAsync(exchange);

        Assert.Equal("blue-42", HttpMessages.HeaderOf(channel.Received, "x-tenant"));
        Assert.Equal("中文 🌍", HttpMessages.HeaderOf(channel.Received, "x-name"));
        Assert.Equal("1, 2", HttpMessages.HeaderOf(channel.Received, "x-two"));
        Assert.Equal("y", HttpMessages.HeaderOf(channel.Received, "sofa_head.x"));
        Assert.Equal("1234", HttpMessages.HeaderOf(channel.Received, "x-bridge-timeout-ms"));
        Assert.StartsWith("127.0.0.1:", HttpMessages.HeaderOf(channel.Received, "Host"), StringComparison.Ordinal);
        Assert.StartsWith("application/json", HttpMessages.HeaderOf(channel.Received, "Accept"), StringComparison.Ordinal);
        Assert.DoesNotContain("evil", channel.Received, StringComparison.Ordinal);
        Assert.DoesNotContain("injected", channel.Received, StringComparison.Ordinal);
        Assert.Null(HttpMessages.HeaderOf(channel.Received, "Authorization"));
        Assert.Null(HttpMessages.HeaderOf(channel.Received, "Cookie"));
        Assert.Null(HttpMessages.HeaderOf(channel.Received, "Content-Length"));
    }

    [Theory]
    [InlineData("/api/v1/", "/api/v1/shop/greetings")]
    [InlineData("api", "/api/shop/greetings")]
    [InlineData("/", "/shop/greetings")]
    public async Task Instance_WithPathPrefix_GetsItInFront(string prefix, string path)
    {
        await using var channel = ChannelUnderTest.Answering(Null, metadata: ("path", prefix));

        await channel.CallAsync("greet", static tape => tape.AddNull());

        Assert.StartsWith($"GET {path} HTTP/1.1\r\n", channel.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deadline_WhenItPasses_EndsTheCall()
    {
        var time = new ManualTime();
        var asked = new TaskCompletionSource();
        await using var channel = ChannelUnderTest.Scripted(
            async (_, _, stop) =>
            {
                asked.TrySetResult();
                await Task.Delay(Timeout.Infinite, stop);
            },
            time: time);
        var exchange = ChannelUnderTest.NewExchange("greet", static tape => tape.AddNull());
        exchange.RemainingMs = 300;
        var call = channel.CallAsync(exchange);
        await asked.Task;
        time.Advance(TimeSpan.FromMilliseconds(299));
        Assert.False(call.IsCompleted);

        time.Advance(TimeSpan.FromMilliseconds(1));

        await call;
        Assert.Equal((ExchangeStatus.DeadlineExceeded, true), (exchange.Status, exchange.MayHaveExecuted));
        Assert.Equal(0, time.Pending);
    }

    [Fact]
    public async Task Cancel_WhileTheCalleeWorks_CallsTheSinkOnce()
    {
        var asked = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        await using var channel = ChannelUnderTest.Scripted(async (_, stream, stop) =>
        {
            asked.TrySetResult();
            Assert.Equal(0, await stream.ReadAsync(new byte[1], stop));
            closed.TrySetResult();
        });
        var exchange = ChannelUnderTest.NewExchange("greet", static tape => tape.AddNull());
        var call = channel.CallAsync(exchange);
        await asked.Task;

        channel.Channel.Cancel(exchange);

        await call;
        Assert.Equal(ExchangeStatus.Cancelled, exchange.Status);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(20));
        channel.Channel.Cancel(exchange);
    }

    [Fact]
    public async Task Send_BeyondTheCallsInFlight_IsExhausted()
    {
        await using var channel = ChannelUnderTest.Scripted(
            (_, _, stop) => Task.Delay(Timeout.Infinite, stop), ChannelUnderTest.SmallLimits);
        using var waiting = new IgnoringSink();
        var earlier = Enumerable.Range(0, 4).Select(_ => ChannelUnderTest.NewExchange("greet", static tape => tape.AddNull())).ToList();
        earlier.ForEach(e => channel.Channel.Send(e, waiting));

        var exchange = await channel.CallAsync("greet", static tape => tape.AddNull());

        Assert.Equal((ExchangeStatus.Exhausted, false), (exchange.Status, exchange.MayHaveExecuted));
        earlier.ForEach(channel.Channel.Cancel);
        await waiting.UntilAsync(4);
    }

    private static void AddArguments(ValueTape tape, string sample)
    {
        switch (sample)
        {
            case "greet":
                tape.AddString("wörld 🌍&x=1");
                break;
            case "greet-null":
                tape.AddNull();
                break;
            case "add":
                tape.AddInt32(40);
                tape.AddInt64(-9007199254740993);
                break;
            case "get":
                tape.AddString("o/7 ü");
                break;
            case "file":
                tape.AddString("a/b c.txt"u8);
                break;
            case "tagged":
                tape.BeginList();
                tape.AddString("a"u8);
                tape.AddNull();
                tape.AddString("b,c"u8);
                tape.End();
                break;
            case "place":
                AddOrder(tape);
                break;
            case "update":
                tape.AddString("7"u8);
                AddOrder(tape);
                tape.AddNull();
                break;
            case "form":
                tape.AddString("a&b 中");
                tape.AddInt32(7);
                break;
            case "form-null":
                tape.AddNull();
                tape.AddNull();
                break;
            case "blob":
                tape.AddString("te\"xt中");
                break;
            case "bytes":
                tape.AddBytes([1, 2, 3]);
                break;
            case "touch":
                tape.AddString("7"u8);
                break;
            default:
                tape.AddInt32(5);
                break;
        }
    }

    private static void AddOrder(ValueTape tape)
    {
        tape.BeginObject(TypeName.Of("com.acme.Order"));
        tape.Name(FieldName.Of("id"));
        tape.AddString("o-1"u8);
        tape.Name(FieldName.Of("count"));
        tape.AddInt32(3);
        tape.Name(FieldName.Of("total"));
        tape.AddText(ValueKind.Decimal, "12.50");
        tape.End();
    }

    private sealed class IgnoringSink : IAttemptSink, IDisposable
    {
        private readonly SemaphoreSlim _completed = new(0);

        public void OnAttemptCompleted(Exchange exchange) => _completed.Release();

        public void Dispose() => _completed.Dispose();

        internal async Task UntilAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Assert.True(await _completed.WaitAsync(TimeSpan.FromSeconds(20)));
            }
        }
    }
}
