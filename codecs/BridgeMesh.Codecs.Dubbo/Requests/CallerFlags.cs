using BridgeMesh.Codecs.Dubbo.Generic;

namespace BridgeMesh.Codecs.Dubbo.Requests;

/// <summary>
/// What must be remembered of a request to answer it, as it stands in <see cref="Exchanges.Exchange.CallerFlags"/>:
/// bit 0 attachments may follow the result, bits 1 to 3 the <see cref="GenericForm"/>, bits 8 to 15 the serialization id.
/// </summary>
internal readonly record struct CallerFlags(bool TakesAttachments, GenericForm Generic, byte Serializer)
{
    private const int GenericMask = 7;

    internal int Packed => (TakesAttachments ? 1 : 0) | ((int)Generic << 1) | (Serializer << 8);

    internal static CallerFlags Unpack(int packed) =>
        new((packed & 1) != 0, (GenericForm)((packed >> 1) & GenericMask), (byte)(packed >> 8));

    /// <summary>
    /// Whether a requester of this Dubbo version decodes attachments behind a result: 2.0.2 to 2.0.99 are protocol versions, everything
    /// else is the version of a jar from before there was one. Source: recordings, org.apache.dubbo.common.Version.
    /// </summary>
    internal static bool SupportsAttachments(string? dubboVersion)
    {
        const string Prefix = "2.0.";
        if (dubboVersion is null || !dubboVersion.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var patch = dubboVersion.AsSpan(Prefix.Length);
        var dot = patch.IndexOf('.');
        return int.TryParse(dot < 0 ? patch : patch[..dot], out var number) && number is >= 2 and <= 99;
    }
}
