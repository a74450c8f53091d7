using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Crossing.Gateways;

/// <summary>Status and body of an HTTP answer.</summary>
internal sealed record HttpAnswer(int Status, string Body, string MediaType = "application/json")
{
    internal JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

/// <summary>An HTTP client for one call in the canonical form.</summary>
internal static class HttpCaller
{
    internal static async Task<HttpAnswer> PostAsync(
        int port, string path, string body, string? types, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(20) };
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{port}{path}")) { Content = content };
        if (types is not null)
        {
            request.Headers.Add("x-bridge-types", types);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await client.SendAsync(request);
        return new HttpAnswer(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType ?? string.Empty);
    }
}

/// <summary>An HTTP callee that answers every request from its body alone.</summary>
internal sealed class HttpCallee : IAsyncDisposable
{
    private readonly ScriptedServer _server;

    internal HttpCallee(Func<string, HttpAnswer> answer) => _server = new ScriptedServer(async (stream, token) =>
    {
        while (await ReadBodyAsync(stream, token) is { } body)
        {
            var said = answer(body);
            var bytes = Encoding.UTF8.GetBytes(said.Body);
            var head = $"HTTP/1.1 {said.Status} X\r\nContent-Type: {said.MediaType}\r\nContent-Length: {bytes.Length}\r\n\r\n";
            await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(said.Status == 204 ? "HTTP/1.1 204 X\r\n\r\n" : head), .. bytes], token);
        }
    });

    internal int Port => _server.Port;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    // Requests of the gateway have a Content-Length or no body.
    private static async Task<string?> ReadBodyAsync(NetworkStream stream, CancellationToken token)
    {
        var held = new List<byte>();
        var buffer = new byte[64 << 10];
        while (true)
        {
            var text = Encoding.Latin1.GetString([.. held]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var length = text[..end].Split("\r\n")
                    .Where(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                    .Select(l => int.Parse(l[15..], CultureInfo.InvariantCulture))
                    .FirstOrDefault();
                if (held.Count >= end + 4 + length)
                {
                    return Encoding.UTF8.GetString([.. held], end + 4, length);
                }
            }

            var read = await stream.ReadAsync(buffer, token);
            if (read == 0)
            {
                return null;
            }

            held.AddRange(buffer.AsSpan(0, read));
        }
    }
}
