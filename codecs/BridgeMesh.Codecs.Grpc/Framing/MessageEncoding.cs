using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using BridgeMesh.Codecs.Web.Compression;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Framing;

/// <summary>
/// How messages are compressed: what <c>grpc-encoding</c> may name. Every gRPC implementation knows gzip; some know deflate (zlib's format,
/// RFC 1950). Source: gRPC "Compression".
/// </summary>
internal static class MessageEncoding
{
    internal const string Identity = "identity";
    internal const string Gzip = "gzip";
    internal const string Deflate = "deflate";

    /// <summary>Step in which output is made, so that a bomb is noticed before it has grown.</summary>
    private const int StepBytes = 16 << 10;

    internal static readonly ImmutableArray<string> Known = [Identity, Gzip, Deflate];

    /// <summary>As <c>grpc-accept-encoding</c> says it.</summary>
    internal static readonly string Accepted = string.Join(',', Known);

    internal static bool IsIdentity(string? encoding) => string.IsNullOrEmpty(encoding) || encoding == Identity;

    internal static bool IsKnown(string? encoding) => string.IsNullOrEmpty(encoding) || Known.Contains(encoding);

    /// <summary>Unpacks one message. What was written before a failure is the caller's to drop.</summary>
    /// <param name="maxBytes">Most bytes that may come out; a message that holds more is refused without being unpacked whole.</param>
    internal static CodecStatus Unpack(string? encoding, in ReadOnlySequence<byte> message, int maxBytes, FrameWriter output)
    {
        if (IsIdentity(encoding))
        {
            return CodecStatus.Fail(CodecError.Malformed, "a message is compressed and no header says how", 0);
        }

        var start = output.Length;
        using var source = new PackedStream(message, isGzip: encoding == Gzip);
        using var unpacked = Open(encoding, source);
        if (unpacked is null)
        {
            return CodecStatus.Fail(CodecError.Unsupported, $"messages compressed with '{encoding}' are not read; {Accepted} are");
        }

        if (message.IsEmpty)
        {
            // Nothing is not compressed, whatever the flag says: some senders set it for every message.
            return CodecStatus.Ok;
        }

        try
        {
            while (true)
            {
                var room = output.GetSpan(StepBytes);
                var read = source.Unpack(unpacked, room[..Math.Min(room.Length, StepBytes)]);
                if (read == 0)
                {
                    return Ended(source, encoding);
                }

                output.Advance(read);
                if (output.Length - start > maxBytes)
                {
                    return CodecStatus.Fail(CodecError.OverBudget, $"a compressed gRPC message holds more than {maxBytes} bytes");
                }
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            // An IOException where zlib asks for a dictionary, which nobody here has.
            return CodecStatus.Fail(CodecError.Malformed, $"a gRPC message is not {encoding} although its flag says so");
        }
    }

    /// <summary>Packs one message. The encoding is one of <see cref="Known"/> other than identity.</summary>
    internal static void Pack(string encoding, ReadOnlySpan<byte> message, FrameWriter output)
    {
        using var target = new WriterStream(output);
        using Stream packed = encoding == Gzip
            ? new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true)
            : new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true);
        packed.Write(message);
    }

    private static CodecStatus Ended(PackedStream source, string? encoding) => source switch
    {
        { IsCutOff: true } => CodecStatus.Fail(CodecError.Malformed, $"a gRPC message ends inside its {encoding}"),
        { IsFollowed: true } => CodecStatus.Fail(CodecError.Malformed, $"something follows the {encoding} of a gRPC message"),
        _ => CodecStatus.Ok,
    };

    private static Stream? Open(string? encoding, Stream source) => encoding switch
    {
        Gzip => new GZipStream(source, CompressionMode.Decompress, leaveOpen: true),
        Deflate => new ZLibStream(source, CompressionMode.Decompress, leaveOpen: true),
        _ => null,
    };
}
