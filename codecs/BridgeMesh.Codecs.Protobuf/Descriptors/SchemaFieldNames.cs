using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// Names of one message's fields as .proto files have them: <c>item_prices</c> for <c>itemPrices</c>, of which protobuf's own rule makes the
/// JSON name again. The wire has numbers alone, so that the names are free to be those that protobuf's tools and linters expect.
/// </summary>
internal sealed class SchemaFieldNames
{
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _oneofs = new(StringComparer.Ordinal);

    /// <param name="reserved">With the contract's names.</param>
    public SchemaFieldNames(ImmutableArray<ProtoReserved> reserved)
    {
        var names = reserved.Select(static r => r.Name).OfType<string>().Select(SchemaNames.LowerSnake).Distinct(StringComparer.Ordinal).ToList();
        Reserved = [.. reserved.Where(static r => r.Name is null), .. names.Select(static n => new ProtoReserved(n, 0, 0))];
        names.ForEach(n => _keys.Add(SchemaNames.Key(n)));
    }

    /// <summary>Ranges, then names in the form of fields' names.</summary>
    public ImmutableArray<ProtoReserved> Reserved { get; }

    /// <summary>A field's name, which no other has, not even in other letters: some compilers of proto3 refuse those.</summary>
    /// <param name="protoName">The name that its .proto file gave it; null without one.</param>
    public string Take(string name, string? protoName)
    {
        var wanted = protoName is null ? SchemaNames.LowerSnake(name) : SchemaNames.Identifier(protoName);
        var given = wanted;
        for (var twin = 2; !_keys.Add(SchemaNames.Key(given)); twin++)
        {
            given = string.Create(CultureInfo.InvariantCulture, $"{wanted}_{twin}");
        }

        _names.Add(given);
        return given;
    }

    /// <summary>A oneof's name, which no field has; to be asked for when all fields have theirs.</summary>
    public string Oneof(string name)
    {
        if (!_oneofs.TryGetValue(name, out var given))
        {
            for (given = SchemaNames.Identifier(name); !_names.Add(given);)
            {
                given += "_oneof";
            }

            _oneofs.Add(name, given);
        }

        return given;
    }
}
