using System.Collections.Immutable;
using System.Text;

namespace BridgeMesh.Testing.Http2;

/// <summary>
/// Header blocks as far as tests need them: written as literals that are never indexed, read from peers that were told to keep no table and
/// do not use Huffman's code, as .NET's do not. Source: RFC 7541.
/// </summary>
public static class HeaderBlock
{
    /// <summary>RFC 7541, appendix A, from index 1 on.</summary>
    private static readonly ImmutableArray<(string Name, string Value)> Static =
    [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"), (":scheme", "http"),
        (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"),
        (":status", "404"), (":status", "500"), ("accept-charset", ""), ("accept-encoding", "gzip, deflate"), ("accept-language", ""),
        ("accept-ranges", ""), ("accept", ""), ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""),
        ("cache-control", ""), ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
        ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""),
        ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""),
        ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""),
        ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""),
        ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ];

    public static byte[] Write(params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var bytes = new List<byte>();
        foreach (var (name, value) in headers)
        {
            bytes.Add(0);
            AddText(bytes, name);
            AddText(bytes, value);
        }

        return [.. bytes];
    }

    /// <summary>Values of one name are joined by commas.</summary>
    public static Dictionary<string, string> Read(ReadOnlySpan<byte> block)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = 0;
        while (at < block.Length)
        {
            var first = block[at];
            if ((first & 0xe0) == 0x20)
            {
                TakeNumber(block, ref at, 5);
                continue;
            }

            var index = TakeNumber(block, ref at, (first & 0x80) != 0 ? 7 : (first & 0x40) != 0 ? 6 : 4);
            var name = index > 0 ? Static[index - 1].Name : TakeText(block, ref at);
            var value = (first & 0x80) != 0 ? Static[index - 1].Value : TakeText(block, ref at);
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before},{value}" : value;
        }

        return headers;
    }

    /// <summary>A number in so many bits of its first byte, whose other bits are given. Source: RFC 7541, section 5.1.</summary>
    public static void AddNumber(List<byte> bytes, int value, int bits, byte others)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var most = (1 << bits) - 1;
        if (value < most)
        {
            bytes.Add((byte)(others | value));
            return;
        }

        bytes.Add((byte)(others | most));
        for (value -= most; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }

    private static void AddText(List<byte> bytes, string text)
    {
        var content = Encoding.Latin1.GetBytes(text);
        AddNumber(bytes, content.Length, 7, 0);
        bytes.AddRange(content);
    }

    private static int TakeNumber(ReadOnlySpan<byte> block, ref int at, int bits)
    {
        var most = (1 << bits) - 1;
        var value = block[at++] & most;
        if (value < most)
        {
            return value;
        }

        for (var shift = 0; ; shift += 7)
        {
            value += (block[at] & 0x7f) << shift;
            if (block[at++] < 0x80)
            {
                return value;
            }
        }
    }

    private static string TakeText(ReadOnlySpan<byte> block, ref int at)
    {
        Assert.True((block[at] & 0x80) == 0, "a header in Huffman's code, which this reader does not know");
        var length = TakeNumber(block, ref at, 7);
        var text = Encoding.Latin1.GetString(block.Slice(at, length));
        at += length;
        return text;
    }
}
