using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using BridgeMesh.Codecs.Dubbo.Framing;
using BridgeMesh.Codecs.Dubbo.Statuses;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Description;

/// <summary>Takes a frame apart for people; see <see cref="DubboFrame"/> for the layout. Not for hot paths.</summary>
internal static class DubboDescription
{
    private static readonly string[] RequestTexts = ["dubbo version", "path", "service version", "method", "parameter types"];

    internal static void Describe(in ReadOnlySequence<byte> bytes, ICollection<FrameField> fields)
    {
        Span<byte> copy = stackalloc byte[DubboFrame.HeaderBytes];
        var length = (int)Math.Min(bytes.Length, copy.Length);
        bytes.Slice(0, length).CopyTo(copy);
        var head = copy[..length];
        if (length < 4)
        {
            return;
        }

        var magic = BinaryPrimitives.ReadUInt16BigEndian(head);
        fields.Add(new(0, 2, "magic", magic.ToString("x4", CultureInfo.InvariantCulture), magic == DubboFrame.Magic ? "Dubbo" : "not Dubbo"));
        fields.Add(new(2, 1, "flags", head[2].ToString("x2", CultureInfo.InvariantCulture), NameOfFlags(head[2])));
        fields.Add(new(2, 1, "serialization", Number(head[2] & DubboFrame.SerializationMask), SerializationIds.NameOf(head[2])));
        var isRequest = (head[2] & DubboFrame.RequestFlag) != 0;
        fields.Add(new(3, 1, "status", Number(head[3]), isRequest ? "none in a request" : NameOfStatus(head[3])));
        if (length == DubboFrame.HeaderBytes)
        {
            fields.Add(new(DubboFrame.IdOffset, 8, "id", Number(BinaryPrimitives.ReadInt64BigEndian(head[DubboFrame.IdOffset..]))));
            var bodyLength = BinaryPrimitives.ReadInt32BigEndian(head[DubboFrame.LengthOffset..]);
            fields.Add(new(DubboFrame.LengthOffset, 4, "body length", Number(bodyLength), bodyLength < 0 ? "negative" : null));
            if (isRequest && (head[2] & DubboFrame.EventFlag) == 0)
            {
                DescribeTexts(head[2], bytes.Slice(DubboFrame.HeaderBytes), bodyLength, fields);
            }
        }
    }

    internal static FrameBody Body(in FrameHeader header) =>
        new(DubboFrame.HeaderBytes, header.Length - DubboFrame.HeaderBytes, SerializationIds.NameOf(header.Serializer));

    /// <summary>The texts before the arguments, as far as they can be read.</summary>
    private static void DescribeTexts(byte flags, in ReadOnlySequence<byte> rest, int bodyLength, ICollection<FrameField> fields)
    {
        var body = rest.Slice(0, Math.Clamp(bodyLength, 0, rest.Length));
        switch (SerializationIds.NameOf(flags))
        {
            case "hessian2":
                DescribeHessianTexts(body, fields);
                break;
            case "fastjson":
                DescribeLines(body.ToArray(), fields);
                break;
            case "fastjson2":
                DescribeBlocks(body.ToArray(), fields);
                break;
            default:
                break;
        }
    }

    private static void DescribeHessianTexts(in ReadOnlySequence<byte> body, ICollection<FrameField> fields)
    {
        var state = HessianReadState.Rent();
        try
        {
            var reader = new HessianReader(body, HessianDialect.Final, state);
            foreach (var name in RequestTexts)
            {
                var at = (int)reader.Consumed;
                if (!reader.TryReadString(out var text))
                {
                    return;
                }

                var meaning = text is null ? "null" : null;
                fields.Add(new(DubboFrame.HeaderBytes + at, (int)reader.Consumed - at, name, text ?? string.Empty, meaning));
            }
        }
        finally
        {
            state.Return();
        }
    }

    /// <summary>fastjson writes each value as JSON on a line of its own. Source: FastJsonObjectOutput, and recordings.</summary>
    private static void DescribeLines(ReadOnlySpan<byte> body, ICollection<FrameField> fields)
    {
        var at = 0;
        foreach (var name in RequestTexts)
        {
            var length = body[at..].IndexOf((byte)'\n');
            var line = length < 2 ? default : body.Slice(at, length);
            if (line.IsEmpty || line[0] != '"' || line[^1] != '"')
            {
                return;
            }

            fields.Add(new(DubboFrame.HeaderBytes + at, length, name, Encoding.UTF8.GetString(line[1..^1])));
            at += length + 1;
        }
    }

    /// <summary>
    /// fastjson2 writes the length of each value in four bytes before it; a short text is its length plus 0x49 and ASCII, a longer one 0x79, its
    /// length as such a number, and ASCII. Source: FastJson2ObjectOutput, JSONB's BC_STR_ASCII, and recordings.
    /// </summary>
    private static void DescribeBlocks(ReadOnlySpan<byte> body, ICollection<FrameField> fields)
    {
        const byte shortText = 0x49;
        const byte longText = 0x79;
        var at = 0;
        foreach (var name in RequestTexts)
        {
            var length = body.Length - at < 5 ? -1 : BinaryPrimitives.ReadInt32BigEndian(body[at..]);
            if (length < 1 || length > body.Length - at - 4)
            {
                return;
            }

            var value = body.Slice(at + 4, length);

            // The number that says a longer text's length takes two bytes from 48 on, as do all lengths that occur here.
            var skip = value[0] == longText ? 3 : 1;
            if (value[0] is < shortText or > longText || value.Length < skip)
            {
                return;
            }

            fields.Add(new(DubboFrame.HeaderBytes + at, length + 4, name, Encoding.ASCII.GetString(value[skip..])));
            at += length + 4;
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string NameOfFlags(byte flags)
    {
        var what = (flags & DubboFrame.EventFlag) != 0 ? "event " : string.Empty;
        var way = (flags & DubboFrame.RequestFlag) == 0 ? "response" : (flags & DubboFrame.TwoWayFlag) != 0 ? "request, two-way" : "request, one-way";
        return what + way;
    }

    // Source: org.apache.dubbo.remoting.exchange.Response.
    private static string NameOfStatus(byte status) => status switch
    {
        DubboStatus.Ok => "OK",
        DubboStatus.SerializationError => "SERIALIZATION_ERROR",
        DubboStatus.ClientTimeout => "CLIENT_TIMEOUT",
        DubboStatus.ServerTimeout => "SERVER_TIMEOUT",
        DubboStatus.ChannelInactive => "CHANNEL_INACTIVE",
        DubboStatus.BadRequest => "BAD_REQUEST",
        DubboStatus.BadResponse => "BAD_RESPONSE",
        DubboStatus.ServiceNotFound => "SERVICE_NOT_FOUND",
        DubboStatus.ServiceError => "SERVICE_ERROR",
        DubboStatus.ServerError => "SERVER_ERROR",
        DubboStatus.ClientError => "CLIENT_ERROR",
        DubboStatus.ThreadpoolExhausted => "SERVER_THREADPOOL_EXHAUSTED_ERROR",
        _ => "unknown",
    };
}
