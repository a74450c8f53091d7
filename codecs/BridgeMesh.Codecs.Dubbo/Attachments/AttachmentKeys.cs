using System.Collections.Frozen;

namespace BridgeMesh.Codecs.Dubbo.Attachments;

/// <summary>Keys of attachments that belong to the protocol itself. Source: org.apache.dubbo.common.constants.CommonConstants.</summary>
internal static class AttachmentKeys
{
    internal const string Path = "path";
    internal const string Interface = "interface";
    internal const string Version = "version";
    internal const string Group = "group";
    internal const string Timeout = "timeout";

    /// <summary>What 2.7 sends instead of <see cref="Timeout"/> where its countdown is switched on.</summary>
    internal const string TimeoutCountdown = "_TO";
    internal const string Generic = "generic";

    /// <summary>What a provider demands of its consumers; its registration tells it to them.</summary>
    internal const string Token = "token";
    internal const string RemoteApplication = "remote.application";

    /// <summary>
    /// Says for an argument, whose number follows, that the provider shall call it back on the consumer's connection. Source:
    /// org.apache.dubbo.rpc.protocol.dubbo.CallbackServiceCodec.INV_ATT_CALLBACK_KEY.
    /// </summary>
    internal static ReadOnlySpan<byte> CallbackPrefix => "sys_callback_arg-"u8;

    /// <summary>As <see cref="Exchanges.HopList.Key"/>, which gateways write in these letters.</summary>
    internal static ReadOnlySpan<byte> Hops => "x-bridgemesh-hops"u8;

    /// <summary>As <see cref="Exchanges.CallTag.Key"/>.</summary>
    internal static ReadOnlySpan<byte> Tag => "dubbo.tag"u8;

    /// <summary>As <see cref="Exchanges.CallTag.ForceKey"/>.</summary>
    internal static ReadOnlySpan<byte> ForceTag => "dubbo.force.tag"u8;

    /// <summary>In replies: the protocol version, always 2.0.2.</summary>
    internal const string Dubbo = "dubbo";

    /// <summary>Never metadata, in neither direction: each side's codec says these in its own words. Tags for routing do pass.</summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
        [
            Path, Interface, Version, Group, Timeout, TimeoutCountdown, Generic, RemoteApplication, Dubbo,
            Token, "async", "return", "sent", "input", "output", "id", "invocationid", "remote.host", "callback",

            // What Node consumers say instead of remote.application.
            "application",
        ],
        StringComparer.OrdinalIgnoreCase);

    internal static bool IsReserved(string key) => Reserved.Contains(key);
}
