using System.Collections.Frozen;
using BridgeMesh.Values;

namespace BridgeMesh.Contracts;

/// <summary>
/// Classes of a contract by Java name, for values that are of another class than the declared one. Filled once, after creation, as a class
/// may have fields of its own subclass; read from any thread afterwards.
/// </summary>
public sealed class SubtypeCatalog
{
    private FrozenDictionary<byte[], TypeShape> _byName = FrozenDictionary<byte[], TypeShape>.Empty;

    public int Count => _byName.Count;

    public IEnumerable<TypeShape> All => _byName.Values;

    /// <summary>The class with this name; null when the contract has none.</summary>
    public TypeShape? Find(ReadOnlySpan<byte> javaType) =>
        _byName.Count > 0 && _byName.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(javaType, out var found) ? found : null;

    /// <summary>To be called once, by the loader of the contract. Names must differ.</summary>
    public void SetTypes(IEnumerable<TypeShape> types) =>
        _byName = types.ToFrozenDictionary(static t => t.JavaType.Utf8.ToArray(), Utf8Comparer.Instance);

    /// <summary>As above under names of their own, as protobuf's messages have.</summary>
    public void SetTypes(IEnumerable<KeyValuePair<string, TypeShape>> types) =>
        _byName = types.ToFrozenDictionary(static t => Wtf8.FromUtf16(t.Key), static t => t.Value, Utf8Comparer.Instance);
}
