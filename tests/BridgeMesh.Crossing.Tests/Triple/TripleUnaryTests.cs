using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Crossing.Grpc;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;

namespace BridgeMesh.Crossing.Triple;

/// <summary>Unary calls of Triple's forms to every other protocol and back. Java's form is scripted by its documents: see
/// docs/triple.md.</summary>
public sealed class TripleUnaryTests
{
    private const string Proto = "application/proto";
    private const string Service = "com.acme.TripleService";

    public static TheoryData<string, string> Callees()
    {
        var data = new TheoryData<string, string>();
        foreach (var callee in new[] { "bolt", "dubbo", "http", "grpc" })
        {
            foreach (var method in new[] { "place", "add", "keep" })
            {
                data.Add(callee, method);
            }
        }

        data.Add("bolt", "touch");
        data.Add("dubbo", "touch");
        return data;
    }

    [Theory]
    [MemberData(nameof(Callees))]
    public async Task FromTriple_OwnForm_EachCallee_GetsAndGivesTheContractsTypes(string callee, string method)
    {
        await using var gateway = await ShopAsync();
        var answer = await PostAsync(gateway, callee, method, GrpcShop.RequestOf(method), Proto, ("tri-protocol-version", "1.0.0"));
        Assert.Equal((200, Proto), (answer.Status, answer.Headers["content-type"]));
        Assert.Equal(GrpcShop.ResponseOf(method), answer.Body);
    }

    [Theory]
    [InlineData("bolt", "place", """{"id":"o1 😀"}""", """{"value":"placed o1 😀"}""")]
    [InlineData("dubbo", "add", """{"left":4,"right":"9007199254740993"}""", """{"value":"9007199254740997"}""")]
    [InlineData("grpc", "keep", """{"sku":"sku-1 界","quantity":2,"price":{"value":"9.95"}}""", """{"sku":"sku-1 界","quantity":2,"price":{"value":"9.95"}}""")]
    [InlineData("dubbo", "touch", """{"id":"o1"}""", "{}")]
    [InlineData("bolt", "place", """ ["o1 😀"]""", "\"placed o1 😀\"")]
    [InlineData("dubbo", "add", """[4,"9007199254740993"]""", "\"9007199254740997\"")]
    [InlineData("dubbo", "touch", """["o1"]""", "null")]
    public async Task FromTriple_Json_IsTheMessageOrTheArguments(string callee, string method, string body, string expected)
    {
        await using var gateway = await ShopAsync();
        var answer = await PostAsync(gateway, callee, method, Encoding.UTF8.GetBytes(body), "application/json; charset=utf-8");
        Assert.Equal((200, expected), (answer.Status, answer.Text));
        Assert.Equal("application/json", answer.Headers["content-type"]);
    }

    [Theory]
    [InlineData("place", "{")]
    [InlineData("place", """{"id":7}""")]
    [InlineData("add", "[4]")]
    public async Task FromTriple_BrokenJson_IsAnInvalidArgument(string method, string body)
    {
        await using var gateway = await ShopAsync();
        var answer = await PostAsync(gateway, "bolt", method, Encoding.UTF8.GetBytes(body), "application/json");
        Assert.Equal((400, 3), (answer.Status, Error(answer).GetProperty("status").GetInt32()));
    }

    [Theory]
    [MemberData(nameof(Callees))]
    public async Task FromTriple_AGrpcClient_EachCallee_GetsAndGivesTheContractsTypes(string callee, string method)
    {
        await using var gateway = await ShopAsync();
        using var client = new GrpcCaller(gateway.PortOf("triple"));
        var answer = await client.UnaryAsync(GatewayUnderTest.ServiceOf(callee).Interface, method, GrpcShop.RequestOf(method));
        Assert.Equal((0, string.Empty), (answer.Code, answer.Message));
        Assert.Equal(GrpcShop.ResponseOf(method), answer.Single);
    }

