using System.Collections.Immutable;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Values;

namespace BridgeMesh.Crossing.Bolt;

/// <summary>Bolt's other forms through a whole gateway: JSON bodies, the v2 envelope, calls that nobody waits for.</summary>
public sealed class BoltFormsTests
{
    private const string Contract = """
        services:
          com.acme.Service:
            abstract: true
            methods:
              join: { parameters: { a: string, b: long, c: list<string> }, returns: string }
          com.acme.BoltService: { extends: [Service] }
          com.acme.DubboService: { extends: [Service] }
          com.acme.HttpService: { extends: [Service] }
        """;

    private const string Types = "java.lang.String,long,java.util.List";

    private static readonly ServiceInstance Json = new()
    {
        Service = new ServiceKey("x"),
        Protocol = "bolt",
        Host = "127.0.0.1",
        Port = 1,
        Metadata = ImmutableDictionary<string, string>.Empty.Add("serialization", "json"),
    };

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    [InlineData("http")]
    public async Task JsonCaller_ReachesEveryCalleeTypedAndIsAnsweredInJson(string callee)
    {
        string? asked = null;
        await using var gateway = await GatewayUnderTest.StartAsync(
            Contract,
            e =>
            {
                asked = Shown(e);
                e.Reply.AddString("joined");
            },
            body =>
            {
                asked = body;
                return new HttpAnswer(200, "\"joined\"");
            });
        var seen = await gateway.CallAsync("bolt", callee, "join", arguments: e =>
        {
            e.Instance = Json;
            AddArguments(e);
        });
        Assert.Equal(("joined", ExchangeStatus.Ok), (seen.Reply.Text(0), seen.Status));
        Assert.Equal((BoltFrame.CodecJson, 0), (seen.ReplyHeader.Serializer, seen.ReplyHeader.Status));
        Assert.Equal(
            callee == "http" ? """{"a":"x","b":"9007199254740993","c":["y"]}""" : $"{Types}: x Int64 9007199254740993 y", asked);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    [InlineData("http")]
    public async Task JsonCaller_ExceptionOfEveryCallee_IsItsText(string callee)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            Contract,
            e =>
            {
                e.Status = ExchangeStatus.RuntimeException;
                e.ExceptionType = TypeName.Of("java.lang.IllegalStateException");
                e.Message = "no stock";
            },
            _ => new HttpAnswer(500, """{"status":500,"error":"Internal Server Error","message":"no stock","path":"/"}"""));
        var seen = await gateway.CallAsync("bolt", callee, "join", arguments: e =>
        {
            e.Instance = Json;
            AddArguments(e);
        });
        Assert.Equal(ExchangeStatus.RuntimeException, seen.Status);
        Assert.Equal((0, BoltFrame.CodecJson), (seen.ReplyHeader.Status, seen.ReplyHeader.Serializer));
        Assert.Contains("no stock", seen.Message, StringComparison.Ordinal);
    }

    /// <summary>Its frame would go to a Bolt callee as it is; here it must be understood.</summary>
    [Theory]
    [InlineData("dubbo")]
    [InlineData("http")]
    public async Task ProtobufCaller_ReachesOtherCalleesTypedAndIsAnsweredInProtobuf(string callee)
    {
        string? asked = null;
        await using var gateway = await GatewayUnderTest.StartAsync(
            Contract,
            e =>
            {
                asked = Shown(e);
                e.Reply.AddString("joined");
            },
            body =>
            {
                asked = body;
                return new HttpAnswer(200, "\"joined\"");
            });
        var seen = await gateway.CallAsync("bolt", callee, "join", arguments: e =>
        {
            e.Instance = Json with { Metadata = Json.Metadata.SetItem("serialization", "protobuf") };
            e.Shape = gateway.Contracts.First(c => c.Service == GatewayUnderTest.ServiceOf(callee)).Find("join", null);
            AddArguments(e);
        });
        Assert.Equal(("joined", ExchangeStatus.Ok), (seen.Reply.Text(0), seen.Status));
        Assert.Equal(BoltFrame.CodecProtobuf, seen.ReplyHeader.Serializer);
        Assert.Equal(
            callee == "http" ? """{"a":"x","b":"9007199254740993","c":["y"]}""" : $"{Types}: x Int64 9007199254740993 y", asked);
    }

    [Fact]
    public async Task JsonCaller_UnknownService_IsToldInJson()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract);
        var seen = await gateway.CallAsync("bolt", "nobody", "join", arguments: static e => e.Instance = Json);
        Assert.Equal((0, BoltFrame.CodecJson), (seen.ReplyHeader.Status, seen.ReplyHeader.Serializer));
        Assert.NotEqual(ExchangeStatus.Ok, seen.Status);
        Assert.Contains("com.acme.NobodyService", seen.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bolt", "json", BoltFrame.CodecJson)]
    [InlineData("dubbo", "json", BoltFrame.CodecJson)]
    [InlineData("http", "json", BoltFrame.CodecJson)]
    [InlineData("bolt", "protobuf", BoltFrame.CodecProtobuf)]
    [InlineData("dubbo", "protobuf", BoltFrame.CodecProtobuf)]
    [InlineData("http", "protobuf", BoltFrame.CodecProtobuf)]
    public async Task CalleeRegisteredWithACodec_IsCalledInItByEveryCaller(string caller, string serialization, byte codec)
    {
        string? asked = null;
        await using var gateway = await GatewayUnderTest.StartAsync(
            Contract,
            e =>
            {
                Assert.Equal(codec, e.CallerHeader.Serializer);
                asked = Shown(e);
                e.Reply.AddString("joined");
            },
            bolt: ("serialization", serialization));
        await AssertJoined(gateway, caller);
        Assert.Equal($"{Types}: x Int64 9007199254740993 y", asked);
    }

    [Theory]
    [InlineData("bolt", "boltVersion", "2", false)]
    [InlineData("bolt", "boltCrc", "true", true)]
    [InlineData("dubbo", "boltCrc", "true", true)]
    [InlineData("http", "boltVersion", "2", false)]
    public async Task CalleeRegisteredForV2_IsCalledInItByEveryCaller(string caller, string key, string value, bool checksum)
    {
        BoltEnvelope? asked = null;
        await using var gateway = await GatewayUnderTest.StartAsync(
            Contract,
            e =>
            {
                asked = BoltEnvelope.Of(e.CallerHeader);
                e.Reply.AddString("joined");
            },
            bolt: (key, value));
        await AssertJoined(gateway, caller);
        Assert.Equal(new BoltEnvelope(2, checksum), asked);
    }

    [Theory]
    [InlineData("bolt", "bolt")]
    [InlineData("bolt", "dubbo")]
    [InlineData("dubbo", "bolt")]
    public async Task OneWay_ReachesTheCalleeAsOneWayAndIsNotAnswered(string caller, string callee)
    {
        var asked = new TaskCompletionSource<(bool, int, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var gateway = await GatewayUnderTest.StartAsync(
            Contract, e => asked.TrySetResult((e.OneWay, callee == "bolt" ? e.CallerHeader.TimeoutMs : 0, Shown(e))));
        await gateway.NotifyAsync(caller, GatewayUnderTest.ServiceOf(callee), "join", Types, AddArguments);
        Assert.Equal((true, 0, $"{Types}: x Int64 9007199254740993 y"), await asked.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        await gateway.CountedAsync(ExchangeStatus.Ok);
    }

    [Theory]
    [InlineData("bolt", "nobody", "java.lang.String", ExchangeStatus.Unimplemented)]
    [InlineData("dubbo", "nobody", "java.lang.String", ExchangeStatus.Unimplemented)]
    [InlineData("dubbo", "bolt", Types, ExchangeStatus.InvalidArgument)] // A text is no long.
    public async Task OneWay_ThatFails_IsCountedAndNotAnswered(string caller, string callee, string types, ExchangeStatus status)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract);
        var service = GatewayUnderTest.ServiceOf(callee);
        await gateway.NotifyAsync(caller, service, "join", types, e =>
        {
            e.Request.AddString("x");
            for (var i = 1; i < e.Signature?.TypeNames.Length; i++)
            {
                e.Request.AddString("no number, no list");
            }
        });
        await gateway.CountedAsync(status);
    }

    private static async Task AssertJoined(GatewayUnderTest gateway, string caller)
    {
        if (caller == "http")
        {
            var answer = await gateway.PostAsync("bolt", "join", """{"a":"x","b":9007199254740993,"c":["y"]}""");
            Assert.Equal((200, "\"joined\""), (answer.Status, answer.Body));
            return;
        }

        var seen = await gateway.CallAsync(caller, "bolt", "join", Types, AddArguments);
        Assert.Equal((ExchangeStatus.Ok, "joined"), (seen.Status, seen.Reply.Text(0)));
    }

    private static void AddArguments(Exchange exchange)
    {
        exchange.Request.AddString("x");
        exchange.Request.AddInt64(9_007_199_254_740_993);
        exchange.Request.BeginList();
        exchange.Request.AddString("y");
        exchange.Request.End();
    }

    /// <summary>Types and values as a framed callee reads them.</summary>
    private static string Shown(Exchange exchange)
    {
        var tape = exchange.Request;
        var types = exchange.Shape?.Signature ?? exchange.Signature;
        return $"{string.Join(',', types?.TypeNames ?? [])}: {tape.Text(0)} {tape[1].Kind} {tape[1].AsInt64} {tape.Text(3)}";
    }
}
