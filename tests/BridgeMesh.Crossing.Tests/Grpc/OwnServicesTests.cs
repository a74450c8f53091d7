using System.Net;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Crossing.Gateways;

namespace BridgeMesh.Crossing.Grpc;

/// <summary>Health and reflection through a whole gateway, by a client that knows nothing but the wire.</summary>
public sealed class OwnServicesTests
{
    private const string Health = "grpc.health.v1.Health";
    private const int Serving = 1;
    private const int NotServing = 2;
    private const int ServiceUnknown = 3;

    [Theory]
    [InlineData("grpc.reflection.v1.ServerReflection")]
    [InlineData("grpc.reflection.v1alpha.ServerReflection")]
    public async Task Reflection_OfAGateway_DescribesWhatCallersReach(string service)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract);
        var answers = await AskAsync(
            gateway,
            service,
            ProtoBytes.Message((1, "me"), (7, "*")),
            ProtoBytes.Message((4, "com.acme.BoltService")),
            ProtoBytes.Message((4, "com.acme.BoltService.place")),
            ProtoBytes.Message((3, "google/type/decimal.proto")),
            ProtoBytes.Message((6, "com.acme.Item")),
            ProtoBytes.Message((4, "com.acme.Nobody")),
            ProtoBytes.Message((5, ProtoBytes.Message((1, "com.acme.Item"), (2, 100)))));
        Assert.Equal(7, answers.Count);

        Assert.Equal("me", ProtoBytes.Text(answers[0], 1));
        Assert.Equal("*", ProtoBytes.Text(ProtoBytes.Bytes(answers[0], 2), 7));
        Assert.Equal(
            [
                // No instance of the gRPC service is registered here, so callers do not reach it.
                "com.acme.BoltService", "com.acme.DubboService", "com.acme.HttpService",
                Health, "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
            ],
            NamesIn(answers[0]));

        var files = FilesIn(answers[1]);
        var loaded = DescriptorContracts.LoadFiles("reflection", files);
        Assert.Empty(loaded.Problems);
        var bolt = loaded.Contracts.Single(static c => c.Service.Interface == "com.acme.BoltService");
        Assert.Equal(["add", "keep", "place", "touch"], bolt.Methods.Select(static m => m.Name).Order());

        // What was sent on a stream is not sent again, but for the file that is asked for.
        Assert.True(files.Count > 1);
        Assert.Equal(files[0].ToArray(), Assert.Single(FilesIn(answers[2])).ToArray());
        Assert.Equal("google/type/decimal.proto", ProtoBytes.Text(Assert.Single(FilesIn(answers[3])).Span, 1));
        Assert.Equal("com.acme.Item", ProtoBytes.Text(ProtoBytes.Bytes(answers[4], 5), 1));
        Assert.Equal(5, ProtoBytes.Number(ProtoBytes.Bytes(answers[5], 7), 1));
        Assert.Equal(5, ProtoBytes.Number(ProtoBytes.Bytes(answers[6], 7), 1));
        Assert.Equal(100, ProtoBytes.Number(ProtoBytes.Bytes(ProtoBytes.Bytes(answers[6], 2), 5), 2));
    }

    [Fact]
    public async Task Call_ByTheNameInProtobuf_ReachesTheServiceOfTheNameInJava()
    {
        var contract = GrpcShop.Contract
            .Replace("com.acme.BoltService: {", "com.acme.BoltService: { proto: acme.v1.Bolt,", StringComparison.Ordinal)
            .Replace("com.acme.GrpcService: {", "com.acme.GrpcService: { proto: acme.v1.Grpc,", StringComparison.Ordinal);
        var path = string.Empty;
        await using var gateway = await GatewayUnderTest.StartAsync(
            contract,
            GrpcShop.AnswerFramed,
            grpc: GrpcCallee.Unary((context, _) =>
            {
                path = context.Request.Path;
                return GrpcShop.ResponseOf("place");
            }));
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        foreach (var service in (string[])["acme.v1.Bolt", "com.acme.BoltService"])
        {
            var answer = await client.UnaryAsync(service, "place", GrpcShop.RequestOf("place"));
            Assert.Equal(GrpcShop.ResponseOf("place"), answer.Single);
        }

        // Whatever the caller speaks, the callee hears its own name.
        Assert.Equal(200, (await gateway.PostAsync(GatewayUnderTest.Grpc, "place", """["x"]""")).Status);
        Assert.Equal("/acme.v1.Grpc/place", path);
        path = string.Empty;
        Assert.Equal(0, (await client.UnaryAsync("acme.v1.Grpc", "place", GrpcShop.RequestOf("place"))).Code);
        Assert.Equal("/acme.v1.Grpc/place", path);
    }

    [Fact]
    public async Task Reflection_OfItsOwnServices_IsAsTheirProtoFilesSay()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract);
        var files = FilesIn((await AskAsync(gateway, "grpc.reflection.v1.ServerReflection", ProtoBytes.Message((4, Health))))[0]);
        var health = Assert.Single(DescriptorContracts.LoadFiles("reflection", files).Contracts);
        Assert.True(health.Overloads("Watch").Single().ServerStreaming);
        var response = health.Overloads("Check").Single().Returns.Struct!;
        Assert.Equal("grpc.health.v1.HealthCheckResponse.ServingStatus", response.Fields[0].Type.Enum!.Proto!.FullName);
        Assert.Equal(["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"], response.Fields[0].Type.Enum!.Constants.ToArray());
    }

    [Theory]
    [InlineData("", Serving)]
    [InlineData("com.acme.BoltService", Serving)]
    [InlineData(Health, Serving)]
    public async Task Check_WhatIsKnown_IsServing(string service, int status)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract);
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        var answer = await client.UnaryAsync(Health, "Check", ProtoBytes.Message((1, service)));
        Assert.Equal(0, answer.Code);
        Assert.Equal(status, ProtoBytes.Number(answer.Single, 1));
    }

    [Fact]
    public async Task Check_WhatNobodyKnows_IsNotFound()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract);
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        var answer = await client.UnaryAsync(Health, "Check", ProtoBytes.Message((1, "com.acme.Nobody")));
        Assert.Equal(5, answer.Code);
        Assert.Equal("the gateway knows no service com.acme.Nobody", answer.Message);
    }

    [Fact]
    public async Task List_OfAGateway_HasEveryServiceAndItself()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract);
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        var answer = await client.UnaryAsync(Health, "List", []);
        var statuses = ProtoBytes.Fields(answer.Single)
            .ToDictionary(static e => TextOr((byte[])e.Value), static e => ProtoBytes.Number(ProtoBytes.Bytes((byte[])e.Value, 2), 1));
        Assert.Equal(Serving, statuses["com.acme.BoltService"]);
        Assert.Equal(Serving, statuses[string.Empty]);
        Assert.Equal(Serving, statuses[Health]);
    }

    [Fact]
    public async Task Watch_UntilTheGatewayDrains_TellsAndEnds()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract);
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        using var known = await WatchAsync(client, "com.acme.BoltService");
        using var unknown = await WatchAsync(client, "com.acme.Nobody");
        var (one, other) = (await known.Content.ReadAsStreamAsync(), await unknown.Content.ReadAsStreamAsync());
        Assert.Equal(Serving, await NextAsync(one));
        Assert.Equal(ServiceUnknown, await NextAsync(other));

        var stopped = gateway.StopAsync();
        Assert.Equal(NotServing, await NextAsync(one));
        Assert.Equal(0, await one.ReadAsync(new byte[1]));
        Assert.Equal(0, await other.ReadAsync(new byte[1]));
        Assert.Equal("14", known.TrailingHeaders.GetValues("grpc-status").Single());
        await stopped;
    }

    [Fact]
    public async Task Watch_OfAServiceWhoseInstanceGoesAndComesBack_TellsEachChange()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract);
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        using var watched = await WatchAsync(client, "com.acme.BoltService");
        using var other = await WatchAsync(client, "com.acme.DubboService");
        var (bolt, dubbo) = (await watched.Content.ReadAsStreamAsync(), await other.Content.ReadAsStreamAsync());
        Assert.Equal(Serving, await NextAsync(bolt));
        Assert.Equal(Serving, await NextAsync(dubbo));

        var service = GatewayUnderTest.ServiceOf(GatewayUnderTest.Bolt);
        var gone = gateway.Registry.Remove(service);
        Assert.Equal(NotServing, await NextAsync(bolt));
        var check = await client.UnaryAsync(Health, "Check", ProtoBytes.Message((1, service.Interface)));
        Assert.Equal(NotServing, ProtoBytes.Number(check.Single, 1));

        gateway.Registry.Add(gone);
        Assert.Equal(Serving, await NextAsync(bolt));

        // What did not change was not told again: the next word of the other stream is the drain's.
        var stopped = gateway.StopAsync();
        Assert.Equal(NotServing, await NextAsync(dubbo));
        await stopped;
    }

    [Fact]
    public async Task HealthAndReflection_OfATripleListener_AreAnswered()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract);
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Triple));
        Assert.Equal(Serving, ProtoBytes.Number((await client.UnaryAsync(Health, "Check", ProtoBytes.Message((1, "com.acme.BoltService")))).Single, 1));
        Assert.Equal(5, (await client.UnaryAsync(Health, "Check", ProtoBytes.Message((1, "com.acme.Nobody")))).Code);
        var answers = await AskAsync(GatewayUnderTest.Triple, gateway, "grpc.reflection.v1.ServerReflection", ProtoBytes.Message((7, "*")));
        Assert.Contains("com.acme.BoltService", NamesIn(answers[0]));

        // Triple's own form, without gRPC's frames.
        using var triple = new WebCaller(gateway.PortOf(GatewayUnderTest.Triple), HttpVersion.Version20);
        using var known = await triple.PostAsync($"/{Health}/Check", "application/proto", ProtoBytes.Message((1, "com.acme.BoltService")));
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Equal(Serving, ProtoBytes.Number(await known.Content.ReadAsByteArrayAsync(), 1));
        Assert.Equal((HttpStatusCode.OK, """{"status":"SERVING"}"""), await triple.JsonAsync($"/{Health}/Check", """{"service":"com.acme.BoltService"}"""));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Check_WhatNobodyKnows_IsNotFoundInEachDialect(string version)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract);
        using var client = new WebCaller(gateway.PortOf(GatewayUnderTest.Grpc), Version.Parse(version));
        var (status, body) = await client.JsonAsync($"/{Health}/Check", """{"service":"com.acme.Nobody"}""");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.StartsWith("""{"code":"not_found","message":"the gateway knows no service com.acme.Nobody",""", body, StringComparison.Ordinal);

        using var web = await client.PostAsync(
            $"/{Health}/Check", "application/grpc-web+proto", GrpcCaller.Frame(ProtoBytes.Message((1, "com.acme.Nobody"))));
        var (flag, trailers) = Assert.Single(WebCaller.Frames(await web.Content.ReadAsByteArrayAsync()));
        Assert.Equal(0x80, flag);
        Assert.Contains("grpc-status: 5", System.Text.Encoding.ASCII.GetString(trailers).Replace("status:5", "status: 5", StringComparison.Ordinal), StringComparison.Ordinal);

        using var triple = new WebCaller(gateway.PortOf(GatewayUnderTest.Triple), Version.Parse(version));
        (status, body) = await triple.JsonAsync($"/{Health}/Check", """{"service":"com.acme.Nobody"}""");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("the gateway knows no service com.acme.Nobody", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reflection_OfAServiceWithoutContract_ListsItAndSaysWhyItIsNotDescribed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GrpcShop.Contract, further: [("acme.v1.Passing", "grpc", 1)]);
        var answers = await AskAsync(
            gateway,
            "grpc.reflection.v1.ServerReflection",
            ProtoBytes.Message((7, "*")),
            ProtoBytes.Message((4, "acme.v1.Passing")),
            ProtoBytes.Message((4, "acme.v1.Passing.Get")));
        Assert.Equal("acme.v1.Passing", NamesIn(answers[0])[0]);
        foreach (var answer in answers[1..])
        {
            var error = ProtoBytes.Bytes(answer, 7);
            Assert.Equal(5, ProtoBytes.Number(error, 1));
            Assert.Equal("no contract describes acme.v1.Passing: its calls pass through the gateway as they are", ProtoBytes.Text(error, 2));
        }

        // Who takes all contracts from this gateway gets those that there are.
        var fetched = await gateway.ReflectedAsync();
        Assert.Null(fetched.Problem);
        Assert.Contains(fetched.Contracts, static c => c.Service.Interface == "com.acme.BoltService");
        Assert.DoesNotContain(fetched.Contracts, static c => c.Service.Interface == "acme.v1.Passing");
        Assert.Equal(
            "the server does not describe acme.v1.Passing: no contract describes acme.v1.Passing: its calls pass through the gateway as they are",
            (await gateway.ReflectedAsync("acme.v1.Passing")).Problem);
    }

    private static Task<HttpResponseMessage> WatchAsync(GrpcCaller client, string service) => client.OpenAsync(
        Health, "Watch", new ByteArrayContent(GrpcCaller.Frame(ProtoBytes.Message((1, service)))), CancellationToken.None);

    private static async Task<long> NextAsync(Stream stream)
    {
        var prefix = new byte[5];
        await stream.ReadExactlyAsync(prefix);
        var message = new byte[prefix[4]];
        await stream.ReadExactlyAsync(message);
        return ProtoBytes.Number(message, 1);
    }

    private static string[] NamesIn(byte[] answer) =>
        [.. ProtoBytes.Fields(ProtoBytes.Bytes(answer, 6)).Select(static f => ProtoBytes.Text((byte[])f.Value, 1))];

    private static Task<List<byte[]>> AskAsync(GatewayUnderTest gateway, string service, params byte[][] requests) =>
        AskAsync(GatewayUnderTest.Grpc, gateway, service, requests);

    private static async Task<List<byte[]>> AskAsync(string listener, GatewayUnderTest gateway, string service, params byte[][] requests)
    {
        using var client = new GrpcCaller(gateway.PortOf(listener));
        var body = requests.SelectMany(static r => GrpcCaller.Frame(r)).ToArray();
        var answer = await client.SendAsync(service, "ServerReflectionInfo", new ByteArrayContent(body), CancellationToken.None);
        Assert.Equal((0, string.Empty), (answer.Code, answer.Message));
        var messages = new List<byte[]>();
        for (var at = 0; at < answer.Body.Length;)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(answer.Body.AsSpan(at + 1));
            messages.Add(answer.Body[(at + 5)..(at + 5 + length)]);
            at += 5 + length;
        }

        return messages;
    }

    private static List<ReadOnlyMemory<byte>> FilesIn(byte[] answer) =>
        [.. ProtoBytes.Fields(ProtoBytes.Bytes(answer, 4)).Select(static f => new ReadOnlyMemory<byte>((byte[])f.Value))];

    private static string TextOr(byte[] entry) => ProtoBytes.Fields(entry).Exists(static f => f.Field == 1) ? ProtoBytes.Text(entry, 1) : string.Empty;
}
