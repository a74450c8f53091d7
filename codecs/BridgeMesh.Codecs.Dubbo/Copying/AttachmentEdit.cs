using System.Text;
using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Dubbo.Requests;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Copying;

/// <summary>What a splice changes in the attachments: the names of the service, the time left, and the pairs of the patch.</summary>
internal readonly ref struct AttachmentEdit(SplicePatch patch, int timeoutMs)
{
    /// <summary>Longer keys are compared as text.</summary>
    private const int MaxKeyBytes = 256;

    /// <summary>Whether the entry with this key gives way to a new one.</summary>
    internal bool IsReplaced(ReadOnlySpan<byte> key)
    {
        if (timeoutMs > 0 && AttachmentReader.IsTimeout(key))
        {
            return true;
        }

        if (patch.Service is not null && NamesService(key))
        {
            return true;
        }

        Span<byte> utf8 = stackalloc byte[MaxKeyBytes];
        foreach (ref readonly var entry in patch.Set.Entries)
        {
            if (Encoding.UTF8.TryGetBytes(entry.Key, utf8, out var length) && key.SequenceEqual(utf8[..length]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool NamesService(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("path"u8) || key.SequenceEqual("interface"u8) || key.SequenceEqual("version"u8) || key.SequenceEqual("group"u8);

    internal void WriteNew(HessianWriter writer)
    {
        if (patch.Service is { } service)
        {
            Write(writer, AttachmentKeys.Path, service.Interface);
            Write(writer, AttachmentKeys.Interface, service.Interface);
            Write(writer, AttachmentKeys.Version, service.Version.Length == 0 ? RequestFront.NoVersion : service.Version);
            if (service.Group.Length > 0)
            {
                Write(writer, AttachmentKeys.Group, service.Group);
            }
        }

        if (timeoutMs > 0)
        {
            AttachmentWriter.WriteTimeout(writer, timeoutMs);
        }

        foreach (ref readonly var entry in patch.Set.Entries)
        {
            Write(writer, entry.Key, entry.Value);
        }
    }

    private static void Write(HessianWriter writer, string key, string value)
    {
        writer.WriteString(key);
        writer.WriteString(value);
    }
}
