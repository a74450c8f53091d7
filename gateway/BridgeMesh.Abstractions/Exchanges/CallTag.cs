using BridgeMesh.Values;

namespace BridgeMesh.Exchanges;

/// <summary>
/// The tag by which a call asks for some of a service's instances, in Dubbo's words: org.apache.dubbo.rpc.cluster.Constants and
/// org.apache.dubbo.rpc.cluster.router.tag.TagRouter. Both names are metadata as any other and reach the callee too.
/// </summary>
public static class CallTag
{
    /// <summary>Name of the pair in metadata and, as it is, in every protocol's header map, attachments or headers.</summary>
    public const string Key = "dubbo.tag";

    /// <summary><c>true</c> forbids to fall back to instances without a tag.</summary>
    public const string ForceKey = "dubbo.force.tag";

    private static readonly Utf8Interner<string> Known = new(1_024, static text => text);

    /// <summary>The tag as text, without an allocation for one that is often asked for.</summary>
    public static string Of(ReadOnlySpan<byte> utf8) => Known.Get(utf8);

    /// <summary>As Java's Boolean.parseBoolean.</summary>
    public static bool IsForced(ReadOnlySpan<byte> utf8) =>
        utf8.Length == 4 && (utf8[0] | 0x20) == 't' && (utf8[1] | 0x20) == 'r' && (utf8[2] | 0x20) == 'u' && (utf8[3] | 0x20) == 'e';
}
