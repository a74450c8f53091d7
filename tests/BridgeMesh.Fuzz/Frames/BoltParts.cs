using System.Buffers.Binary;
using BridgeMesh.Fuzz.Hessian;

namespace BridgeMesh.Fuzz.Frames;

/// <summary>
/// A Bolt frame taken apart, by a reader of its own. Immutable; shared by all workers.
/// <code>
/// v1  request   1 type cmd2 ver id4 codec timeout4 class2 header2 content4          | class header content
/// v1  response  1 type cmd2 ver id4 codec status2  class2 header2 content4          | class header content
/// v2  as v1, with the version's version behind the first byte, and a switch byte behind the codec; switch bit 0: a CRC-32 at the end
/// </code>
/// Source: SOFABolt's RpcProtocol and RpcProtocolV2.
/// </summary>
internal sealed class BoltParts
{
    private const byte HessianCodec = 1;

    private BoltParts(byte[] frame, int head, int cls, int header, int content)
    {
        Frame = frame;
        HeadBytes = head;
        Class = frame[head..(head + cls)];
        Header = frame[(head + cls)..(head + cls + header)];
        Content = frame[(head + cls + header)..(head + cls + header + content)];
        Stream = Codec == HessianCodec && !IsFinal(Content) ? new HessianSample(Content, draft: true) : null;
    }

    internal byte[] Frame { get; }

    /// <summary>Bytes before the class name, the three lengths included.</summary>
    internal int HeadBytes { get; }

    internal byte[] Class { get; }

    internal byte[] Header { get; }

    internal byte[] Content { get; }

    /// <summary>The content's values where it is Hessian.</summary>
    internal HessianSample? Stream { get; }

    internal bool IsV2 => Frame[0] == 2;

    internal bool HasCrc => IsV2 && Frame[1] == 2 && (Frame[11] & 1) != 0;

    internal byte Codec => Frame[IsV2 ? 10 : 9];

    internal static BoltParts? TryParse(byte[] frame)
    {
        if (frame.Length < 20 || frame[0] is not (1 or 2))
        {
            return null;
        }

        var shift = frame[0] == 2 ? 1 : 0;
        var isResponse = frame[1 + shift] == 0;
        var head = (isResponse ? 20 : 22) + (2 * shift);
        if (frame.Length < head)
        {
            return null;
        }

        var lengths = frame.AsSpan(head - 8);
        var cls = BinaryPrimitives.ReadUInt16BigEndian(lengths);
        var header = BinaryPrimitives.ReadUInt16BigEndian(lengths[2..]);
        var content = BinaryPrimitives.ReadInt32BigEndian(lengths[4..]);
        return content < 0 || (long)head + cls + header + content > frame.Length ? null : new BoltParts(frame, head, cls, header, content);
    }

    /// <summary>The values that a frame of a Java peer carries, in the draft dialect.</summary>
    internal static byte[]? DraftContent(byte[] frame) => TryParse(frame)?.Stream?.Bytes is { Length: > 0 } content ? content : null;

    // Node peers can be set to the final dialect, whose objects begin with a C.
    private static bool IsFinal(byte[] content) => content.Length > 0 && content[0] == 'C';
}
