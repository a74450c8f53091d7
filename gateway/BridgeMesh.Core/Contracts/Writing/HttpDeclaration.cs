using BridgeMesh.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>A binding as the <c>http</c> block that <see cref="HttpBindingReader"/> reads, with the place of every parameter written out.</summary>
internal static class HttpDeclaration
{
    private static readonly (HttpSource Source, string Key)[] Named =
    [
        (HttpSource.Query, "query"), (HttpSource.Header, "header"), (HttpSource.Cookie, "cookie"), (HttpSource.Form, "form"), (HttpSource.Part, "part"),
    ];

    public static YamlMap Of(HttpBinding binding, MethodShape method, YamlMark at)
    {
        var map = new YamlMap(at);
        map.TryAdd(Text("verb"), Text(binding.Verb));
        map.TryAdd(Text("path"), Text(binding.PathTemplate));
        foreach (var (source, key) in Named)
        {
            var parameters = binding.Parameters.Where(p => p.Source == source).ToList();
            if (parameters.Count > 0)
            {
                map.TryAdd(Text(key), Names(parameters));
            }
        }

        if (binding.Parameters.FirstOrDefault(static p => p.Source == HttpSource.Body) is { } body)
        {
            map.TryAdd(Text("body"), Text(method.Parameters[body.Ordinal].Name));
        }
        else if (binding.Parameters.Where(static p => p.Source == HttpSource.BodyMember).ToList() is { Count: > 0 } members)
        {
            map.TryAdd(Text("body"), Names(members));
        }

        return map;

        YamlScalar Text(string text) => new(at, text, isPlain: false);

        // A list where each has its own name, or spreads what is in it; else a map of the names.
        YamlNode Names(List<HttpParameter> parameters)
        {
            if (parameters.TrueForAll(p => p.WireName == UsualName(p)))
            {
                var list = new YamlList(at);
                parameters.ForEach(p => list.Add(Text(method.Parameters[p.Ordinal].Name)));
                return list;
            }

            // What spreads has no name to give: it is there without a word, as what nothing names is where the others are.
            var names = new YamlMap(at);
            foreach (var parameter in parameters.Where(static p => p.WireName.Length > 0))
            {
                names.TryAdd(Text(method.Parameters[parameter.Ordinal].Name), Text(parameter.WireName));
            }

            return names;
        }

        string UsualName(HttpParameter parameter) =>
            parameter.Source is HttpSource.Query or HttpSource.Form
            && method.Parameters[parameter.Ordinal].Type.Kind is ShapeKind.Struct or ShapeKind.Map
                ? string.Empty
                : method.Parameters[parameter.Ordinal].Name;
    }
}
