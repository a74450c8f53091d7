using System.Collections.Immutable;
using System.IO.Compression;
using System.Net;
using BridgeMesh.Crossing.Gateways;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Crossing.Grpc;

/// <summary>Messages that the gateway compresses: replies to those who accept it, requests to those of whom a registry says so.</summary>
public sealed class CompressionTests
{
    private const string Contract = """
        services:
          com.acme.Service:
            abstract: true
            methods:
              place: { parameters: { id: string }, returns: string }
              watch: { parameters: { id: string }, returns: string, streams: replies }
              gather: { parameters: { id: string }, returns: string, streams: requests }
          com.acme.BoltService: { extends: [Service] }
          com.acme.TripleService: { extends: [Service] }
        """;

    private static readonly byte[] Long = ProtoBytes.Message((1, new string('x', 3_000)));
    private static readonly byte[] Short = ProtoBytes.Message((1, "x"));

    [Theory]
    [InlineData("packing", "application/grpc", "grpc-accept-encoding", "grpc-encoding")]
    [InlineData("packing", "application/grpc-web", "grpc-accept-encoding", "grpc-encoding")]
    [InlineData("packing", "application/connect+proto", "connect-accept-encoding", "connect-content-encoding")]
    [InlineData("packing", "application/proto", "accept-encoding", "content-encoding")]
    [InlineData("packing-triple", "application/grpc+proto", "grpc-accept-encoding", "grpc-encoding")]
    [InlineData("packing-triple", "application/connect+proto", "connect-accept-encoding", "connect-content-encoding")]
    [InlineData("packing-triple", "application/proto", "accept-encoding", "content-encoding")]
    public async Task Reply_ToWhoAcceptsIt_IsCompressedWhereItIsLong(string listener, string contentType, string acceptName, string encodingName)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, static e => e.Reply.AddString(e.Request.Text(0)));
        var isBare = contentType == "application/proto";
        Assert.Equal(("gzip", true), await AskAsync(listener, Long, (acceptName, "identity, deflate;q=1,GZIP;q=0.5")));
        Assert.Equal((isBare ? null : "gzip", false), await AskAsync(listener, Short, (acceptName, "gzip")));
        Assert.Equal((null, false), await AskAsync(listener, Long, (acceptName, "gzip;q=0,deflate")));
        Assert.Equal((null, false), await AskAsync(listener, Long));

        // Nothing is, unless the listener is told to.
        Assert.Equal((null, false), await AskAsync(listener == "packing" ? "grpc" : "triple", Long, (acceptName, "gzip")));

        async Task<(string? Named, bool IsPacked)> AskAsync(string port, byte[] message, params (string, string)[] headers)
        {
            using var client = new WebCaller(gateway.PortOf(port), HttpVersion.Version20);
            var body = isBare ? message : GrpcCaller.Frame(message);
            using var response = await client.PostAsync("/com.acme.BoltService/place", contentType, body, headers);
            var answer = await response.Content.ReadAsByteArrayAsync();
            var named = HeaderOf(response, encodingName);
            var (isPacked, content) = isBare ? (named is not null, answer) : (WebCaller.Frames(answer)[0].Flag == 1, WebCaller.Frames(answer)[0].Content);
            Assert.Equal(message, isPacked ? Unpack(content) : content);
            Assert.True(!isPacked || content.Length < 200);
            return (named, isPacked);
        }
    }

    [Fact]
    public async Task Replies_OfAStream_AreCompressedEachForItself()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, triple: Callee(static async context =>
        {
            context.Response.ContentType = "application/grpc+proto";
            foreach (var message in (byte[][])[Short, Long, Short])
            {
                await context.Response.Body.WriteAsync(GrpcCaller.Frame(message));
            }

            context.Response.AppendTrailer("grpc-status", "0");
        }));
        using var client = new WebCaller(gateway.PortOf(GatewayUnderTest.Packing), HttpVersion.Version20);
        using var response = await client.PostAsync(
            "/com.acme.TripleService/watch", "application/grpc", GrpcCaller.Frame(Short), ("grpc-accept-encoding", "gzip"));
        var frames = WebCaller.Frames(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("gzip", HeaderOf(response, "grpc-encoding"));
        Assert.Equal([0, 1, 0], frames.Select(static f => f.Flag));
        Assert.Equal(Long, Unpack(frames[1].Content));
    }

    [Theory]
    [InlineData("1024", false, true)]
    [InlineData("100000", false, false)]
    [InlineData("0", true, false)] // Where it does not get shorter, it stays.
    public async Task Request_InABareBody_IsCompressedAsTheRegistrySays(string minBytes, bool isShort, bool isPacked)
    {
        string? named = null;
        byte[]? body = null;
        var callee = TripleCallee.Own(
            (context, received) =>
            {
                (named, body) = (context.Request.Headers.ContentEncoding, received);
                return Short;
            },
            ("compression", "gzip"), ("compressionMinBytes", minBytes));
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, triple: callee);
        var message = isShort ? Short : Long;
        var answer = await gateway.UnaryAsync("triple", "place", message);
        Assert.Equal((0, isPacked ? "gzip" : null), (answer.Code, named));
        Assert.Equal(message, isPacked ? Unpack(body!) : body);
    }

    [Fact]
    public async Task Requests_OfAStream_AreCompressedEachForItself()
    {
        string? named = null;
        List<(byte Flag, byte[] Content)> frames = [];
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, triple: Callee(async context =>
        {
            using var held = new MemoryStream();
            await context.Request.Body.CopyToAsync(held);
            (named, frames) = (context.Request.Headers["grpc-encoding"], WebCaller.Frames(held.ToArray()));
            context.Response.ContentType = "application/grpc+proto";
            await context.Response.Body.WriteAsync(GrpcCaller.Frame(Short));
            context.Response.AppendTrailer("grpc-status", "0");
        }));
        using var client = new GrpcCaller(gateway.PortOf(GatewayUnderTest.Grpc));
        var (stream, opened) = GrpcStream.Begin(client, "com.acme.TripleService", "gather");
        using var call = stream;
        await call.Requests.SendAsync(Long);
        await call.Requests.SendAsync(Short);
        call.Requests.Complete();
        await opened;
        Assert.Equal(Short, await call.ReadAsync());
        Assert.Equal("gzip", named);
        Assert.Equal([1, 0], frames.Select(static f => f.Flag));
        Assert.Equal(Long, Unpack(frames[0].Content));
    }

    /// <summary>One of gRPC's form, of which the registry says that it takes compressed requests.</summary>
    private static TripleCallee Callee(RequestDelegate serve) => new(serve, ImmutableDictionary<string, string>.Empty
        .Add("form", "grpc").Add("wrapped", "false").Add("compression", "gzip"));

    private static string? HeaderOf(HttpResponseMessage response, string name) =>
        response.Headers.Concat(response.Content.Headers).FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value?.Single();

    private static byte[] Unpack(byte[] packed)
    {
        using var unpacked = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
