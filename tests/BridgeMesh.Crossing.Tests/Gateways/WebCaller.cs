using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace BridgeMesh.Crossing.Gateways;

/// <summary>An HTTP client for the dialects that need no gRPC library: Connect and gRPC-Web.</summary>
internal sealed class WebCaller(int port, Version version) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    internal async Task<HttpResponseMessage> SendAsync(
        HttpMethod verb, string target, string? contentType, byte[]? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(verb, new Uri($"http://127.0.0.1:{port}{target}"))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("content-type", contentType);
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await _client.SendAsync(request);
    }

    internal Task<HttpResponseMessage> PostAsync(string target, string contentType, byte[] body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, target, contentType, body, headers);

    internal async Task<(HttpStatusCode Status, string Body)> JsonAsync(string target, string json, params (string Name, string Value)[] headers)
    {
        using var response = await PostAsync(target, "application/json", Encoding.UTF8.GetBytes(json), headers);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The frames of a body: each with its flag.</summary>
    internal static List<(byte Flag, byte[] Content)> Frames(byte[] body)
    {
        var frames = new List<(byte, byte[])>();
        for (var at = 0; at < body.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 1));
            frames.Add((body[at], body.AsSpan(at + 5, length).ToArray()));
            at += 5 + length;
        }

        return frames;
    }

    /// <summary>The bytes of a grpc-web-text body, which is pieces of base64, each padded by itself.</summary>
    internal static byte[] Unpack(byte[] body)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < body.Length; at += 4)
        {
            bytes.AddRange(Convert.FromBase64String(Encoding.ASCII.GetString(body, at, 4)));
        }

        return [.. bytes];
    }

    public void Dispose() => _client.Dispose();
}
