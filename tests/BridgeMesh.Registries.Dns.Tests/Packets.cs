using System.Buffers.Binary;
using System.Net;
using BridgeMesh.Registries.Dns.Wire;

namespace BridgeMesh.Registries.Dns;

/// <summary>Answers, written by hand. Names in them are not compressed unless a test says so.</summary>
internal static class Packets
{
    internal static byte[] Answer(byte[] question, int code, params byte[][] records) => Answer(question, code, [.. records], []);

    internal static byte[] Answer(byte[] question, int code, byte[][] records, byte[][] authorities)
    {
        byte[] answer = [.. question, .. records.SelectMany(static r => r), .. authorities.SelectMany(static r => r)];
        answer[2] |= 0x80;
        answer[3] = (byte)(0x80 | code);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(6), (ushort)records.Length);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(8), (ushort)authorities.Length);
        return answer;
    }

    internal static byte[] Truncated(byte[] question)
    {
        var answer = Answer(question, DnsMessage.NoError);
        answer[2] |= 0x02;
        return answer;
    }

    internal static byte[] Address(string name, string address, int ttl = 30)
    {
        var ip = IPAddress.Parse(address);
        return Record(name, ip.GetAddressBytes().Length == 4 ? RecordType.A : RecordType.Aaaa, ttl, ip.GetAddressBytes());
    }

    internal static byte[] Alias(string name, string target, int ttl = 30) => Record(name, RecordType.Cname, ttl, Name(target));

    internal static byte[] Service(string name, int priority, int weight, int port, string target, int ttl = 30) => Record(
        name, RecordType.Srv, ttl, [.. Number(priority), .. Number(weight), .. Number(port), .. Name(target)]);

    internal static byte[] Authority(string name, int ttl, int minimum) => Record(
        name, RecordType.Soa, ttl, [.. Name("ns.example"), .. Name("root.example"), .. new byte[18], .. Number(minimum)]);

    internal static byte[] Record(string name, RecordType type, int ttl, byte[] data) =>
        [.. Name(name), .. Number((int)type), 0, 1, .. Number(ttl >> 16), .. Number(ttl), .. Number(data.Length), .. data];

    internal static byte[] Name(string name)
    {
        var bytes = new List<byte>();
        if (name.Length == 0)
        {
            return [0];
        }

        DomainName.Parse(name)!.Value.Write(bytes); // as tests write them
        return [.. bytes];
    }

    internal static byte[] Number(int number) => [(byte)(number >> 8), (byte)number];
}