    [Theory]
    [MemberData(nameof(Callees))]
    public async Task FromTriple_AJavaConsumer_EachCallee_GetsAndGivesTheContractsTypes(string callee, string method)
    {
        await using var gateway = await ShopAsync();
        var answer = await ConsumeAsync(gateway, callee, method, TripleShop.RequestOf(method));
        Assert.Equal((0, string.Empty), (answer.Code, answer.Message));
        TripleShop.AssertReply(method, answer.Single);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task FromTriple_AJavaConsumer_WithoutAContract_TypesAreThoseOfTheWire(string callee)
    {
        var seen = string.Empty;
        await using var gateway = await GatewayUnderTest.StartAsync(null, e =>
        {
            seen = $"{e.Signature?.Descriptor} {TapeText.Of(e.Request)}";
            e.Reply.AddInt64(TripleShop.Large);
        });
        var answer = await ConsumeAsync(gateway, callee, "add", TripleShop.RequestOf("add"));
        Assert.Equal((0, "IJ 4, 9007199254740993L"), (answer.Code, seen));
        Assert.Equal(JavaBytes.Long(TripleShop.Large), ProtoBytes.Bytes(answer.Single, 2));
    }

    [Theory]
    [InlineData("bolt", "int", "I")]
    [InlineData("dubbo", "java.lang.String", "Ljava/lang/String;")]
    public async Task FromTriple_AJavaConsumer_TypesChooseTheOverload(string callee, string type, string descriptor)
    {
        var seen = string.Empty;
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Overloaded, e =>
        {
            seen = e.Signature?.Descriptor;
            e.Reply.AddString("found");
        });
        var value = type == "int" ? JavaBytes.Int(4) : JavaBytes.Text("o1");
        var answer = await ConsumeAsync(gateway, callee, "find", JavaBytes.Request((type, value)));
        Assert.Equal((0, descriptor), (answer.Code, seen));

        var wrong = await ConsumeAsync(gateway, callee, "find", JavaBytes.Request(("com.acme.Other", [(byte)'N'])));
        Assert.Equal(3, wrong.Code);
        Assert.Contains("com.acme.Other", wrong.Message, StringComparison.Ordinal);
        var unsaid = await ConsumeAsync(gateway, callee, "find", GrpcShop.RequestOf("place"));
        Assert.Equal((0, "Ljava/lang/String;"), (unsaid.Code, seen));
        var byName = await ConsumeAsync(gateway, callee, "findByNumber", [0x08, 0x04]);
        Assert.Equal((0, "I"), (byName.Code, seen));
    }

