using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Microsoft.Net.Http.Headers;

namespace BridgeMesh.Codecs.Http.Headers;

internal enum CharsetKind : byte
{
    /// <summary>UTF-8, US-ASCII, or none named.</summary>
    Utf8,
    Latin1,

    /// <summary>With a byte order mark, or big endian (RFC 2781 section 4.3).</summary>
    Utf16,
    Utf16LittleEndian,
    Utf16BigEndian,
    Unknown,
}

/// <summary>The charsets of request bodies, each made UTF-8 before anything reads it.</summary>
internal static class Charset
{
    internal const string Offered = "UTF-8, UTF-16 or ISO-8859-1";

    internal static CharsetKind Of(MediaTypeHeaderValue type) =>
        !type.Charset.HasValue ? CharsetKind.Utf8 : HeaderUtilities.RemoveQuotes(type.Charset).ToString().ToUpperInvariant() switch
        {
            "UTF-8" or "UTF8" or "US-ASCII" => CharsetKind.Utf8,
            "ISO-8859-1" or "LATIN1" => CharsetKind.Latin1,
            "UTF-16" => CharsetKind.Utf16,
            "UTF-16LE" => CharsetKind.Utf16LittleEndian,
            "UTF-16BE" => CharsetKind.Utf16BigEndian,
            _ => CharsetKind.Unknown,
        };

    internal static CharsetKind Of(string? contentType) =>
        contentType is not null
        && contentType.Contains("charset", StringComparison.OrdinalIgnoreCase)
        && contentType != MediaTypes.JsonUtf8
        && MediaTypeHeaderValue.TryParse(contentType, out var parsed)
            ? Of(parsed)
            : CharsetKind.Utf8;

    /// <summary>Writes the text as UTF-8; Malformed when it is not of the charset.</summary>
    internal static CodecStatus ToUtf8(CharsetKind charset, ReadOnlySpan<byte> text, FrameWriter output)
    {
        if (charset == CharsetKind.Latin1)
        {
            var room = output.GetSpan(Math.Max(1, text.Length * 2));
            var written = 0;
            foreach (var unit in text)
            {
                if (unit < 0x80)
                {
                    room[written++] = unit;
                }
                else
                {
                    room[written++] = (byte)(0xC0 | (unit >> 6));
                    room[written++] = (byte)(0x80 | (unit & 0x3F));
                }
            }

            output.Advance(written);
            return CodecStatus.Ok;
        }

        return FromUtf16(charset, text, output);
    }

    private static CodecStatus FromUtf16(CharsetKind charset, ReadOnlySpan<byte> text, FrameWriter output)
    {
        var isLittle = charset == CharsetKind.Utf16LittleEndian;
        if (charset == CharsetKind.Utf16)
        {
            isLittle = text.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]);
            text = isLittle || text.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? text[2..] : text;
        }

        if (text.Length % 2 != 0)
        {
            return CodecStatus.Fail(CodecError.Malformed, "the body is not UTF-16");
        }

        var units = ArrayPool<ushort>.Shared.Rent(Math.Max(1, text.Length / 2));
        var native = units.AsSpan(0, text.Length / 2);
        text.CopyTo(MemoryMarshal.AsBytes(native));
        if (isLittle != BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(native, native);
        }

        var room = output.GetSpan(Math.Max(1, native.Length * 3));
        var status = Utf8.FromUtf16(MemoryMarshal.Cast<ushort, char>(native), room, out _, out var written, replaceInvalidSequences: false);
        ArrayPool<ushort>.Shared.Return(units);
        output.Advance(written);
        return status == OperationStatus.Done ? CodecStatus.Ok : CodecStatus.Fail(CodecError.Malformed, "the body is not UTF-16");
    }
}
