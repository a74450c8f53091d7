using System.Buffers;
using System.IO.Compression;
using System.Text;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Codecs.Http.Multipart;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// Headers that decide how a message is read or answered, and the bodies under their codings and charsets.
/// <code>
/// how 1 | which 1 | bytes     how: 0 Content-Type, 1 Accept, 2 Accept-Encoding, 3 Cookie, 4 body of a content coding, 5 body of a charset
/// </code>
/// </summary>
internal sealed class HttpHeaderTarget(FuzzCorpus corpus) : FuzzTarget
{
    private const int Ways = 6;
    private const int MaxBodyBytes = 256 << 10;

    private static readonly Coding[] Codings = [Coding.Gzip, Coding.Deflate, Coding.Brotli];
    private static readonly CharsetKind[] Charsets =
        [CharsetKind.Latin1, CharsetKind.Utf16, CharsetKind.Utf16LittleEndian, CharsetKind.Utf16BigEndian];

    private static readonly byte[][] Pieces = [.. new[]
    {
        "application/json", "application/*+json", "application/problem+json", "text/plain", "*/*", "text/*", "application/octet-stream", ";charset=utf-16", "; charset=\"UTF-8\"",
        ";q=0", ";q=0.5", ";q=1.000", ";q=1.1", ";q=", ", ", ",", ";", "=", "multipart/form-data; boundary=", "\"a b\"", "boundary=x", "gzip", "br", "deflate", "*", "identity;q=0",
        "a=1", "a=\"%20\"; ", "; ", "a=%zz", "b=", "=x", "\u4e2d", "\0", "\\\"", " ", "application/x-www-form-urlencoded", "x-gzip",
    }.Select(Encoding.UTF8.GetBytes)];

    private readonly FrameWriter _output = new();
    private readonly FrameWriter _again = new();

    internal override string Name => "http-headers";

    internal override int Weight => 40;

    internal override long MaxAllocatedBytes(int inputBytes) => (4 << 20) + (inputBytes * 2_048L);

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        var how = random.Below(Ways);
        var which = random.NextByte();
        into.Add((byte)how);
        into.Add(which);
        if (how == 4)
        {
            Coded(random, Codings[which % Codings.Length], into);
        }
        else if (how == 5)
        {
            Span<byte> text = stackalloc byte[random.Below(200) & ~1];
            random.Fill(text);
            into.Add(text);
        }
        else
        {
            for (var i = random.Chance(2) ? random.Below(2_000) : random.Skewed(8); i > 0; i--)
            {
                into.Add(random.Pick<byte[]>(Pieces));
            }
        }

        if (random.Chance(35))
        {
            ByteMutations.One(into, random);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        if (input.Length < 2)
        {
            return Verdict.Refused;
        }

        var which = input.Span[1];
        var bytes = input[2..];
        var text = Encoding.Latin1.GetString(bytes.Span);
        return (input.Span[0] % Ways) switch
        {
            0 => ContentType(text),
            1 => Accept(text, corpus.Shapes[which % corpus.Shapes.Length]),
            2 => ContentCoding.Choose(text) == Coding.Identity ? Verdict.Framed : Verdict.Accepted,
            3 => Cookie(text),
            4 => Decode(Codings[which % Codings.Length], bytes),
            _ => Text(Charsets[which % Charsets.Length], bytes.Span),
        };
    }

    public override void Dispose()
    {
        _output.Dispose();
        _again.Dispose();
        base.Dispose();
    }

    private static Verdict ContentType(string text)
    {
        var kind = MediaTypes.KindOf(text);
        var boundary = MultipartForm.BoundaryOf(text);
        if (boundary is { Length: 0 or > MultipartForm.MaxBoundaryLength })
        {
            Break("a boundary beyond its bound", boundary);
        }

        return kind == MediaKind.Other || (MediaTypes.IsMediaType(text) && Charset.Of(text) == CharsetKind.Unknown) ? Verdict.Framed : Verdict.Accepted;
    }

