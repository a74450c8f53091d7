using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using BridgeMesh.Crossing.Gateways;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Crossing.Triple;

/// <summary>Methods that stream, from Triple's forms to a gRPC callee and from gRPC callers to Triple's callees.</summary>
public sealed class TripleStreamTests
{
    private const string Observer = "org.apache.dubbo.common.stream.StreamObserver";

    private const string Contract = """
        services:
          com.acme.Service:
            abstract: true
            methods:
              watch: { parameters: { id: string }, returns: string, streams: replies }
              gather: { parameters: { id: string }, returns: string, streams: requests }
              talk: { parameters: { id: string }, returns: string, streams: both }
          com.acme.BoltService: { extends: [Service] }
          com.acme.GrpcService: { extends: [Service] }
          com.acme.TripleService: { extends: [Service] }
        """;

    [Theory]
    [InlineData("watch", "a", "a1 a2")]
    [InlineData("gather", "a b c", "abc")]
    [InlineData("gather", "", "")]
    [InlineData("talk", "a b c", "a b c")]
    public async Task FromTriple_OwnStreams_EndWithAFrame(string method, string requests, string replies)
    {
        await using var gateway = await StartAsync();
        foreach (var json in new[] { false, true })
        {
            var body = Words(requests).SelectMany(w => GrpcCaller.Frame(json ? Encoding.UTF8.GetBytes($$"""{"id":"{{w}}"}""") : Text(w)));
            var type = json ? "application/connect+json" : "application/connect+proto";
            var answer = await PostAsync(gateway, "grpc", method, [.. body], type, ("tri-protocol-version", "1.0.0"));
            Assert.Equal((200, type), (answer.Status, answer.Headers["content-type"]));
            var frames = Frames(answer.Body);
            Assert.Equal(
                method == "gather" ? [replies] : Words(replies),
                frames[..^1].Select(f => json ? JsonDocument.Parse(f.Content).RootElement.GetProperty("value").GetString()! : TextOf(f.Content)));
            Assert.All(frames[..^1], static f => Assert.Equal(0, f.Flag));
            Assert.Equal(2, frames[^1].Flag);
            var end = JsonDocument.Parse(frames[^1].Content).RootElement;
            Assert.False(end.TryGetProperty("error", out _), frames[^1].Text);

            // What is known when the head goes out, as with a single reply, goes out with it.
            var inEnd = end.GetProperty("metadata").TryGetProperty("x-trailer", out var values) ? values[0].GetString() : null;
            Assert.Equal("t", method == "gather" ? answer.Headers["x-trailer"] : inEnd);
        }
    }

