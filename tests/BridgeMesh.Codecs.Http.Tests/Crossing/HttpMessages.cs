using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace BridgeMesh.Codecs.Http.Tests.Crossing;

/// <summary>Just enough HTTP for a scripted callee: whole messages with a Content-Length.</summary>
internal static class HttpMessages
{
    /// <summary>The next request, head and body; empty when the peer has closed.</summary>
    internal static async Task<string> ReadRequestAsync(NetworkStream stream, CancellationToken stop, bool withoutBody = false)
    {
        var received = new MemoryStream();
        var buffer = new byte[16_384];
        while (true)
        {
            var text = Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length);
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head >= 0)
            {
                var length = !withoutBody && HeaderOf(text, "Content-Length") is { } declared ? int.Parse(declared, CultureInfo.InvariantCulture) : 0;
                if (received.Length >= Encoding.UTF8.GetByteCount(text.AsSpan(0, head + 4)) + length)
                {
                    return text;
                }
            }

            var read = await stream.ReadAsync(buffer, stop);
            if (read == 0)
            {
                return string.Empty;
            }

            received.Write(buffer, 0, read);
        }
    }

    internal static string Reply(string status, string? contentType, string body, string headers = "")
    {
        var type = contentType is null ? string.Empty : $"Content-Type: {contentType}\r\n";
        return $"HTTP/1.1 {status}\r\n{type}{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
    }

    internal static ValueTask SendAsync(NetworkStream stream, string text, CancellationToken stop) =>
        stream.WriteAsync(Encoding.UTF8.GetBytes(text), stop);

    /// <summary>Value of a header; several lines of it joined by commas; null when there is none.</summary>
    internal static string? HeaderOf(string message, string name)
    {
        var values = message[..message.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n").Skip(1)
            .Where(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(l => l[(name.Length + 1)..].Trim())
            .ToArray();
        return values.Length == 0 ? null : string.Join(", ", values);
    }
}