    [Theory]
    [InlineData("bolt", "own")]
    [InlineData("dubbo", "own")]
    [InlineData("bolt", "java")]
    [InlineData("dubbo", "java")]
    [InlineData("bolt", "plain")]
    [InlineData("dubbo", "plain")]
    public async Task ToTriple_FromAFramedCaller_ValuesKeepTheirTypes(string caller, string form)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, triple: CalleeOf(form));
        var placed = await gateway.CallAsync(caller, "triple", "place", "java.lang.String", static e => e.Request.AddString("o1"));
        Assert.Equal((ExchangeStatus.Ok, "\"placed o1\""), (placed.Status, TapeText.Of(placed.Reply)));
        var sum = await gateway.CallAsync(caller, "triple", "add", "int,long", static e =>
        {
            e.Request.AddInt32(4);
            e.Request.AddInt64(TripleShop.Large);
        });
        Assert.Equal((ExchangeStatus.Ok, "9007199254740997L"), (sum.Status, TapeText.Of(sum.Reply)));
        var kept = await gateway.CallAsync(caller, "triple", "keep", "com.acme.Item", static e => GrpcShop.AddItem(e.Request));
        Assert.Equal(ExchangeStatus.Ok, kept.Status);
        GrpcShop.AssertItem(kept.Reply);
        var touched = await gateway.CallAsync(caller, "triple", "touch", "java.lang.String", static e => e.Request.AddString("o1"));
        Assert.Equal(ExchangeStatus.Ok, touched.Status);
    }

    [Theory]
    [InlineData("own")]
    [InlineData("java")]
    [InlineData("plain")]
    public async Task ToTriple_FromHttpAndGrpc_ValuesAreTheContracts(string form)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, triple: CalleeOf(form));
        var http = await gateway.PostAsync("triple", "add", """{"left":4,"right":"9007199254740993"}""");
        Assert.Equal((200, "\"9007199254740997\""), (http.Status, http.Body));
        var grpc = await gateway.UnaryAsync("triple", "keep", GrpcShop.RequestOf("keep"));
        Assert.Equal(0, grpc.Code);
        Assert.Equal(GrpcShop.Item, grpc.Single);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task ToTriple_WithoutAContract_AJavaProviderIsCalledByTheWiresTypes(string caller)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(null, triple: TripleCallee.Java(TripleShop.AnswerWrapped));
        var found = await gateway.CallAsync(caller, "triple", "find", "int,long", static e =>
        {
            e.Request.AddInt32(4);
            e.Request.AddInt64(5);
        });
        Assert.Equal((ExchangeStatus.Ok, "\"int,long\""), (found.Status, TapeText.Of(found.Reply)));
    }

    [Fact]
    public async Task ToTriple_ARelease_TellsJavasForm()
    {
        var callee = TripleCallee.Java(TripleShop.AnswerWrapped);
        var registered = callee with { Metadata = callee.Metadata.Clear().Add("release", "3.2.16") };
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, triple: registered);
        var placed = await gateway.CallAsync("bolt", "triple", "place", "java.lang.String", static e => e.Request.AddString("o1"));
        Assert.Equal((ExchangeStatus.Ok, "\"placed o1\""), (placed.Status, TapeText.Of(placed.Reply)));
    }

    [Theory]
    [InlineData("own")]
    [InlineData("java")]
    public async Task ToTriple_Head_HasServiceTimeAndAttachments(string form)
    {
        var seen = new ConcurrentDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, triple: CalleeOf(form, seen));
        var placed = await gateway.CallAsync("dubbo", "triple", "place", "java.lang.String", static e =>
        {
            e.Request.AddString("o1");
            e.RequestMetadata.Set("tenant", "acme");
            e.RequestMetadata.Set("userId", "7");
            e.RequestMetadata.Set("note", "grüß");
            e.RequestMetadata.Set("tri-service-version", "evil");
        });
        Assert.Equal(ExchangeStatus.Ok, placed.Status);
        Assert.Equal(("acme", "7", "Z3LDvMOf"), (seen["tenant"], seen["userid"], seen["note-bin"]));
        Assert.Equal("{\"userid\":\"userId\"}", Uri.UnescapeDataString(seen["tri-header-convert"]));
        Assert.Equal("1.0.0", seen["tri-protocol-version"]);
        Assert.InRange(int.Parse(seen["tri-service-timeout"], CultureInfo.InvariantCulture), 1, 20_000);
        Assert.Equal(form == "java" ? "application/grpc+proto" : Proto, seen["content-type"]);
        Assert.Equal(form == "java", seen.ContainsKey("grpc-timeout"));
        Assert.False(seen.ContainsKey("tri-service-version"), "the caller's attachments spoke for Triple itself");
        Assert.Equal("shop", ValueOf(placed.ReplyMetadata, "servedBy"));
    }

    [Theory]
    [InlineData(Proto)]
    [InlineData("application/grpc+proto")]
    public async Task FromTriple_Head_SaysServiceTimeAndAttachments(string contentType)
    {
        (string? Group, string? Tenant, string? User) seen = default;
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, e =>
        {
            var metadata = e.RequestMetadata;
            seen = (ValueOf(metadata, "tri-consumer-appname"), ValueOf(metadata, "tenant"), ValueOf(metadata, "userId"));
            e.ReplyMetadata.Set("served", "yes");
            GrpcShop.AnswerFramed(e);
        });
        var message = GrpcShop.RequestOf("place");
        var answer = await PostAsync(
            gateway,
            "dubbo",
            "place",
            contentType == Proto ? message : GrpcCaller.Frame(message),
            contentType,
            ("tri-service-timeout", "5000"),
            ("tri-consumer-appname", "shop"),
            ("tenant", "acme"),
            ("userid", "7"),
            ("tri-header-convert", "%7B%22userid%22%3A%22userId%22%7D"));
        Assert.Equal(200, answer.Status);
        Assert.Equal((null, "acme", "7"), seen);
        Assert.Equal("yes", answer.Headers["served"]);
    }

    [Theory]
    [InlineData("tri-service-timeout", "150")]
    [InlineData("triple-timeout-ms", "150")]
    [InlineData("grpc-timeout", "150m")]
    public async Task FromTriple_ATimeThatRunsOut_IsADeadline(string name, string value)
    {
        var over = new TaskCompletionSource();
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, grpc: async context =>
        {
            using var gone = context.RequestAborted.Register(over.SetResult);
            await over.Task;
        });
        var answer = await PostAsync(gateway, "grpc", "place", GrpcShop.RequestOf("place"), Proto, (name, value));
        Assert.Equal((408, 4), (answer.Status, Error(answer).GetProperty("status").GetInt32()));
        await over.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("place", "tri-service-timeout", "soon", 400, 3)]
    [InlineData("missing", "tenant", "acme", 404, 12)]
    [InlineData("place", "content-encoding", "br", 404, 12)]
    public async Task FromTriple_AWrongCall_IsAnErrorBody(string method, string name, string value, int http, int code)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, static _ => Assert.Fail("must not be called"));
        var answer = await PostAsync(gateway, "bolt", method, GrpcShop.RequestOf("place"), Proto, (name, value));
        Assert.Equal((http, "application/json"), (answer.Status, answer.Headers["content-type"]));
        Assert.Equal(code, Error(answer).GetProperty("status").GetInt32());
        Assert.NotEqual(string.Empty, Error(answer).GetProperty("message").GetString());
    }

    [Fact]
    public async Task FromTriple_AnUnknownContentType_Is415()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TripleShop.Contract, static _ => Assert.Fail("must not be called"));
        Assert.Equal(415, (await PostAsync(gateway, "bolt", "place", [1], "text/plain")).Status);
    }

    private static Task<GatewayUnderTest> ShopAsync() => GatewayUnderTest.StartAsync(
        TripleShop.Contract, GrpcShop.AnswerFramed, GrpcShop.AnswerHttp, GrpcCallee.Unary(GrpcShop.AnswerGrpc));

    private static TripleCallee CalleeOf(string form, ConcurrentDictionary<string, string>? seen = null)
    {
        byte[] Answer(Microsoft.AspNetCore.Http.HttpContext context, byte[] message)
        {
            Assert.Equal($"/{Service}", context.Request.Path.Value![..context.Request.Path.Value!.LastIndexOf('/')]);
            foreach (var (name, value) in context.Request.Headers)
            {
                seen?.TryAdd(name, value.ToString());
            }

            context.Response.Headers["servedby"] = "shop";
            context.Response.Headers["tri-header-convert"] = "%7B%22servedby%22%3A%22servedBy%22%7D";
            return form == "java" ? TripleShop.AnswerWrapped(context, message) : GrpcShop.AnswerGrpc(context, message);
        }

        return form switch
        {
            "own" => TripleCallee.Own(Answer),
            "java" => TripleCallee.Java(Answer),
            _ => TripleCallee.Java(Answer, ("wrapped", "false")),
        };
    }

    private static Task<TripleAnswer> PostAsync(
        GatewayUnderTest gateway, string callee, string method, byte[] body, string contentType, params (string Name, string Value)[] headers) =>
        TripleAnswer.PostAsync(gateway.PortOf("triple"), GatewayUnderTest.ServiceOf(callee).Interface, method, body, contentType, headers);

    private static async Task<GrpcAnswer> ConsumeAsync(GatewayUnderTest gateway, string callee, string method, byte[] message)
    {
        using var client = new GrpcCaller(gateway.PortOf("triple"));
        return await client.UnaryAsync(GatewayUnderTest.ServiceOf(callee).Interface, method, message, ("tri-consumer-appname", "shop"));
    }

    private static JsonElement Error(TripleAnswer answer) => JsonDocument.Parse(answer.Text).RootElement;

    private static string? ValueOf(Metadata metadata, string name)
    {
        foreach (ref readonly var pair in metadata.Entries)
        {
            if (pair.Key == name)
            {
                return pair.Value;
            }
        }

        return null;
    }
}
