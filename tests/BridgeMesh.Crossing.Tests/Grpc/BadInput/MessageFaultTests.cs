using System.IO.Compression;
using System.Text;
using System.Text.Json;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Crossing.Triple;
using BridgeMesh.Testing.Http2;

namespace BridgeMesh.Crossing.Grpc.BadInput;

/// <summary>
/// Messages that are none, in each dialect of gRPC's family: the caller gets the status that fits in the dialect's own form, with the path
/// of the field where there is one; others are served, and nothing stays in flight.
/// </summary>
public sealed class MessageFaultTests
{
    private const string Keep = "/com.acme.BoltService/keep";

    /// <summary>What stands where a message should, with gRPC's code and what the words must name.</summary>
    private static readonly (string Name, byte[] Message, string Code, string Words)[] Messages =
    [
        ("a varint without end", [0x10, .. Enumerable.Repeat((byte)0xff, 11)], "3", "quantity"),
        ("a wrong wire type", [0x0d, 1, 2, 3, 4], "3", "sku"),
        ("a length past the end", [0x0a, 100, 1], "3", "sku"),
        ("a length of 2 GiB", [0x0a, 0xff, 0xff, 0xff, 0xff, 0x07], "3", "sku"),
        ("text that is no UTF-8", [0x0a, 2, 0xc3, 0x28], "3", "sku"),
        ("a message cut inside a message", [0x1a, 3, 0x0a, 5, 0x31], "3", "price"),
        ("a decimal that is none", [0x1a, 4, 0x0a, 2, 0x78, 0x79], "3", "price"),
        ("groups 5,000 deep", [.. Enumerable.Repeat((byte)0x3b, 5_000)], "3|8", ""),
        ("the end of a group that never began", [0x3c], "3", ""),
        ("field 0", [0x00, 0x00], "3", ""),
    ];

