using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <summary>
/// A message's members by both names that ProtoJSON reads, and what its fields mean when they are missing. One for each class of a
/// contract, kept as long as that. Immutable; safe for any thread.
/// </summary>
internal sealed class ProtoMembers
{
    private static readonly ConditionalWeakTable<StructShape, ProtoMembers> Known = [];

    private readonly FrozenDictionary<byte[], int> _byName;

    private ProtoMembers(StructShape message)
    {
        Fields = ProtoForm.FieldsOf(message);
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var oneofs = new List<string>();
        Oneofs = new int[Fields.Length];
        for (var i = 0; i < Fields.Length; i++)
        {
            names.TryAdd(message.Fields[i].Name.Text, i);
            Oneofs[i] = -1;
            if (Fields[i].Oneof is { } oneof)
            {
                Oneofs[i] = oneofs.IndexOf(oneof) is >= 0 and var at ? at : oneofs.Count;
                oneofs.Add(oneof);
            }
        }

        // A field's JSON name goes before another's name in the .proto file.
        for (var i = 0; i < Fields.Length; i++)
        {
            if (Fields[i].ProtoName is { } name)
            {
                names.TryAdd(name, i);
            }
        }

        OneofCount = oneofs.Count;
        Implied = [.. Enumerable.Range(0, Fields.Length).Where(i => IsImplied(message.Fields[i], Fields[i]))];
        _byName = names.ToFrozenDictionary(static n => Encoding.UTF8.GetBytes(n.Key), static n => n.Value, Utf8Comparer.Instance);
    }

    public ImmutableArray<ProtoField> Fields { get; }

    /// <summary>The oneof of each field by a number of its own; -1 outside of one.</summary>
    public int[] Oneofs { get; }

    public int OneofCount { get; }

    /// <summary>Ordinals of the fields that have a value when they are missing.</summary>
    public int[] Implied { get; }

    public static ProtoMembers Of(StructShape message) => Known.GetValue(message, static m => new ProtoMembers(m));

    /// <summary>Ordinal of the field; -1 when there is none of that name.</summary>
    public int Find(ReadOnlySpan<byte> name) =>
        _byName.Count > 0 && _byName.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var ordinal) ? ordinal : -1;

    private static bool IsImplied(FieldShape field, ProtoField proto)
    {
        if (field.Type.Proto == ProtoKind.Canonical && field.Type.Kind is ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map)
        {
            return true;
        }

        var kind = ProtoForm.KindOf(field.Type);
        return proto is { Presence: ProtoPresence.Implicit, Oneof: null } && kind is not (ProtoKind.Message or ProtoKind.Group) && kind < ProtoKind.Timestamp;
    }
}
