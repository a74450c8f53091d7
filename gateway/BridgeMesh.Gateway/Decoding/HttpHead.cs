using System.Globalization;
using System.Text;
using BridgeMesh.Values;

namespace BridgeMesh.Gateway.Decoding;

/// <summary>The first line and the headers of a message. Source: RFC 9112 sections 2 to 5.</summary>
internal sealed class HttpHead
{
    public List<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>Method of a request, version of a response.</summary>
    public required string First { get; init; }

    /// <summary>Target of a request, status of a response.</summary>
    public required string Second { get; init; }

    /// <summary>Version of a request, reason of a response.</summary>
    public required string Third { get; init; }

    public bool IsRequest => !First.StartsWith("HTTP/", StringComparison.Ordinal);

    /// <summary>Of a response; 0 for a request.</summary>
    public int Status { get; init; }

    public int FirstLineLength { get; init; }

    /// <summary>Bytes of the whole head with the empty line that ends it.</summary>
    public int Length { get; private set; }

    /// <summary>First value of a header; null when it has none.</summary>
    public string? Find(string name) => Headers.Find(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Null when the bytes are no whole head; the fault says where.</summary>
    public static HttpHead? Read(ReadOnlySpan<byte> bytes, out CodecStatus fault)
    {
        fault = CodecStatus.Ok;
        HttpHead? head = null;
        for (var at = 0; at < bytes.Length;)
        {
            var end = bytes[at..].IndexOf((byte)'\n');
            if (end < 0)
            {
                break;
            }

            var line = Encoding.UTF8.GetString(bytes.Slice(at, end)).TrimEnd('\r');
            if (head is null)
            {
                head = FirstLine(line, end + 1);
                if (head is null)
                {
                    fault = CodecStatus.Fail(CodecError.Malformed, "no request line and no status line of HTTP/1.1", at);
                    return null;
                }
            }
            else if (line.Length == 0)
            {
                head.Length = at + end + 1;
                return head;
            }
            else
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon <= 0)
                {
                    fault = CodecStatus.Fail(CodecError.Malformed, "a header line without a colon", at);
                    return null;
                }

                head.Headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
            }

            at += end + 1;
        }

        fault = CodecStatus.Fail(CodecError.Truncated, "the bytes end inside the head of a message", bytes.Length);
        return null;
    }

    private static HttpHead? FirstLine(string line, int length)
    {
        var parts = line.Split(' ', 3);
        if (parts.Length < 2)
        {
            return null;
        }

        var third = parts.Length == 3 ? parts[2] : string.Empty;
        var isReply = parts[0].StartsWith("HTTP/1.", StringComparison.Ordinal);
        var status = 0;
        return isReply && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out status) ? null
            : !isReply && !third.StartsWith("HTTP/1.", StringComparison.Ordinal) ? null
            : new HttpHead { First = parts[0], Second = parts[1], Third = third, Status = status, FirstLineLength = length };
    }
}
