using System.IO.Compression;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>A document as it is sent, plain and compressed. Immutable but for what is made on first use; safe for any thread.</summary>
internal sealed class CachedDocument(byte[] bytes, bool isXml)
{
    private byte[]? _packed;

    internal byte[] Bytes { get; } = bytes;

    internal bool IsXml { get; } = isXml;

    internal byte[] Packed => _packed ??= Pack(Bytes);

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}

/// <summary>
/// The whole registry as documents, made anew when something has changed: many clients ask for the same. Holds one of each form. Times of
/// renewals in it are as old as it is. Safe for any thread.
/// </summary>
internal sealed class DocumentCache(InstanceTable table)
{
    private readonly Entry?[] _entries = new Entry?[2];

    internal CachedDocument All(bool isXml)
    {
        ref var slot = ref _entries[isXml ? 1 : 0];
        var entry = Volatile.Read(ref slot);
        if (entry is null || entry.Version != table.Version)
        {
            var instances = table.FindAll(static _ => true, out var version, out var hashCode);
            entry = new Entry(version, new CachedDocument(InstanceWriter.Applications(instances, hashCode, version, isXml), isXml));
            Volatile.Write(ref slot, entry);
        }

        return entry.Document;
    }

    private sealed record Entry(long Version, CachedDocument Document);
}
