using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>Makes a method's <c>http</c> block, as contracts write it, of where its parameters are.</summary>
internal static class BindingBlock
{
    private static readonly (HttpSource Source, string Key)[] Keys =
        [(HttpSource.Query, "query"), (HttpSource.Header, "header"), (HttpSource.Cookie, "cookie"), (HttpSource.Form, "form"), (HttpSource.Part, "part"), (HttpSource.BodyMember, "body")];

    /// <summary>Null with a reason where the block cannot say it.</summary>
    public static YamlMap? Make(string verb, string path, IReadOnlyList<RequestPart> parts, YamlMark at, out string? reason)
    {
        var map = new YamlMap(at);
        Add(map, "verb", Text(verb, at));
        Add(map, "path", Text(path, at));
        reason = null;
        foreach (var (source, key) in Keys)
        {
            var some = parts.Where(p => p.Source == source).ToList();
            if (some.Count == 0)
            {
                continue;
            }

            // What is spread goes without a name: in a list, or beside a map to where the rest goes.
            if (some.TrueForAll(static p => p.Wire.Length == 0 || (p.Wire == p.Name && !IsObject(p))))
            {
                var list = new YamlList(at);
                some.ForEach(p => list.Add(Text(p.Name, at)));
                Add(map, key, list);
                continue;
            }

            if (some.Exists(static p => p.Wire.Length == 0) && source != Rest(verb, parts))
            {
                reason = $"the fields of {some.Find(static p => p.Wire.Length == 0)?.Name} stand beside renamed parameters";
                return null;
            }

            var names = new YamlMap(at);
            some.FindAll(static p => p.Wire.Length > 0).ForEach(p => Add(names, p.Name, Text(p.Wire, at)));
            Add(map, key, names);
        }

        if (parts.FirstOrDefault(static p => p.Source == HttpSource.Body) is { } body)
        {
            Add(map, "body", Text(body.Name, at));
        }

        return map;
    }

    private static bool IsObject(RequestPart part) =>
        part.Source is HttpSource.Query or HttpSource.Form && part.Sort is SchemaSort.Class or SchemaSort.Map;

    /// <summary>Where HttpBindingReader puts what nothing names.</summary>
    private static HttpSource Rest(string verb, IReadOnlyList<RequestPart> parts)
    {
        bool Has(HttpSource source) => parts.Any(p => p.Source == source);
        return Has(HttpSource.Part) ? HttpSource.Part
            : Has(HttpSource.Form) ? HttpSource.Form
            : verb is "GET" or "HEAD" or "DELETE" || Has(HttpSource.Body) ? HttpSource.Query
            : HttpSource.BodyMember;
    }

    private static void Add(YamlMap map, string key, YamlNode value) => map.TryAdd(Text(key, value.At), value);

    // Not plain: a parameter named null is no null.
    private static YamlScalar Text(string text, YamlMark at) => new(at, text, isPlain: false);
}
