using System.Text;
using BridgeMesh.Crossing.Gateways;

namespace BridgeMesh.Crossing.Grpc;

/// <summary>Streams of replies that are all at hand before the answer begins: they go out together, over HTTP/1.1 too.</summary>
public sealed class GatheredStreamTests
{
    private const string Contract = """
        services:
          com.acme.HttpService:
            methods:
              watch: { parameters: { id: string }, returns: string, streams: replies }
        """;

    public static TheoryData<string, string, int> Forms()
    {
        var data = new TheoryData<string, string, int>();
        foreach (var type in new[] { "application/grpc-web+proto", "application/grpc-web-text", "application/connect+proto", "application/connect+json" })
        {
            foreach (var version in new[] { "1.1", "2.0" })
            {
                // None, what is gathered into one write, and more than that.
                data.Add(type, version, 0);
                data.Add(type, version, 3);
                data.Add(type, version, 3_000);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task MessagesThatAreThereAtOnce_AllArriveAndThenTheEnd(string contentType, string version, int count)
    {
        var words = Enumerable.Range(0, count).Select(static i => $"message {i} of a stream that was there before anybody asked").ToArray();
        var lines = string.Concat(words.Select(static w => $"\"{w}\"\n"));
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, http: _ => new HttpAnswer(200, lines, "application/x-ndjson"));
        using var client = new WebCaller(gateway.PortOf(GatewayUnderTest.Grpc), Version.Parse(version));
        var isJson = contentType.EndsWith("json", StringComparison.Ordinal);
        var isText = contentType.EndsWith("text", StringComparison.Ordinal);
        var body = GrpcCaller.Frame(isJson ? """{"id":"a"}"""u8.ToArray() : ProtoBytes.Message((1, "a")));
        using var response = await client.PostAsync(
            "/com.acme.HttpService/watch", contentType, isText ? Encoding.ASCII.GetBytes(Convert.ToBase64String(body)) : body);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var frames = WebCaller.Frames(isText ? WebCaller.Unpack(bytes) : bytes);
        Assert.Equal(contentType.Contains("web", StringComparison.Ordinal) ? 0x80 : 2, frames[^1].Flag);
        var read = frames[..^1].Select(f => isJson ? Encoding.UTF8.GetString(f.Content) : ProtoBytes.Text(f.Content, 1));
        Assert.Equal(isJson ? words.Select(static w => $$"""{"value":"{{w}}"}""") : words, read);
    }
}
