using System.Buffers;
using System.IO.Compression;
using BridgeMesh.Codecs.Web.Compression;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Microsoft.Net.Http.Headers;

namespace BridgeMesh.Codecs.Http.Headers;

internal enum Coding : byte
{
    Identity,
    Gzip,
    Deflate,
    Brotli,

    /// <summary>Another one, or several at once.</summary>
    Unknown,
}

/// <summary>
/// The content codings that bodies may have on the translate lane. A decoded body is bounded twice: by the listener's longest frame, and by
/// a ratio to what came, so that a small request cannot cost a large one's work. Source: RFC 9110 sections 8.4.1 and 12.5.3.
/// </summary>
internal static class ContentCoding
{
    internal const string Offered = "gzip, deflate, br";

    /// <summary>Bytes out for each byte in. JSON of equal rows reaches 50; deflate itself goes to 1,032, brotli beyond.</summary>
    internal const int MaxRatio = 200;

    /// <summary>Below this the ratio does not matter.</summary>
    private const int FreeBytes = 64 << 10;

    /// <summary>Bytes that are made before the bounds are looked at again.</summary>
    private const int StepBytes = 16 << 10;

    /// <summary>Below this another coding gains nothing on a network.</summary>
    internal const int MinEncodedBytes = 1_024;

    internal static Coding Of(string? header) => header?.Trim().ToUpperInvariant() switch
    {
        null or "" or "IDENTITY" => Coding.Identity,
        "GZIP" or "X-GZIP" => Coding.Gzip,
        "DEFLATE" => Coding.Deflate,
        "BR" => Coding.Brotli,
        _ => Coding.Unknown,
    };

    internal static string NameOf(Coding coding) => coding switch
    {
        Coding.Gzip => "gzip",
        Coding.Deflate => "deflate",
        _ => "br",
    };

    /// <summary>What a caller likes best of what is offered; identity where it asks for nothing. Equal weights count in our order.</summary>
    internal static Coding Choose(string? acceptEncoding)
    {
        if (string.IsNullOrEmpty(acceptEncoding) || !StringWithQualityHeaderValue.TryParseList([acceptEncoding], out var asked))
        {
            return Coding.Identity;
        }

        var best = Coding.Identity;
        var most = 0d;
        foreach (var coding in (ReadOnlySpan<Coding>)[Coding.Brotli, Coding.Gzip, Coding.Deflate])
        {
            var quality = QualityOf(coding, asked);
            if (quality > most)
            {
                best = coding;
                most = quality;
            }
        }

        return most >= QualityOf(Coding.Identity, asked) ? best : Coding.Identity;
    }

    /// <summary>OverBudget when a bound is passed, Malformed when the body is not of the coding, cut off or followed by something.</summary>
    internal static CodecStatus Decode(Coding coding, in ReadOnlySequence<byte> body, long maxBytes, FrameWriter output)
    {
        var length = body.Length;
        if (length == 0)
        {
            return CodecStatus.Ok;
        }

        using var source = new PackedStream(body, isGzip: coding == Coding.Gzip);
        using var decoder = Decoder(coding, source, body);
        while (true)
        {
            int read;
            try
            {
                read = source.Unpack(decoder, output.GetSpan(StepBytes)[..StepBytes]);
            }
            catch (Exception broken) when (broken is InvalidDataException or IOException or InvalidOperationException)
            {
                // The framework's decoders have no other way to say so.
                return CodecStatus.Fail(CodecError.Malformed, $"the body is not {NameOf(coding)}");
            }

            if (read == 0)
            {
                return source switch
                {
                    { IsCutOff: true } => CodecStatus.Fail(CodecError.Malformed, $"the body ends inside its {NameOf(coding)}"),
                    { IsFollowed: true } => CodecStatus.Fail(CodecError.Malformed, $"something follows the {NameOf(coding)} body"),
                    _ => CodecStatus.Ok,
                };
            }

            output.Advance(read);
            if (output.Length > maxBytes)
            {
                return CodecStatus.Fail(CodecError.OverBudget, $"the body is longer than {maxBytes} bytes when decoded");
            }

            if (output.Length > FreeBytes && output.Length > length * MaxRatio)
            {
                return CodecStatus.Fail(CodecError.OverBudget, $"the body grows to more than {MaxRatio} times its size when decoded");
            }
        }
    }

    /// <summary>Writes the body in a coding; false when that gains nothing.</summary>
    internal static bool TryEncode(Coding coding, ReadOnlySpan<byte> body, FrameWriter output)
    {
        using var target = new MemoryStream(body.Length / 2);
        using (var encoder = Encoder(coding, target))
        {
            encoder.Write(body);
        }

        if (target.Length >= body.Length)
        {
            return false;
        }

        output.Write(target.GetBuffer().AsSpan(0, (int)target.Length));
        return true;
    }

    private static double QualityOf(Coding coding, IList<StringWithQualityHeaderValue> asked)
    {
        // Identity is acceptable unless it is refused, and liked no better than anything that is named.
        var quality = coding == Coding.Identity ? double.Epsilon : 0d;
        foreach (var value in asked)
        {
            if (value.Value == "*" ? coding != Coding.Identity || value.Quality == 0 : Of(value.Value.ToString()) == coding)
            {
                quality = value.Quality ?? 1;
                if (value.Value != "*")
                {
                    return quality;
                }
            }
        }

        return quality;
    }

    private static Stream Decoder(Coding coding, PackedStream source, in ReadOnlySequence<byte> body) => coding switch
    {
        Coding.Gzip => new GZipStream(source, CompressionMode.Decompress, leaveOpen: true),
        Coding.Deflate when IsZlib(body) => new ZLibStream(source, CompressionMode.Decompress, leaveOpen: true),
        Coding.Deflate => new DeflateStream(source, CompressionMode.Decompress, leaveOpen: true),
        _ => new BrotliStream(source, CompressionMode.Decompress, leaveOpen: true),
    };

    private static Stream Encoder(Coding coding, MemoryStream target) => coding switch
    {
        Coding.Gzip => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
        Coding.Deflate => new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true),
        _ => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
    };

    // "deflate" is zlib's format (RFC 1950), yet some send the bare one (RFC 1951), and every server takes both.
    private static bool IsZlib(in ReadOnlySequence<byte> body)
    {
        var reader = new SequenceReader<byte>(body);
        return reader.TryReadBigEndian(out short head) && (head & 0x0F00) == 0x0800 && (ushort)head % 31 == 0;
    }
}
