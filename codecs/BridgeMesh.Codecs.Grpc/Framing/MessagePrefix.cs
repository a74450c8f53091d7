using System.Buffers;
using System.Buffers.Binary;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Framing;

/// <summary>
/// What stands before every message of a gRPC stream.
/// <code>
///  0        1                               5
/// | flag u8 | length u32, big endian        | length bytes
/// flag: 0 as it is; 1 compressed with what a header names; 80 (gRPC-Web alone) trailers instead of a message;
///       2 (Connect's streams alone) the end of the stream instead of a message. The last two with 1 where the content is compressed
/// </code>
/// Source: gRPC over HTTP2, "Length-Prefixed-Message"; PROTOCOL-WEB; Connect protocol, "Enveloped-Message".
/// </summary>
internal readonly record struct MessagePrefix(byte Flag, int Length)
{
    internal const int Bytes = 5;

    internal const byte Compressed = 0x01;

    internal bool IsCompressed => (Flag & Compressed) != 0;

    /// <summary>Whether the content is the end of the body and no message.</summary>
    internal bool IsEnd => (Flag & ~Compressed) != 0;

    /// <summary>
    /// Reads the prefix at the start of what has arrived of a stream. Ok with <paramref name="whole"/> false means that more must arrive.
    /// </summary>
    /// <param name="maxBytes">Longest message that is taken, 1 or more; a longer one is refused by its prefix, before it is buffered.</param>
    /// <param name="whole">Whether the message is all there.</param>
    /// <param name="endFlag">The flag of an end, where the body may have one; 0 where it may not.</param>
    internal static CodecStatus Read(
        in ReadOnlySequence<byte> stream, int maxBytes, out MessagePrefix prefix, out bool whole, byte endFlag = 0)
    {
        prefix = default;
        whole = false;
        if (stream.Length < Bytes)
        {
            return CodecStatus.Ok;
        }

        Span<byte> head = stackalloc byte[Bytes];
        stream.Slice(0, Bytes).CopyTo(head);
        if ((head[0] & ~(Compressed | endFlag)) != 0)
        {
            return CodecStatus.Fail(CodecError.Malformed, $"a gRPC message begins with flag {head[0]}, which has no meaning", 0);
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(head[1..]);
        if (length > maxBytes)
        {
            return CodecStatus.Fail(CodecError.OverBudget, $"a gRPC message of {length} bytes is longer than {maxBytes}", 1);
        }

        prefix = new MessagePrefix(head[0], (int)length);
        whole = stream.Length - Bytes >= length;
        return CodecStatus.Ok;
    }

    /// <param name="head">At least <see cref="Bytes"/> long.</param>
    internal void Write(Span<byte> head)
    {
        head[0] = Flag;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], Length);
    }
}
