using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;

namespace BridgeMesh.Registries.Dns.Wire;

/// <summary>
/// An answer. Source: RFC 1035 section 4.
/// <code>
/// id 2 | QR 1 bit, opcode 4, AA, TC, RD ‖ RA, Z 3, RCODE 4 | counts of questions, answers, authorities, additionals 2 each
/// question: name | type 2 | class 2        record: name | type 2 | class 2 | TTL 4 | length 2 | data
/// </code>
/// </summary>
internal sealed record DnsMessage(int Id, bool IsResponse, bool IsTruncated, int Code, DomainName Name, RecordType Type)
{
    internal const int HeaderBytes = 12;

    /// <summary>Records of one answer.</summary>
    internal const int MaxRecords = 4_096;

    internal const int NoError = 0;
    internal const int NoSuchName = 3;

    private const int Internet = 1;
    private const int SrvFixedBytes = 6;

    internal ImmutableArray<DnsRecord> Answers { get; init; } = [];

    /// <summary>Time for which it may be remembered that there is nothing, in s (RFC 2308); null where it is not told.</summary>
    internal long? NegativeTtlS { get; init; }

    /// <summary>It names other nameservers instead of an answer.</summary>
    internal bool IsReferral { get; init; }

    internal static byte[] Question(int id, DomainName name, RecordType type)
    {
        const byte RecursionDesired = 1;
        var message = new List<byte>(HeaderBytes + DomainName.MaxLength + 6) { (byte)(id >> 8), (byte)id, RecursionDesired, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        name.Write(message);
        message.AddRange([0, (byte)type, 0, Internet]);
        return [.. message];
    }

    /// <summary>Null where it breaks the form.</summary>
    internal static DnsMessage? Read(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderBytes)
        {
            return null;
        }

        var flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        var isTruncated = (flags & 0x0200) != 0;
        var counts = (Questions: Count(message, 0), Answers: Count(message, 1), Authorities: Count(message, 2));
        var position = HeaderBytes;
        if (counts.Questions != 1 || counts.Answers + counts.Authorities > MaxRecords
            || !DomainName.TryRead(message, ref position, out var name) || message.Length - position < 4)
        {
            return null;
        }

        var head = new DnsMessage(
            BinaryPrimitives.ReadUInt16BigEndian(message),
            (flags & 0x8000) != 0 && (flags & 0x7800) == 0,
            isTruncated,
            flags & 0xF,
            name,
            BinaryPrimitives.ReadUInt16BigEndian(message[(position + 2)..]) == Internet
                ? (RecordType)BinaryPrimitives.ReadUInt16BigEndian(message[position..])
                : 0);
        if (isTruncated)
        {
            // What is there of it is asked for again, over TCP.
            return head;
        }

        position += 4;
        var answers = ImmutableArray.CreateBuilder<DnsRecord>();
        for (var i = 0; i < counts.Answers; i++)
        {
            if (!TryRecord(message, ref position, out var record, out _))
            {
                return null;
            }

            if (record is not null)
            {
                answers.Add(record);
            }
        }

        long? negative = null;
        var isReferral = false;
        for (var i = 0; i < counts.Authorities; i++)
        {
            if (!TryRecord(message, ref position, out var record, out var minimum))
            {
                return null;
            }

            negative = record is { Type: RecordType.Soa } ? Math.Min(record.TtlS, minimum) : negative;
            isReferral |= record is { Type: RecordType.Ns };
        }

        return head with
        {
            Answers = answers.ToImmutable(),
            NegativeTtlS = negative,
            IsReferral = isReferral && negative is null && answers.Count == 0,
        };
    }

    private static int Count(ReadOnlySpan<byte> message, int section) => BinaryPrimitives.ReadUInt16BigEndian(message[(4 + (section * 2))..]);

    /// <summary>Null, and true, for one that is not understood.</summary>
    private static bool TryRecord(ReadOnlySpan<byte> message, ref int position, out DnsRecord? record, out long minimum)
    {
        record = null;
        minimum = 0;
        if (!DomainName.TryRead(message, ref position, out var name) || message.Length - position < 10)
        {
            return false;
        }

        var type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(message[position..]);
        var isInternet = BinaryPrimitives.ReadUInt16BigEndian(message[(position + 2)..]) == Internet;
        long ttl = BinaryPrimitives.ReadUInt32BigEndian(message[(position + 4)..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(message[(position + 8)..]);
        var start = position + 10;
        if (message.Length - start < length)
        {
            return false;
        }

        position = start + length;
        if (!isInternet)
        {
            return true;
        }

        // The highest bit set counts as none (RFC 2181 section 8).
        record = new DnsRecord(name, type, ttl > int.MaxValue ? 0 : ttl);
        var data = message.Slice(start, length);
        switch (type)
        {
            case RecordType.A or RecordType.Aaaa:
                record = record with { Address = length == (type == RecordType.A ? 4 : 16) ? new IPAddress(data) : null };
                return record.Address is not null;
            case RecordType.Cname:
                return TryTarget(message, start, position, ref record);
            case RecordType.Srv when length > SrvFixedBytes:
                record = record with
                {
                    Priority = BinaryPrimitives.ReadUInt16BigEndian(data),
                    Weight = BinaryPrimitives.ReadUInt16BigEndian(data[2..]),
                    Port = BinaryPrimitives.ReadUInt16BigEndian(data[4..]),
                };
                return TryTarget(message, start + SrvFixedBytes, position, ref record);
            case RecordType.Srv:
                return false;
            case RecordType.Soa:
                // MINIMUM is the last of its numbers.
                minimum = length >= 22 ? BinaryPrimitives.ReadUInt32BigEndian(data[^4..]) : 0;
                return length >= 22;
            default:
                return true;
        }
    }

    private static bool TryTarget(ReadOnlySpan<byte> message, int start, int end, ref DnsRecord record)
    {
        if (!DomainName.TryRead(message, ref start, out var target) || start != end)
        {
            return false;
        }

        record = record with { Target = target };
        return true;
    }
}
