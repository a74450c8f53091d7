using System.Globalization;
using System.Text;
using BridgeMesh.Values;

namespace BridgeMesh.Gateway.Decoding;

/// <summary>The body of a message, out of its chunks. Source: RFC 9112 section 6.</summary>
/// <param name="Bytes">The content.</param>
/// <param name="Length">Bytes that it takes on the wire.</param>
/// <param name="Problem">Ok, or why its end was not found; the offset is on the wire.</param>
internal sealed record HttpBody(byte[] Bytes, int Length, IReadOnlyList<(int At, int Wire)> Chunks, CodecStatus? Problem)
{
    private static readonly HttpBody None = new([], 0, [], null);

    /// <summary>Where a byte of the content stands on the wire, counted from the body's first.</summary>
    public long Place(long at)
    {
        foreach (var (begin, wire) in Chunks.Reverse())
        {
            if (at >= begin)
            {
                return wire + at - begin;
            }
        }

        return at;
    }

    /// <param name="method">Of the request, also for its answer; empty when it is not known.</param>
    public static HttpBody Read(ReadOnlySpan<byte> rest, HttpHead head, string method)
    {
        if (!head.IsRequest && (method == "HEAD" || head.Status is < 200 or 204 or 304))
        {
            return None;
        }

        if (head.Find("transfer-encoding")?.Contains("chunked", StringComparison.OrdinalIgnoreCase) == true)
        {
            return ReadChunks(rest);
        }

        if (head.Find("content-length") is not { } declared)
        {
            // A response without a length goes on to the end of the connection.
            return head.IsRequest ? None : new HttpBody(rest.ToArray(), rest.Length, [], null);
        }

        if (!int.TryParse(declared, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return Broken(rest, 0, $"'{declared}' is no content length");
        }

        return length > rest.Length
            ? Broken(rest, rest.Length, $"the bytes end inside a body of {length}; {length - rest.Length} more are needed")
            : new HttpBody(rest[..length].ToArray(), length, [], null);
    }

    private static HttpBody ReadChunks(ReadOnlySpan<byte> rest)
    {
        var content = new MemoryStream();
        var chunks = new List<(int, int)>();
        for (var at = 0; ;)
        {
            var end = rest[at..].IndexOf("\r\n"u8);
            if (end < 0)
            {
                return Broken(rest, rest.Length, "the bytes end inside a chunked body");
            }

            var size = Encoding.ASCII.GetString(rest.Slice(at, end)).Split(';')[0].Trim();
            if (!int.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) || length < 0)
            {
                return Broken(rest, at, "no size of a chunk");
            }

            at += end + 2;
            if (length == 0)
            {
                // Trailers, up to an empty line.
                while (true)
                {
                    end = rest[at..].IndexOf("\r\n"u8);
                    if (end < 0)
                    {
                        return Broken(rest, rest.Length, "the bytes end inside a chunked body");
                    }

                    at += end + 2;
                    if (end == 0)
                    {
                        return new HttpBody(content.ToArray(), at, chunks, null);
                    }
                }
            }

            if (length > rest.Length - at - 2)
            {
                return Broken(rest, rest.Length, "the bytes end inside a chunk");
            }

            chunks.Add(((int)content.Length, at));
            content.Write(rest.Slice(at, length));
            at += length + 2;
        }
    }

    private static HttpBody Broken(ReadOnlySpan<byte> rest, int at, string detail) =>
        new([], rest.Length, [], CodecStatus.Fail(CodecError.Truncated, detail, at));
}