    [Theory]
    [InlineData("grpc", "fail", 7, "permission_denied", 1)]
    [InlineData("grpc", "early", 7, "permission_denied", 0)]
    [InlineData("bolt", "a", 12, "unimplemented", 0)]
    public async Task FromTriple_AnOwnStreamThatFails_SaysSoInItsLastFrame(string callee, string request, int status, string code, int messages)
    {
        await using var gateway = await StartAsync();
        var answer = await PostAsync(gateway, callee, "watch", GrpcCaller.Frame(Text(request)), "application/connect+proto");
        Assert.Equal(200, answer.Status);
        var frames = Frames(answer.Body);
        Assert.Equal((messages + 1, 2), (frames.Count, frames[^1].Flag));
        var error = JsonDocument.Parse(frames[^1].Content).RootElement.GetProperty("error");
        Assert.Equal((status, code), (error.GetProperty("status").GetInt32(), error.GetProperty("code").GetString()));
        Assert.NotEqual(string.Empty, error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task FromTriple_AStreamInTheUnaryForm_IsUnimplemented()
    {
        await using var gateway = await StartAsync();
        var answer = await PostAsync(gateway, "grpc", "watch", Text("a"), "application/proto");
        Assert.Equal(404, answer.Status);
        Assert.Equal(12, JsonDocument.Parse(answer.Text).RootElement.GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("watch", "a", "a1 a2")]
    [InlineData("gather", "a b c", "abc")]
    [InlineData("talk", "a b c", "a b c")]
    public async Task FromTriple_AJavaConsumersStream_IsWrappedBothWays(string method, string requests, string replies)
    {
        await using var gateway = await StartAsync();
        using var client = new GrpcCaller(gateway.PortOf("triple"));
        var (stream, opened) = GrpcStream.Begin(client, "com.acme.GrpcService", method, ("tri-consumer-appname", "shop"));
        using var call = stream;
        foreach (var word in Words(requests))
        {
            await call.Requests.SendAsync(Wrapped(word, method == "watch" ? Observer : null));
        }

        call.Requests.Complete();
        await opened;
        foreach (var word in method == "gather" ? [replies] : Words(replies))
        {
            Assert.Equal(JavaBytes.Reply(JavaBytes.Text(word), "java.lang.String"), await call.ReadAsync());
        }

        Assert.Null(await call.ReadAsync());
        Assert.Equal((0, "t"), (call.Code, call.Trailer("x-trailer")));
    }

    [Theory]
    [InlineData("watch", "a", "a1 a2", true)]
    [InlineData("gather", "a b c", "abc", true)]
    [InlineData("talk", "a b c", "a b c", true)]
    [InlineData("watch", "a", "a1 a2", false)]
    [InlineData("gather", "a b c", "abc", false)]
    [InlineData("talk", "a b c", "a b c", false)]
    public async Task ToTriple_EachForm_StreamsAreGrpcs(string method, string requests, string replies, bool java)
    {
        var types = new List<string>();
        var callee = new TripleCallee(
            context =>
            {
                Assert.Equal("application/grpc+proto", context.Request.ContentType);
                return ServeAsync(
                    context,
                    message =>
                    {
                        types.AddRange(java ? JavaBytes.Types(message) : []);
                        return java ? Encoding.UTF8.GetString(JavaBytes.Arguments(message)[0][1..]) : TextOf(message);
                    },
                    word => java ? JavaBytes.Reply(JavaBytes.Text(word), "java.lang.String") : Text(word));
            },
            java ? TripleCallee.Java(static (_, m) => m).Metadata : TripleCallee.Own(static (_, m) => m).Metadata);
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, triple: callee);
        using var client = new GrpcCaller(gateway.PortOf("grpc"));
        var (stream, opened) = GrpcStream.Begin(client, "com.acme.TripleService", method);
        using var call = stream;
        foreach (var word in Words(requests))
        {
            await call.Requests.SendAsync(Text(word));
        }

        call.Requests.Complete();
        await opened;
        foreach (var word in method == "gather" ? [replies] : Words(replies))
        {
            Assert.Equal(Text(word), await call.ReadAsync());
        }

        Assert.Null(await call.ReadAsync());
        Assert.Equal((0, "t"), (call.Code, call.Trailer("x-trailer")));
        Assert.Equal(java && method == "watch", types.Contains(Observer));
    }

    private static Task<GatewayUnderTest> StartAsync() =>
        GatewayUnderTest.StartAsync(Contract, static _ => Assert.Fail("must not be called"), grpc: static c => ServeAsync(c, TextOf, Text));

    /// <summary>watch says its word twice, gather says all in one, talk says each again.</summary>
    private static async Task ServeAsync(HttpContext context, Func<byte[], string> read, Func<string, byte[]> write)
    {
        var method = context.Request.Path.Value!.Split('/')[^1];
        var all = string.Empty;
        while (await context.ReadMessageAsync() is { } message)
        {
            var word = read(message);
            all += word;
            if (word == "early")
            {
                context.Response.ContentType = "application/grpc";
                context.Response.Headers["grpc-status"] = "7";
                context.Response.Headers["grpc-message"] = "enough";
                return;
            }

            if (method == "talk")
            {
                await context.WriteAsync(write(word));
            }
        }

        foreach (var word in method switch
        {
            "watch" => [$"{all}1", $"{all}2"],
            "gather" => [all],
            _ => Array.Empty<string>(),
        })
        {
            await context.WriteAsync(write(word));
            if (all == "fail")
            {
                context.End(7, "enough");
                return;
            }
        }

        context.Response.AppendTrailer("x-trailer", "t");
        context.End();
    }

    private static byte[] Wrapped(string word, string? behind) => ProtoBytes.Message(
        [(1, "hessian4"), (2, JavaBytes.Text(word)), (3, "java.lang.String"), .. behind is null ? [] : new (int, object)[] { (3, behind) }]);

    private static byte[] Text(string word) => word.Length == 0 ? ProtoBytes.Message((1, string.Empty)) : ProtoBytes.Message((1, word));

    private static string TextOf(byte[] message) => message.Length == 0 ? string.Empty : ProtoBytes.Text(message, 1);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Task<TripleAnswer> PostAsync(
        GatewayUnderTest gateway, string callee, string method, byte[] body, string type, params (string Name, string Value)[] headers) =>
        TripleAnswer.PostAsync(gateway.PortOf("triple"), GatewayUnderTest.ServiceOf(callee).Interface, method, body, type, headers);

    private static List<Frame> Frames(byte[] body)
    {
        var frames = new List<Frame>();
        for (var at = 0; at < body.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 1));
            frames.Add(new Frame(body[at], body[(at + 5)..(at + 5 + length)]));
            at += 5 + length;
        }

        return frames;
    }

    private sealed record Frame(byte Flag, byte[] Content)
    {
        internal string Text => Encoding.UTF8.GetString(Content);
    }
}

/// <summary>The head goes out with the first message.</summary>
internal static class TripleStreamWriting
{
    internal static async Task WriteAsync(this HttpContext context, byte[] message)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "application/grpc";
        }

        await context.WriteMessageAsync(message);
    }
}
