using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Captures;

/// <summary>
/// Writes bytes of a connection as people hand them over: hexadecimal texts and dumps, pcap and pcapng files of TCP segments that came late,
/// twice or overlapping. Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng, RFC 791, RFC 8200, RFC 9293.
/// </summary>
internal static class CaptureMaker
{
    /// <summary>Ways of writing bytes as hexadecimal text.</summary>
    internal const int HexForms = 6;

    /// <summary>Numbers of link layers that <see cref="Packet"/> writes.</summary>
    private static readonly int[] Links = [0, 1, 101, 113, 276, 108, 12, 228];

    /// <param name="form">0 to <see cref="HexForms"/> - 1.</param>
    internal static string Hex(ReadOnlySpan<byte> bytes, int form)
    {
        var text = new StringBuilder();
        for (var at = 0; at < bytes.Length; at += 16)
        {
            var line = bytes.Slice(at, Math.Min(16, bytes.Length - at));
            var plain = Convert.ToHexStringLower(line);
            var spaced = string.Join(' ', plain.Chunk(2).Select(static c => new string(c)));
            var shown = new string([.. line.ToArray().Select(static b => b is >= 0x20 and < 0x7F ? (char)b : '.')]);
            _ = form switch
            {
                0 => text.Append(plain),
                1 => text.Append(spaced).Append('\n'),
                2 => text.Append(CultureInfo.InvariantCulture, $"{at:x8}: ").AppendJoin(' ', plain.Chunk(4).Select(static c => new string(c))).Append("  ").Append(shown).Append('\n'),
                3 => text.Append(CultureInfo.InvariantCulture, $"{at:x8}  {spaced}  |{shown}|\n"),
                4 => text.AppendJoin(", ", plain.Chunk(2).Select(static c => $"0x{new string(c)}")).Append(",\n"),
                _ => text.Append(CultureInfo.InvariantCulture, $"\t0x{at:x4}:  ").AppendJoin(' ', plain.Chunk(4).Select(static c => new string(c))).Append("  ").Append(shown).Append('\n'),
            };
        }

        return text.ToString();
    }

    /// <summary>A capture of a connection in which one side sends these bytes.</summary>
    internal static byte[] Capture(ReadOnlySpan<byte> bytes, FuzzRandom random)
    {
        var link = random.Pick<int>(Links);
        var isNext = random.Chance(50);
        var file = new InputBytes();
        Head(file, link, isNext);
        var start = random.Chance(30) ? uint.MaxValue - (uint)random.Below(200) : (uint)random.NextInt32();
        var isIPv6 = random.Chance(30);
        Add(file, isNext, Packet(link, isIPv6, start - 1, isSyn: true, []));
        var segments = new List<(uint Sequence, byte[] Payload)>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, random.Chance(70) ? random.Between(1, 1_460) : random.Between(1, 20));

            // A segment may say again what came before it.
            var again = random.Chance(20) ? Math.Min(at, random.Below(50)) : 0;
            segments.Add((start + (uint)(at - again), bytes.Slice(at - again, length + again).ToArray()));
            if (random.Chance(10))
            {
                segments.Add(segments[^1]);
            }

            at += length;
        }

        for (var i = 1; i < segments.Count; i++)
        {
            // Out of order, but never before the first: what began the recording tells where the connection begins.
            var other = Math.Max(1, i - random.Below(4));
            (segments[i], segments[other]) = random.Chance(30) ? (segments[other], segments[i]) : (segments[i], segments[other]);
        }

        foreach (var (sequence, payload) in segments)
        {
            Add(file, isNext, Packet(link, isIPv6, sequence, isSyn: false, payload));
        }

        return file.Span.ToArray();
    }

    private static void Head(InputBytes file, int link, bool isNext)
    {
        if (!isNext)
        {
            Little(file, 0xA1B2C3D4, 0x0004_0002, 0, 0, 262_144, (uint)link);
            return;
        }

        Little(file, 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, uint.MaxValue, uint.MaxValue, 28);
        Little(file, 1, 20, (uint)link, 262_144, 20);
    }

    private static void Add(InputBytes file, bool isNext, byte[] packet)
    {
        if (!isNext)
        {
            Little(file, 1_700_000_000, 5, (uint)packet.Length, (uint)packet.Length);
            file.Add(packet);
            return;
        }

        var padding = (4 - (packet.Length % 4)) % 4;
        var length = (uint)(32 + packet.Length + padding);
        Little(file, 6, length, 0, 0x0006_0000, 7, (uint)packet.Length, (uint)packet.Length);
        file.Add(packet);
        file.Add(stackalloc byte[padding]);
        Little(file, length);
    }

    private static void Little(InputBytes into, params ReadOnlySpan<uint> numbers)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
            into.Add(bytes);
        }
    }

    private static byte[] Packet(int link, bool isIPv6, uint sequence, bool isSyn, byte[] payload)
    {
        var packet = new InputBytes();
        var etherType = isIPv6 ? 0x86DD : 0x0800;
        switch (link)
        {
            case 0 or 108:
                packet.AddInt32(2);
                break;
            case 1:
                packet.AddInt64(0x0102030405060708);
                packet.AddInt32(0x090A0B0C);
                packet.AddUInt16(etherType);
                break;
            case 113:
                packet.AddInt64(0);
                packet.AddInt32(0);
                packet.AddUInt16(0);
                packet.AddUInt16(etherType);
                break;
            case 276:
                packet.AddUInt16(etherType);
                packet.AddUInt16(0);
                packet.AddInt64(0);
                packet.AddInt64(0);
                break;
            default:
                break;
        }

        if (isIPv6)
        {
            packet.AddInt32(0x6000_0000);
            packet.AddUInt16(20 + payload.Length);
            packet.AddUInt16(0x0640);
            packet.AddInt64(0);
            packet.AddInt64(1);
            packet.AddInt64(0);
            packet.AddInt64(2);
        }
        else
        {
            packet.AddUInt16(0x4500);
            packet.AddUInt16(40 + payload.Length);
            packet.AddInt32(0x0001_4000);
            packet.AddInt32(0x4006_0000);
            packet.AddInt32(0x7F00_0001);
            packet.AddInt32(0x7F00_0002);
        }

        packet.AddUInt16(40_000);
        packet.AddUInt16(12_200);
        packet.AddInt32((int)sequence);
        packet.AddInt32(0);
        packet.AddUInt16(0x5000 | (isSyn ? 0x02 : 0x18));
        packet.AddUInt16(1_000);
        packet.AddInt32(0);
        packet.Add(payload);
        return packet.Span.ToArray();
    }
}
