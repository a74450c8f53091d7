namespace BridgeMesh.Contracts.OpenApi.Writing;

/// <summary>A schema below <c>components</c>: what it describes, and under which policy.</summary>
/// <param name="Role">A class or enum itself, a class or any of its subclasses, or the problem document of an exception.</param>
internal readonly record struct ComponentKey(string Type, ValuePolicy Policy, ComponentRole Role);

internal enum ComponentRole : byte
{
    Value,
    OrSubclass,
    Problem,
}

/// <summary>
/// Gives each component a readable name that no other has, the same for the same contracts: the simple name of its class, the full one where
/// two classes share the simple one, and a number where even that is taken.
/// </summary>
internal sealed class ComponentNames
{
    private readonly Dictionary<ComponentKey, string> _names = [];

    /// <param name="keys">All that will be asked for, in a fixed order.</param>
    public ComponentNames(IEnumerable<ComponentKey> keys)
    {
        var all = keys.Distinct().ToList();
        var clashing = all.GroupBy(static k => Form(Simple(k.Type), k.Role), StringComparer.OrdinalIgnoreCase)
            .Where(static g => g.Select(static k => k.Type).Distinct(StringComparer.Ordinal).Count() > 1)
            .SelectMany(static g => g).ToHashSet();

        // Names that the export itself uses.
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { ProblemSchemas.Name };
        foreach (var key in all)
        {
            var wanted = Form(clashing.Contains(key) ? Full(key.Type) : Simple(key.Type), key.Role);
            var name = wanted;
            for (var i = 2; !taken.Add(name); i++)
            {
                name = $"{wanted}_{i}";
            }

            _names.Add(key, name);
        }
    }

    public string Of(ComponentKey key) => _names[key];

    private static string Form(string name, ComponentRole role) => role switch
    {
        ComponentRole.OrSubclass => $"{name}OrSubclass",
        ComponentRole.Problem => $"{name}Problem",
        _ => name,
    };

    private static string Simple(string type) => Join(type, static name => name[(name.LastIndexOf('.') + 1)..]);

    private static string Full(string type) => Join(type, static name => name);

    /// <summary>Page&lt;com.acme.Item&gt; to PageOfItem. Source of the letters: OpenAPI 3.1, section 4.8.7.1.</summary>
    private static string Join(string type, Func<string, string> shorten)
    {
        var parts = type.Replace("[]", ">Array", StringComparison.Ordinal).Split(['<', ',', '>'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var names = parts.Select((part, i) =>
        {
            var name = shorten(part);
            return i == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];
        }).ToList();
        var joined = names.Count == 1 ? names[0] : $"{names[0]}Of{string.Concat(names.Skip(1))}";
        return string.Concat(joined.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : c == '$' ? '.' : '_'));
    }
}
