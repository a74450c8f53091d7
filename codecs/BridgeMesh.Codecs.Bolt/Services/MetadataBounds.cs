using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Services;

/// <summary>Keeps metadata that another protocol took in from growing a Bolt frame without bound.</summary>
internal static class MetadataBounds
{
    internal static CodecStatus Check(Metadata metadata)
    {
        long length = 0;
        foreach (ref readonly var pair in metadata.Entries)
        {
            length += pair.Key.Length + pair.Value.Length;
        }

        var most = FrameLimits.Default.MaxMetadataBytes;
        return length <= most
            ? CodecStatus.Ok
            : CodecStatus.Fail(CodecError.Unrepresentable, $"metadata of {length} characters is longer than the {most} allowed");
    }
}
