using System.Text;
using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Dubbo.Requests;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Copying;

/// <summary>What a splice changes in the attachments: the names of the service, the time left, the hop list, and the pairs of the patch.</summary>
internal readonly ref struct AttachmentEdit(FramePatch frame)
{
    private readonly SplicePatch? _patch = frame.Splice;
    private readonly int _timeoutMs = frame.TimeoutMs;
    private readonly string? _hops = frame.Hops;

    /// <summary>Longer keys are compared as text.</summary>
    private const int MaxKeyBytes = 256;

    /// <summary>Whether the entry with this key gives way to a new one.</summary>
    internal bool IsReplaced(ReadOnlySpan<byte> key)
    {
        if (_timeoutMs > 0 && AttachmentReader.IsTimeout(key))
        {
            return true;
        }

        if ((_patch?.Service is not null && NamesService(key)) || (_hops is not null && key.SequenceEqual(AttachmentKeys.Hops)))
        {
            return true;
        }

        if (_patch is null || _patch.Set.Count == 0)
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[MaxKeyBytes];
        foreach (ref readonly var entry in _patch.Set.Entries)
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
        if (_patch?.Service is { } service)
        {
            Write(writer, AttachmentKeys.Path, service.Interface);
            Write(writer, AttachmentKeys.Interface, service.Interface);
            Write(writer, AttachmentKeys.Version, service.Version.Length == 0 ? RequestFront.NoVersion : service.Version);
            if (service.Group.Length > 0)
            {
                Write(writer, AttachmentKeys.Group, service.Group);
            }
        }

        if (_timeoutMs > 0)
        {
            AttachmentWriter.WriteTimeout(writer, _timeoutMs);
        }

        if (_hops is not null)
        {
            Write(writer, Exchanges.HopList.Key, _hops);
        }

        foreach (ref readonly var entry in _patch is null ? default : _patch.Set.Entries)
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
