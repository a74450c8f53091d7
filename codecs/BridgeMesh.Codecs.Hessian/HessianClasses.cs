using System.Collections.Concurrent;
using System.Collections.Immutable;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>
/// Class definitions known to the process: by the bytes in which a stream defines them, and by name and fields for writers. Both are
/// bounded; past the bounds a definition is made anew for each stream, which costs the peer that floods them and nobody else.
/// Safe for any thread.
/// </summary>
internal static class HessianClasses
{
    /// <summary>Definitions kept per dialect. The largest recorded interface has below 100 classes.</summary>
    private const int MaxKept = 8_192;

    /// <summary>Field sets kept for one class name: versions of a class that are in use at the same time.</summary>
    private const int MaxVariants = 8;

    /// <summary>Longer definitions are not kept: a class of a hundred fields takes about 2,000 bytes.</summary>
    private const int MaxKeptBytes = 8_192;

    /// <summary>Bytes of definitions kept per dialect, and fields of classes kept by name: what a peer that floods them can fill.</summary>
    private const int MaxTotalBytes = 8 << 20;
    private const int MaxTotalFields = 1 << 20;

    private static readonly ByteKeyed Final = new();
    private static readonly ByteKeyed Draft = new();
    private static readonly ConcurrentDictionary<string, ImmutableArray<HessianClass>> ByName = new(StringComparer.Ordinal);
    private static int _named;
    private static int _fields;

    internal static bool Same(TypeName left, TypeName right) => ReferenceEquals(left, right) || left.Text == right.Text;

    internal static bool Same(FieldName left, FieldName right) => ReferenceEquals(left, right) || left.Text == right.Text;

    internal static bool TryGet(HessianDialect dialect, ReadOnlySpan<byte> definition, out HessianClass? known) =>
        (dialect == HessianDialect.Final ? Final : Draft).TryGet(definition, out known);

    internal static void Keep(HessianDialect dialect, ReadOnlySpan<byte> definition, HessianClass cls)
    {
        if (definition.Length <= MaxKeptBytes)
        {
            (dialect == HessianDialect.Final ? Final : Draft).Add(definition, cls, MaxKept);
        }
    }

    /// <summary>The shared definition with this name and these fields.</summary>
    internal static HessianClass Of(TypeName type, ReadOnlySpan<FieldName> fields)
    {
        if (ByName.TryGetValue(type.Text, out var variants))
        {
            foreach (var variant in variants)
            {
                if (variant.Matches(type, fields))
                {
                    return variant;
                }
            }
        }

        var added = new HessianClass(type, fields.ToArray());
        if (type.Utf8.Length > MaxKeptBytes || Volatile.Read(ref _fields) + fields.Length > MaxTotalFields)
        {
            return added;
        }

        if (variants.IsDefault)
        {
            added.IsShared = Volatile.Read(ref _named) < MaxKept && ByName.TryAdd(type.Text, [added]);
            Interlocked.Add(ref _named, added.IsShared ? 1 : 0);
        }
        else
        {
            // Lost to another thread's variant, this one is added by the next stream that has it.
            added.IsShared = variants.Length < MaxVariants && ByName.TryUpdate(type.Text, variants.Add(added), variants);
        }

        Interlocked.Add(ref _fields, added.IsShared ? fields.Length : 0);
        return added;
    }

    private sealed class ByteKeyed
    {
        private readonly ConcurrentDictionary<byte[], HessianClass> _entries;
        private readonly ConcurrentDictionary<byte[], HessianClass>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
        private int _count;
        private int _bytes;

        internal ByteKeyed()
        {
            _entries = new(Utf8Comparer.Instance);
            _lookup = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();
        }

        internal bool TryGet(ReadOnlySpan<byte> definition, out HessianClass? known) => _lookup.TryGetValue(definition, out known);

        internal void Add(ReadOnlySpan<byte> definition, HessianClass cls, int capacity)
        {
            if (Volatile.Read(ref _count) < capacity
                && Volatile.Read(ref _bytes) + definition.Length <= MaxTotalBytes
                && _entries.TryAdd(definition.ToArray(), cls))
            {
                Interlocked.Increment(ref _count);
                Interlocked.Add(ref _bytes, definition.Length);
            }
        }
    }
}
