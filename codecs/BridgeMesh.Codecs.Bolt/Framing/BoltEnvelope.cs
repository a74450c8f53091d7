using System.Collections.Immutable;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Framing;

/// <summary>The fixed part in which a frame travels.</summary>
/// <param name="Version1">The ver1 byte of the v2 envelope, 1 or 2; 0 stands for the v1 envelope, which has no such byte.</param>
/// <param name="Checksum">A CRC32 ends the frame. Only with <paramref name="Version1"/> 2.</param>
internal readonly record struct BoltEnvelope(byte Version1, bool Checksum)
{
    /// <summary>The version of the v2 envelope that knows the checksum.</summary>
    private const byte WithSwitch = 2;

    internal static BoltEnvelope V1 => default;

    internal bool IsV2 => Version1 != 0;

    internal static BoltEnvelope Of(in FrameHeader header) => new(header.IsV2() ? header.Version1() : (byte)0, header.HasChecksum());

    /// <summary>
    /// What a registration asks for: <c>boltVersion</c> 1 or 2, and <c>boltCrc</c> true, which means 2 by itself. Null where it says
    /// neither. The names are the gateway's own, as SOFARPC speaks v1 alone.
    /// </summary>
    internal static BoltEnvelope? OfMetadata(ImmutableDictionary<string, string> metadata)
    {
        if (metadata.GetValueOrDefault("boltCrc") is "true" or "on")
        {
            return new BoltEnvelope(WithSwitch, Checksum: true);
        }

        return metadata.GetValueOrDefault("boltVersion") switch
        {
            "1" or "v1" => V1,
            "2" or "v2" => new BoltEnvelope(WithSwitch, Checksum: false),
            _ => null,
        };
    }
}
