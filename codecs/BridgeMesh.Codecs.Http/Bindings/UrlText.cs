using System.Numerics;
using System.Text.Unicode;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Bindings;

/// <summary>
/// Percent-encoding of path segments, query and form values as UTF-8. Source: RFC 3986 section 2; application/x-www-form-urlencoded as in
/// the WHATWG URL standard, section 5.
/// </summary>
internal static class UrlText
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static readonly System.Buffers.SearchValues<byte> UnreservedBytes =
        System.Buffers.SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(Unreserved));

    /// <summary>
    /// Decodes into <paramref name="to"/>, which must be as long as <paramref name="raw"/>. False when an escape is broken, the result is
    /// not UTF-8, or a request target (chars) holds what is not ASCII; forms (bytes) may hold raw UTF-8.
    /// </summary>
    internal static bool TryDecode<T>(ReadOnlySpan<T> raw, bool plusIsSpace, Span<byte> to, out int written)
        where T : unmanaged, IBinaryInteger<T>
    {
        written = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            var unit = uint.CreateTruncating(raw[i]);
            if (unit == '%')
            {
                if (i + 2 >= raw.Length || Hex(raw[i + 1]) is not (>= 0 and var high) || Hex(raw[i + 2]) is not (>= 0 and var low))
                {
                    return false;
                }

                unit = (uint)((high << 4) | low);
                i += 2;
            }
            else if (unit == '+' && plusIsSpace)
            {
                unit = ' ';
            }
            else if (unit > 0x7F && typeof(T) == typeof(char))
            {
                return false;
            }

            to[written++] = (byte)unit;
        }

        return Utf8.IsValid(to[..written]);
    }

    /// <summary>Decodes to a string; null where <see cref="TryDecode"/> says false. Not for hot paths.</summary>
    internal static string? Decode(ReadOnlySpan<char> raw) =>
        raw.IndexOf('%') < 0 ? raw.ToString() : Decode(raw, plusIsSpace: false);

    /// <summary>As above, for the names and values of a query or form.</summary>
    internal static string? Decode<T>(ReadOnlySpan<T> raw, bool plusIsSpace)
        where T : unmanaged, IBinaryInteger<T>
    {
        var utf8 = raw.Length <= 512 ? stackalloc byte[raw.Length] : new byte[raw.Length];
        return TryDecode(raw, plusIsSpace, utf8, out var written) ? System.Text.Encoding.UTF8.GetString(utf8[..written]) : null;
    }

    /// <summary>Writes a value with all but unreserved characters escaped; <paramref name="keepSlash"/> for the rest of a path.</summary>
    internal static void Encode(ReadOnlySpan<byte> utf8, FrameWriter to, bool keepSlash = false)
    {
        while (!utf8.IsEmpty)
        {
            var plain = utf8.IndexOfAnyExcept(UnreservedBytes);
            if (plain < 0)
            {
                to.Write(utf8);
                return;
            }

            to.Write(utf8[..plain]);
            var value = utf8[plain];
            if (value == '/' && keepSlash)
            {
                to.WriteByte(value);
            }
            else
            {
                var escape = to.GetSpan(3);
                escape[0] = (byte)'%';
                escape[1] = (byte)HexDigit(value >> 4);
                escape[2] = (byte)HexDigit(value & 0x0F);
                to.Advance(3);
            }

            utf8 = utf8[(plain + 1)..];
        }
    }

    /// <summary>
    /// Whether a path has a segment that means "here" or "up", escaped or not. Such a path says something else to every party that
    /// normalises it, so it is neither taken nor sent.
    /// </summary>
    internal static bool HasDotSegment(ReadOnlySpan<char> path)
    {
        foreach (var range in path.Split('/'))
        {
            // What stands behind a semicolon is cut off before a Java server looks for dots.
            if (IsDotSegment(RequestTarget.WithoutMatrix(path[range])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDotSegment(ReadOnlySpan<char> segment)
    {
        var dots = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] == '.')
            {
                dots++;
            }
            else if (segment[i..].StartsWith("%2e", StringComparison.OrdinalIgnoreCase))
            {
                dots++;
                i += 2;
            }
            else
            {
                return false;
            }
        }

        return dots is 1 or 2;
    }

    private static char HexDigit(int value) => (char)(value < 10 ? '0' + value : 'A' + value - 10);

    private static int Hex<T>(T digit)
        where T : unmanaged, IBinaryInteger<T>
    {
        var unit = uint.CreateTruncating(digit);
        return unit switch
        {
            >= '0' and <= '9' => (int)(unit - '0'),
            >= 'a' and <= 'f' => (int)(unit - 'a' + 10),
            >= 'A' and <= 'F' => (int)(unit - 'A' + 10),
            _ => -1,
        };
    }
}