    [Theory]
    [InlineData("grpc", "application/grpc")]
    [InlineData("grpc", "application/grpc-web+proto")]
    [InlineData("grpc", "application/grpc-web-text")]
    [InlineData("grpc", "application/proto")]
    [InlineData("grpc", "application/connect+proto")]
    [InlineData("triple", "application/grpc")]
    [InlineData("triple", "application/proto")]
    [InlineData("triple", "application/connect+proto")]
    public async Task AMessageThatIsNone_GetsTheDialectsOwnStatus(string port, string type)
    {
        await using var gateway = await StartAsync();
        var wrong = new List<string>();
        foreach (var (name, message, code, words) in Messages)
        {
            var said = await CallAsync(gateway, port, type, Keep, Framed(type, message));
            if (!code.Split('|').Contains(said.Code) || !said.Words.Contains(words, StringComparison.Ordinal) || said.Words.Length == 0)
            {
                wrong.Add($"{name}: {said}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        await RawGrpc.AssertHealthyAsync(gateway);
    }

    [Theory]
    [InlineData("grpc", "application/grpc", "grpc-encoding")]
    [InlineData("grpc", "application/grpc-web+proto", "grpc-encoding")]
    [InlineData("grpc", "application/grpc-web-text", "grpc-encoding")]
    [InlineData("grpc", "application/proto", "content-encoding")]
    [InlineData("grpc", "application/connect+proto", "connect-content-encoding")]
    [InlineData("triple", "application/grpc", "grpc-encoding")]
    [InlineData("triple", "application/proto", "content-encoding")]
    [InlineData("triple", "application/connect+proto", "connect-content-encoding")]
    public async Task ABodyThatIsNone_GetsTheDialectsOwnStatus(string port, string type, string header)
    {
        await using var gateway = await StartAsync();
        var wrong = new List<string>();
        var gzip = (header, "gzip");
        await ExpectAsync("a bomb", "8", Framed(type, Bomb(), flag: 1), gzip);
        await ExpectAsync("gzip that is none", "3", Framed(type, GrpcShop.Item, flag: 1), gzip);
        await ExpectAsync("an encoding that nobody knows", "12", Framed(type, GrpcShop.Item, flag: 1), (header, "snappy"));
        await ExpectAsync("a method that is not there", "12", Framed(type, GrpcShop.Item), path: "/com.acme.BoltService/vanish");
        if (type != "application/proto")
        {
            await ExpectAsync("a flag without meaning", "3", Framed(type, GrpcShop.Item, flag: 0x40));
            await ExpectAsync("a length of 2 GiB", "8", Text(type, [0, 0x7f, 0xff, 0xff, 0xff, 1]));
            await ExpectAsync("half a message", "3", Text(type, GrpcCaller.Frame(GrpcShop.Item)[..8]));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        await RawGrpc.AssertHealthyAsync(gateway);

        async Task ExpectAsync(string name, string code, byte[] body, (string, string)? more = null, string path = Keep)
        {
            var said = await CallAsync(gateway, port, type, path, body, more is { } pair ? [pair] : []);
            if (said.Code != code || said.Words.Length == 0)
            {
                wrong.Add($"{name}: {said} instead of {code}");
            }
        }
    }

    [Theory]
    [InlineData("grpc", "application/grpc-web+proto")]
    [InlineData("grpc", "application/proto")]
    [InlineData("grpc", "application/connect+proto")]
    [InlineData("triple", "application/grpc")]
    [InlineData("triple", "application/proto")]
    [InlineData("triple", "application/connect+proto")]
    public async Task ACallerThatBreaksOff_LeavesNothing(string port, string type)
    {
        await using var gateway = await StartAsync();
        var body = Framed(type, GrpcShop.Item);
        using (var peer = await Http2Peer.ConnectAsync(gateway.PortOf(port)))
        {
            // Resets inside a message and behind it, then GOAWAY inside one, and the connection's end.
            await peer.SendAsync(Head(1, type, Keep), Half(1), Http2Frame.Reset(1, Http2ErrorCode.Cancel));
            await peer.SendAsync(Head(3, type, Keep), Http2Frame.Data(3, body, endStream: true), Http2Frame.Reset(3, Http2ErrorCode.Cancel));
            await peer.SendAsync(Head(5, type, Keep), Half(5), Http2Frame.GoAway(0, Http2ErrorCode.InternalError));
        }

        await RawGrpc.AssertHealthyAsync(gateway);

        Http2Frame Half(int stream) => Http2Frame.Data(stream, body[..8], endStream: false);
    }

    private static Task<GatewayUnderTest> StartAsync() => GatewayUnderTest.StartAsync(TripleShop.Contract, GrpcShop.AnswerFramed);

    private static Http2Frame Head(int stream, string type, string path, params (string Name, string Value)[] more) =>
        Http2Frame.Headers(
            stream,
            HeaderBlock.Write(
            [
                (":method", "POST"), (":scheme", "http"), (":authority", "localhost"), (":path", path),
                ("content-type", type), ("te", "trailers"), .. more,
            ]));

    private static byte[] Framed(string type, byte[] message, byte flag = 0) =>
        type == "application/proto" ? message : Text(type, GrpcCaller.Frame(message, flag));

    private static byte[] Text(string type, byte[] body) =>
        type.Contains("text", StringComparison.Ordinal) ? Encoding.ASCII.GetBytes(Convert.ToBase64String(body)) : body;

    private static async Task<(string Code, string Words)> CallAsync(
        GatewayUnderTest gateway, string port, string type, string path, byte[] body, params (string Name, string Value)[] more)
    {
        using var peer = await Http2Peer.ConnectAsync(gateway.PortOf(port));
        var data = body.Chunk(16_000).Select(static piece => Http2Frame.Data(1, piece, endStream: false));
        await peer.SendAsync([Head(1, type, path, more), .. data, Http2Frame.Data(1, [], endStream: true)]);
        return Said(type, await peer.AnswerAsync(1));
    }

    /// <summary>The status as gRPC's number and its words, wherever the dialect has them.</summary>
    private static (string Code, string Words) Said(string type, Http2Answer answer)
    {
        if (type == "application/grpc")
        {
            return (answer.GrpcStatus ?? "none", answer.GrpcMessage);
        }

        if (answer.Body.Length == 0)
        {
            return ($"HTTP {answer.Headers.GetValueOrDefault(":status")}, no body, {answer.Reset}", string.Empty);
        }

        if (type == "application/proto")
        {
            using var error = JsonDocument.Parse(answer.Body);
            return Error(error.RootElement);
        }

        var bytes = type.Contains("text", StringComparison.Ordinal) ? WebCaller.Unpack(answer.Body) : answer.Body;
        var (flag, end) = WebCaller.Frames(bytes)[^1];
        if (flag == 2)
        {
            using var json = JsonDocument.Parse(end);
            return json.RootElement.TryGetProperty("error", out var error) ? Error(error) : ("0", string.Empty);
        }

        var lines = Encoding.ASCII.GetString(end).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(static l => l.Split(':', 2)).ToDictionary(static l => l[0], static l => l[1]);
        return (lines["grpc-status"], Uri.UnescapeDataString(lines.GetValueOrDefault("grpc-message", string.Empty)));
    }

    private static (string Code, string Words) Error(JsonElement error) => (error.GetProperty("code").GetString() switch
    {
        "invalid_argument" => "3",
        "resource_exhausted" => "8",
        "unimplemented" => "12",
        var other => other ?? "none",
    }, error.GetProperty("message").GetString() ?? string.Empty);

    private static byte[] Bomb()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(new byte[(16 << 20) + 1]);
        }

        return packed.ToArray();
    }
}
