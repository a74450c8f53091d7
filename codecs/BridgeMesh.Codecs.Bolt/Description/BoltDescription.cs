using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Replies;
using BridgeMesh.Codecs.Bolt.Requests;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Description;

/// <summary>Takes a frame apart for people, field by field; see <see cref="BoltFrame"/> for the layout. Not for hot paths.</summary>
internal static class BoltDescription
{
    /// <summary>More than any frame's fixed part, class name and header map: the lengths are 16-bit numbers.</summary>
    private const int MostBytes = BoltFrame.LongestFixedPart + (2 * ushort.MaxValue);

    internal static void Describe(in ReadOnlySequence<byte> bytes, ICollection<FrameField> fields)
    {
        var front = bytes.Slice(0, Math.Min(bytes.Length, MostBytes)).ToArray();
        if (front.Length == 0)
        {
            return;
        }

        var fieldsAt = new FieldCursor(front, fields);
        var isV2 = front[0] == BoltFrame.ProtocolV2;
        fieldsAt.Byte("protocol", front[0] is BoltFrame.ProtocolV1 or BoltFrame.ProtocolV2 ? $"Bolt v{front[0]}" : "not Bolt");
        byte version1 = 0;
        if (isV2)
        {
            version1 = fieldsAt.Byte("ver1", null);
        }

        var type = fieldsAt.Byte("type", null, NameOfType);
        fieldsAt.Int16("cmdCode", NameOfCommand);
        fieldsAt.Byte("ver2", null);
        fieldsAt.UInt32("requestId");
        fieldsAt.Byte("codec", null, NameOfCodec);
        var hasChecksum = false;
        if (isV2)
        {
            hasChecksum = (fieldsAt.Byte("switch", null, static s => (s & 1) != 0 ? "with CRC32" : "without CRC32") & 1) != 0 && version1 == 2;
        }

        if (type == BoltFrame.TypeResponse)
        {
            fieldsAt.Int16("status", NameOfStatus);
        }
        else
        {
            fieldsAt.Int32("timeout", static t => t < 0 ? "none" : "ms");
        }

        int classLength = fieldsAt.Int16("classLen", static l => l < 0 ? "negative" : null);
        int headerLength = fieldsAt.Int16("headerLen", static l => l < 0 ? "negative" : null);
        var contentLength = fieldsAt.Int32("contentLen", static l => l < 0 ? "negative" : null);
        fieldsAt.Text("class", Math.Max(0, classLength));
        DescribeMap(ref fieldsAt, Math.Max(0, headerLength));
        var checksumAt = fieldsAt.Position + (long)Math.Max(0, contentLength);
        if (hasChecksum && !fieldsAt.Ended && checksumAt + BoltFrame.ChecksumBytes <= bytes.Length)
        {
            DescribeChecksum(bytes, (int)checksumAt, fields);
        }
    }

    internal static FrameBody Body(in FrameHeader header, in ReadOnlySequence<byte> frame)
    {
        var content = frame.Slice(header.ContentOffset(), header.ContentLength());
        var serialization = header.Serializer switch
        {
            BoltFrame.CodecHessian => Dialects.OfContent(content) == HessianDialect.Final ? "hessian2" : "hessian-draft",
            var other => NameOfCodec(other) ?? $"codec {other}",
        };
        return new FrameBody(header.ContentOffset(), header.ContentLength(), serialization);
    }

    private static void DescribeMap(ref FieldCursor fieldsAt, int length)
    {
        var start = fieldsAt.Position;
        var map = new HeaderMap(fieldsAt.Take(length));
        var before = 0;
        while (map.TryNext(out var key, out var value))
        {
            fieldsAt.Add(new FrameField(
                start + before, map.Position - before, $"header {Encoding.UTF8.GetString(key)}", Encoding.UTF8.GetString(value)));
            before = map.Position;
        }
    }

    private static void DescribeChecksum(in ReadOnlySequence<byte> bytes, int at, ICollection<FrameField> fields)
    {
        Span<byte> declared = stackalloc byte[BoltFrame.ChecksumBytes];
        bytes.Slice(at, BoltFrame.ChecksumBytes).CopyTo(declared);
        var found = BinaryPrimitives.ReadUInt32BigEndian(declared);
        var right = Crc32.Of(bytes.Slice(0, at));
        fields.Add(new FrameField(
            at, BoltFrame.ChecksumBytes, "crc32", found.ToString("x8", CultureInfo.InvariantCulture),
            found == right ? "right" : string.Create(CultureInfo.InvariantCulture, $"wrong: the bytes give {right:x8}")));
    }

    private static string? NameOfType(int type) => type switch
    {
        BoltFrame.TypeResponse => "response",
        BoltFrame.TypeRequest => "request",
        BoltFrame.TypeOneWay => "oneway request",
        _ => "unknown",
    };

    private static string? NameOfCommand(int command) => command switch
    {
        BoltFrame.CommandHeartbeat => "heartbeat",
        BoltFrame.CommandRequest => "request",
        BoltFrame.CommandResponse => "response",
        _ => "unknown",
    };

    private static string? NameOfCodec(int codec) => codec switch
    {
        BoltFrame.CodecHessian => "hessian",
        BoltFrame.CodecProtobuf => "protobuf",
        BoltFrame.CodecJson => "json",
        _ => null,
    };

    // Source: SOFABolt ResponseStatus.
    private static string? NameOfStatus(int status) => status switch
    {
        BoltStatus.Success => "SUCCESS",
        BoltStatus.Error => "ERROR",
        BoltStatus.ServerException => "SERVER_EXCEPTION",
        BoltStatus.Unknown => "UNKNOWN",
        BoltStatus.ThreadPoolBusy => "SERVER_THREADPOOL_BUSY",
        BoltStatus.CommunicationError => "ERROR_COMM",
        BoltStatus.NoProcessor => "NO_PROCESSOR",
        BoltStatus.Timeout => "TIMEOUT",
        BoltStatus.ClientSendError => "CLIENT_SEND_ERROR",
        BoltStatus.CodecException => "CODEC_EXCEPTION",
        BoltStatus.ConnectionClosed => "CONNECTION_CLOSED",
        BoltStatus.SerializationException => "SERVER_SERIAL_EXCEPTION",
        BoltStatus.DeserializationException => "SERVER_DESERIAL_EXCEPTION",
        _ => "unknown",
    };
}
