using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Dubbo.Attachments;

/// <summary>
/// Writes the map behind a request's arguments or a reply's value. The protocol's own keys stand in the order in which Java's HashMap
/// yields them, as in all recordings, so that frames can be compared byte for byte; metadata follows in its own order.
/// </summary>
internal static class AttachmentWriter
{
    /// <summary>Protocol version that this codec speaks. Source: org.apache.dubbo.common.Version.DEFAULT_DUBBO_PROTOCOL_VERSION.</summary>
    internal const string ProtocolVersion = "2.0.2";

    /// <summary>What providers show as the calling application.</summary>
    private const string Application = "bridgemesh";

    internal static void WriteRequest(ref HessianWriter writer, Exchange exchange, string path, string version, bool isGeneric)
    {
        var service = exchange.CalleeService;
        writer.BeginMap();
        Write(ref writer, AttachmentKeys.Path, path);
        Write(ref writer, AttachmentKeys.RemoteApplication, Application);
        Write(ref writer, AttachmentKeys.Interface, service.Interface);
        Write(ref writer, AttachmentKeys.Version, version);
        if (isGeneric)
        {
            Write(ref writer, AttachmentKeys.Generic, "true");
        }

        if (exchange.RemainingMs > 0)
        {
            WriteTimeout(writer, exchange.RemainingMs);
        }

        if (service.Group.Length > 0)
        {
            Write(ref writer, AttachmentKeys.Group, service.Group);
        }

        if (exchange.Instance is { } instance && instance.Metadata.TryGetValue(AttachmentKeys.Token, out var token))
        {
            Write(ref writer, AttachmentKeys.Token, token);
        }

        WriteMetadata(ref writer, exchange.RequestMetadata);
        writer.EndMap();
    }

    internal static void WriteTimeout(HessianWriter writer, int timeoutMs)
    {
        Span<char> digits = stackalloc char[11];
        timeoutMs.TryFormat(digits, out var length);
        writer.WriteString(AttachmentKeys.Timeout);
        writer.WriteString(digits[..length]);
    }

    internal static void WriteReply(ref HessianWriter writer, Metadata metadata)
    {
        writer.BeginMap();
        Write(ref writer, AttachmentKeys.Dubbo, ProtocolVersion);
        WriteMetadata(ref writer, metadata);
        writer.EndMap();
    }

    // Another protocol's headers may be called like our reserved keys, and would overrule them.
    private static void WriteMetadata(ref HessianWriter writer, Metadata metadata)
    {
        foreach (ref readonly var entry in metadata.Entries)
        {
            if (!AttachmentKeys.IsReserved(entry.Key))
            {
                Write(ref writer, entry.Key, entry.Value);
            }
        }
    }

    private static void Write(ref HessianWriter writer, string key, string value)
    {
        writer.WriteString(key);
        writer.WriteString(value);
    }
}
