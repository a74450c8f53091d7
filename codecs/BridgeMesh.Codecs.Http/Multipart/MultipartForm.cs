using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Wire;
using Microsoft.Net.Http.Headers;

namespace BridgeMesh.Codecs.Http.Multipart;

/// <summary>
/// A multipart/form-data body taken apart. Owns a copy of a body in several segments until it is disposed; else its parts refer to the
/// body itself.
/// <code>
/// --boundary CRLF  Content-Disposition: form-data; name="file"; filename="a.png" CRLF  Content-Type: image/png CRLF  CRLF
/// octets  CRLF --boundary CRLF ... CRLF --boundary--
/// </code>
/// Sources: RFC 7578; RFC 2046 section 5.1.1. What stands before the first and behind the last boundary is left out.
/// </summary>
internal sealed class MultipartForm : IDisposable
{
    /// <summary>Parts of one body; Tomcat takes 50 by default.</summary>
    internal const int MaxParts = 256;

    /// <summary>Bytes of one part's headers; Tomcat takes 512 by default.</summary>
    internal const int MaxHeadBytes = 4_096;

    /// <summary>RFC 2046 section 5.1.1.</summary>
    internal const int MaxBoundaryLength = 70;

    private readonly byte[]? _rented;
    private readonly List<FormPart> _parts = [];

    private MultipartForm(byte[]? rented)
    {
        _rented = rented;
    }

    internal IReadOnlyList<FormPart> Parts => _parts;

    /// <summary>The boundary that a Content-Type names; null when it names none, or none that may be.</summary>
    internal static string? BoundaryOf(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var parsed))
        {
            return null;
        }

        var boundary = HeaderUtilities.RemoveQuotes(parsed.Boundary).ToString();
        return boundary.Length is > 0 and <= MaxBoundaryLength && Ascii.IsValid(boundary) ? boundary : null;
    }

    /// <summary>Returns what is wrong, or null. Dispose the form in either case.</summary>
    internal static string? Read(in ReadOnlySequence<byte> body, string boundary, out MultipartForm form)
    {
        ReadOnlyMemory<byte> bytes;
        if (body.IsSingleSegment)
        {
            form = new MultipartForm(null);
            bytes = body.First;
        }
        else
        {
            var length = checked((int)body.Length);
            var rented = ArrayPool<byte>.Shared.Rent(length);
            body.CopyTo(rented);
            form = new MultipartForm(rented);
            bytes = rented.AsMemory(0, length);
        }

        return form.Split(bytes, Encoding.ASCII.GetBytes("\r\n--" + boundary));
    }

    public void Dispose()
    {
        _parts.Clear();
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }

    /// <summary>The parts that are no files as the pairs of a form, so that one set of rules reads both kinds of form.</summary>
    internal void WritePairs(FrameWriter to)
    {
        foreach (var part in _parts.Where(static p => p.FileName is null))
        {
            if (to.Length > 0)
            {
                to.WriteByte((byte)'&');
            }

            UrlText.Encode(Encoding.UTF8.GetBytes(part.Name), to);
            to.WriteByte((byte)'=');
            UrlText.Encode(part.Content.Span, to);
        }
    }

    private string? Split(ReadOnlyMemory<byte> bytes, byte[] delimiter)
    {
        var body = bytes.Span;
        var at = body.StartsWith(delimiter.AsSpan(2)) ? delimiter.Length - 2 : End(body, 0, delimiter, out _);
        while (true)
        {
            if (at < 0)
            {
                return "the multipart body ends before its last boundary";
            }

            if (body[at..].StartsWith("--"u8))
            {
                return null;
            }

            var line = body[at..].IndexOf("\r\n"u8);
            if (line < 0)
            {
                return "the multipart body ends before its last boundary";
            }

            at += line + 2;
            var head = body[at..].StartsWith("\r\n"u8) ? 0 : body[at..].IndexOf("\r\n\r\n"u8);
            if (head is < 0 or > MaxHeadBytes)
            {
                return $"the headers of a part have no end, or are longer than {MaxHeadBytes} bytes";
            }

            var content = at + head + (head == 0 ? 2 : 4);
            var next = End(body, content - 2, delimiter, out var end);
            if (next < 0)
            {
                return "the multipart body ends inside a part";
            }

            if (_parts.Count == MaxParts)
            {
                return $"more than {MaxParts} parts";
            }

            if (Add(body.Slice(at, head), bytes[content..Math.Max(content, end)]) is { } problem)
            {
                return problem;
            }

            at = next;
        }
    }

    /// <summary>
    /// Finds the next boundary line from a place on: where the text before it ends, and the place behind the boundary; -1 when there is
    /// none. What goes on behind the boundary's last letter is another text.
    /// </summary>
    private static int End(ReadOnlySpan<byte> body, int from, ReadOnlySpan<byte> delimiter, out int end)
    {
        end = from;
        while (body[end..].IndexOf(delimiter) is >= 0 and var found)
        {
            end += found;
            var behind = body[(end + delimiter.Length)..];
            if (behind.StartsWith("--"u8) || behind.TrimStart(" \t"u8).StartsWith("\r\n"u8))
            {
                return end + delimiter.Length;
            }

            end += delimiter.Length;
        }

        return -1;
    }

    private string? Add(ReadOnlySpan<byte> head, ReadOnlyMemory<byte> content)
    {
        string? disposition = null;
        string? contentType = null;
        foreach (var line in Encoding.UTF8.GetString(head).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                return "a header of a part has no name";
            }

            var value = line[(colon + 1)..].Trim();
            switch (line[..colon].ToUpperInvariant())
            {
                case "CONTENT-DISPOSITION":
                    disposition = value;
                    break;
                case "CONTENT-TYPE":
                    contentType = value;
                    break;
                case "CONTENT-TRANSFER-ENCODING" when value.ToUpperInvariant() is not ("7BIT" or "8BIT" or "BINARY"):
                    return "a part has a Content-Transfer-Encoding, which forms do not use (RFC 7578 section 4.7)";
                default:
                    break;
            }
        }

        if (!ContentDispositionHeaderValue.TryParse(disposition, out var parsed)
            || !parsed.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase)

            // Of a filename* without a value the framework makes an exception.
            || parsed.Parameters.Any(static p => !p.Value.HasValue)
            || HeaderUtilities.RemoveQuotes(parsed.Name).ToString() is not { Length: > 0 } name)
        {
            return "a part has no Content-Disposition: form-data with a name";
        }

        var fileName = parsed.FileNameStar.HasValue ? parsed.FileNameStar : parsed.FileName;
        _parts.Add(new FormPart(
            Unescaped(name), fileName.HasValue ? Unescaped(HeaderUtilities.RemoveQuotes(fileName).ToString()) : null, contentType, content));
        return null;
    }

    // What browsers escape in names: WHATWG HTML, multipart/form-data encoding algorithm.
    private static string Unescaped(string text) => text
        .Replace("%22", "\"", StringComparison.Ordinal)
        .Replace("%0D", "\r", StringComparison.Ordinal)
        .Replace("%0A", "\n", StringComparison.Ordinal);
}