    private static Verdict Accept(string text, Contracts.TypeShape returns)
    {
        var chosen = ReplyMedia.Choose(text, returns);
        if (chosen is not (MediaKind.Json or MediaKind.Text or MediaKind.Octets or MediaKind.Missing))
        {
            Break("an answer of no type that there is", chosen.ToString());
        }

        return chosen == MediaKind.Missing ? Verdict.Framed : Verdict.Accepted;
    }

    private static Verdict Cookie(string text)
    {
        var rest = CookieText.Without(text, ["a"]);
        if (CookieText.Find(rest, "a") is { } still)
        {
            Break("a cookie that was taken out is there", $"{still} in {rest}");
        }

        if (CookieText.Find(text, "a") is not { } value)
        {
            return Verdict.Framed;
        }

        // A broken escape is taken as it stands, and is then text like any other.
        var pair = CookieText.Pair("a", Encoding.UTF8.GetBytes(value));
        if (CookieText.Find(pair, "a") != value)
        {
            Break("a cookie reads back otherwise", $"{value} written as {pair}");
        }

        return Verdict.Accepted;
    }

    private static void Coded(FuzzRandom random, Coding coding, InputBytes into)
    {
        var plain = new byte[random.Chance(5) ? random.Below(4 * MaxBodyBytes) : random.Below(800)];
        if (random.Chance(70))
        {
            random.Fill(plain.AsSpan(0, Math.Min(plain.Length, 800)));
        }

        using var target = new MemoryStream();
        using (Stream encoder = coding switch
        {
            Coding.Gzip => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
            Coding.Deflate when random.Chance(50) => new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true),
            Coding.Deflate => new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            encoder.Write(plain);
        }

        into.Add(target.ToArray());
    }

    private Verdict Decode(Coding coding, ReadOnlyMemory<byte> bytes)
    {
        _output.Clear();
        var status = ContentCoding.Decode(coding, new ReadOnlySequence<byte>(bytes), MaxBodyBytes, _output);

        // What one read gives may pass the bound before it is looked at.
        if (_output.Length > MaxBodyBytes + (16 << 10))
        {
            Break("decodes beyond its bound", $"{_output.Length} bytes");
        }

        if (!status.IsOk)
        {
            if (string.IsNullOrEmpty(status.Detail))
            {
                Break("a fault that says nothing", status.Error.ToString());
            }

            return Verdict.Framed;
        }

        _again.Clear();
        if (!ContentCoding.TryEncode(coding, _output.Written, _again))
        {
            return Verdict.Accepted;
        }

        var packed = new ReadOnlySequence<byte>(_again.Written.ToArray());
        _again.Clear();
        status = ContentCoding.Decode(coding, packed, long.MaxValue, _again);
        var isBomb = !status.IsOk && _output.Length > packed.Length * ContentCoding.MaxRatio;
        if (!isBomb && !(status.IsOk && _again.Written.SequenceEqual(_output.Written)))
        {
            Break("decodes otherwise the second time", $"{status}, {_output.Length} became {_again.Length} bytes");
        }

        return Verdict.Accepted;
    }

    private Verdict Text(CharsetKind charset, ReadOnlySpan<byte> bytes)
    {
        _output.Clear();
        var status = Charset.ToUtf8(charset, bytes, _output);
        if (!status.IsOk)
        {
            return Verdict.Framed;
        }

        var encoding = charset switch
        {
            CharsetKind.Latin1 => Encoding.Latin1,
            CharsetKind.Utf16LittleEndian => Encoding.Unicode,
            CharsetKind.Utf16 when bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) => Encoding.Unicode,
            _ => Encoding.BigEndianUnicode,
        };
        var hasMark = bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        var text = charset == CharsetKind.Utf16 && hasMark ? bytes[2..] : bytes;
        if (!Encoding.UTF8.GetBytes(encoding.GetString(text)).AsSpan().SequenceEqual(_output.Written))
        {
            Break("another text than the framework's", $"{charset} {Convert.ToHexStringLower(bytes)}");
        }

        return Verdict.Accepted;
    }
}
