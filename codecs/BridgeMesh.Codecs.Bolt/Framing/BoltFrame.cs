using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Framing;

/// <summary>
/// Layout of a Bolt frame and what the scan leaves in <see cref="FrameHeader.Flags"/> and <see cref="FrameHeader.Layout"/>. All numbers are
/// big-endian. Source: SOFABolt RpcProtocol and RpcProtocolV2, and the recordings in tests/golden/bolt.
/// </summary>
/// <remarks>
/// <code>
/// v1 request   proto type cmd  ver2 requestId codec        timeout classLen headerLen contentLen | class header content
///              0     1    2-3  4    5-8       9            10-13   14-15    16-17     18-21        22..
/// v1 response  proto type cmd  ver2 requestId codec        status  classLen headerLen contentLen | class header content
///              0     1    2-3  4    5-8       9            10-11   12-13    14-15     16-19        20..
/// v2 request   proto ver1 type cmd  ver2 requestId codec switch timeout classLen headerLen contentLen | class header content [crc32]
///              0     1    2    3-4  5    6-9       10    11     12-15   16-17    18-19     20-23        24..
/// v2 response  as the v2 request, with a status of two bytes in the place of the timeout
/// </code>
/// The checksum is there when ver1 is 2 and bit 0 of the switch is set; it covers everything before it.
/// classLen and headerLen are signed 16-bit numbers to real peers.
/// </remarks>
internal static class BoltFrame
{
    internal const byte ProtocolV1 = 1;
    internal const byte ProtocolV2 = 2;

    internal const byte TypeResponse = 0;
    internal const byte TypeRequest = 1;
    internal const byte TypeOneWay = 2;

    internal const int CommandHeartbeat = 0;
    internal const int CommandRequest = 1;
    internal const int CommandResponse = 2;

    /// <summary>The version of a command that every known peer writes; readers ignore it.</summary>
    internal const byte CommandVersion = 1;

    /// <summary>Hessian in either dialect.</summary>
    internal const byte CodecHessian = 1;
    internal const byte CodecProtobuf = 11;
    internal const byte CodecJson = 12;

    /// <summary>Longest class name or header map: the lengths are signed 16-bit numbers to real peers.</summary>
    internal const int MaxShortLength = short.MaxValue;

    internal const int LongestFixedPart = 24;
    internal const int ChecksumBytes = 4;

    // ---- flags ---------------------------------------------------------------------------------------------------------------------

    /// <summary>The frame is in the v2 envelope; its ver1 byte is in bits 8 to 15.</summary>
    internal const ushort FlagV2 = 1;

    /// <summary>A CRC32 ends the frame.</summary>
    internal const ushort FlagChecksum = 2;

    /// <summary>
    /// The length of class name or header map is negative and was taken as zero, as SOFABolt does; the frame must be refused.
    /// </summary>
    internal const ushort FlagNegativeLength = 4;

    internal static bool IsV2(this in FrameHeader header) => (header.Flags & FlagV2) != 0;

    internal static bool HasChecksum(this in FrameHeader header) => (header.Flags & FlagChecksum) != 0;

    internal static bool HasNegativeLength(this in FrameHeader header) => (header.Flags & FlagNegativeLength) != 0;

    internal static byte Version1(this in FrameHeader header) => (byte)(header.Flags >> 8);

    // ---- layout: A length of the fixed part, B of the class name, C of the header map, D of the content -------------------------------

    internal static int FixedLength(this in FrameHeader header) => header.Layout.A;

    internal static int ClassLength(this in FrameHeader header) => header.Layout.B;

    internal static int HeaderLength(this in FrameHeader header) => header.Layout.C;

    internal static int ContentLength(this in FrameHeader header) => header.Layout.D;

    internal static int HeaderOffset(this in FrameHeader header) => header.Layout.A + header.Layout.B;

    internal static int ContentOffset(this in FrameHeader header) => header.Layout.A + header.Layout.B + header.Layout.C;

    /// <summary>Offset of the request id.</summary>
    internal static int IdOffset(this in FrameHeader header) => header.IsV2() ? 6 : 5;

    /// <summary>Offset of the timeout of a request.</summary>
    internal static int TimeoutOffset(this in FrameHeader header) => header.IsV2() ? 12 : 10;

    /// <summary>Offset of headerLen, which contentLen follows.</summary>
    internal static int HeaderLengthOffset(this in FrameHeader header) => header.Layout.A - 6;
}
