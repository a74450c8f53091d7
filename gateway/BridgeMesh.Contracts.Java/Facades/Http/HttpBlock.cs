using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.Facades.Http;

/// <summary>A parameter as the contract has it, for its place in HTTP.</summary>
/// <param name="IsScalar">Whether it is one text.</param>
/// <param name="IsList">Whether it is a list of texts.</param>
/// <param name="IsSpread">Whether its own fields or keys are the names in a query or form.</param>
internal readonly record struct BoundParameter(int Ordinal, string Name, bool IsScalar, bool IsList, bool IsSpread);

/// <summary>Makes the <c>http</c> block of a method of what its annotations say. What the block could not say becomes a fault.</summary>
internal static class HttpBlock
{
    private static readonly string[] Verbs = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];
    private static readonly (HttpSource Source, string Key)[] Keys =
        [(HttpSource.Query, "query"), (HttpSource.Header, "header"), (HttpSource.Cookie, "cookie"), (HttpSource.Form, "form"), (HttpSource.Part, "part")];

    /// <summary>Null with the sketch's fault set.</summary>
    public static YamlMap? Make(HttpSketch sketch, IReadOnlyList<BoundParameter> parameters, YamlMark at)
    {
        sketch.Fault ??= FaultOf(sketch, parameters);
        if (sketch.Fault is not null)
        {
            return null;
        }

        var bound = sketch.Parameters.Join(parameters, static s => s.Ordinal, static p => p.Ordinal, static (s, p) => (Sketch: s, Parameter: p)).ToList();
        var hasBody = bound.Exists(static b => b.Sketch.Source is HttpSource.Body or HttpSource.Form or HttpSource.Part);
        var verb = sketch.Verb.Length > 0 ? sketch.Verb : hasBody ? "POST" : "GET";
        if (!Verbs.Contains(verb))
        {
            sketch.Fault = $"contracts have no verb {verb}";
        }
        else if (hasBody && verb is "GET" or "HEAD")
        {
            sketch.Fault = $"{verb} requests have no body";
        }

        var path = AnnotatedPath.Translate(sketch.Path, variable => NameOf(bound, variable), sketch.Notes, out var fault);
        sketch.Fault ??= path is null ? fault : Unused(bound, path) ?? Unnamed(bound, verb);
        if (sketch.Fault is not null || path is null)
        {
            return null;
        }

        if (sketch.Verb.Length == 0)
        {
            sketch.Notes.Add($"it is mapped for every verb; {verb} is taken");
        }

        var map = new YamlMap(at);
        Add(map, "verb", Text(verb, at));
        Add(map, "path", Text(path, at));
        foreach (var (source, key) in Keys)
        {
            if (bound.FindAll(b => b.Sketch.Source == source) is { Count: > 0 } some && Names(some, at) is { } names)
            {
                Add(map, key, names);
            }
        }

        if (bound.Find(static b => b.Sketch.Source == HttpSource.Body) is { Sketch: not null } body)
        {
            Add(map, "body", Text(body.Parameter.Name, at));
        }

        return map;
    }

    private static string? FaultOf(HttpSketch sketch, IReadOnlyList<BoundParameter> parameters)
    {
        if (sketch.Parameters.Count(static p => p.Source == HttpSource.Body) > 1)
        {
            return "two parameters are the body";
        }

        var sources = sketch.Parameters.Select(static p => p.Source).ToHashSet();
        if (sources.Contains(HttpSource.Body) && (sources.Contains(HttpSource.Form) || sources.Contains(HttpSource.Part)))
        {
            return "a request has a form or a body, not both";
        }

        foreach (var sketched in sketch.Parameters)
        {
            var parameter = parameters.FirstOrDefault(p => p.Ordinal == sketched.Ordinal);
            var fits = sketched.Source switch
            {
                HttpSource.Path or HttpSource.Cookie => parameter.IsScalar,
                HttpSource.Header => parameter.IsScalar || parameter.IsList,
                _ => true,
            };
            if (!fits)
            {
                return $"the parameter {parameter.Name} does not fit into the {sketched.Source.ToString().ToLowerInvariant()}";
            }

            if (sketched.Source is HttpSource.Header or HttpSource.Cookie && !WireName(sketched, parameter).All(IsTokenChar))
            {
                return $"'{WireName(sketched, parameter)}' is no name for a header or cookie";
            }
        }

        return null;
    }

    /// <summary>The parameter that is a variable of the path: the one annotated with its name, else the one that has it.</summary>
    private static string? NameOf(List<(HttpSketchParameter Sketch, BoundParameter Parameter)> bound, string variable)
    {
        var found = bound.Find(b => b.Sketch.Source == HttpSource.Path && WireName(b.Sketch, b.Parameter) == variable);
        return found.Sketch is null ? null : found.Parameter.Name;
    }

    private static string? Unused(List<(HttpSketchParameter Sketch, BoundParameter Parameter)> bound, string path)
    {
        foreach (var (sketch, parameter) in bound.Where(static b => b.Sketch.Source == HttpSource.Path))
        {
            var name = parameter.Name;
            if (!path.Split('/').Any(s => s == $"{{{name}}}" || s == $"{{{name}:*}}" || s == $"{{*{name}}}"))
            {
                return $"the path has no variable {WireName(sketch, parameter)}";
            }
        }

        return null;
    }

    /// <summary>A map of names has no place for what is spread: it must be where the rest goes, which HttpBindingReader says.</summary>
    private static string? Unnamed(List<(HttpSketchParameter Sketch, BoundParameter Parameter)> bound, string verb)
    {
        bool Has(HttpSource source) => bound.Exists(b => b.Sketch.Source == source);
        var rest = Has(HttpSource.Part) ? HttpSource.Part
            : Has(HttpSource.Form) ? HttpSource.Form
            : verb is "GET" or "HEAD" or "DELETE" || Has(HttpSource.Body) ? HttpSource.Query
            : HttpSource.BodyMember;
        var spread = bound.FindAll(b => b.Parameter.IsSpread && b.Sketch.WireName.Length == 0 && b.Sketch.Source is HttpSource.Query or HttpSource.Form);
        return spread.Exists(s => s.Sketch.Source != rest && bound.Exists(b => b.Sketch.Source == s.Sketch.Source && b.Sketch.WireName.Length > 0))
            ? $"the fields of {spread[0].Parameter.Name} stand beside renamed parameters"
            : null;
    }

    /// <summary>Null where nothing needs to be said.</summary>
    private static YamlNode? Names(List<(HttpSketchParameter Sketch, BoundParameter Parameter)> bound, YamlMark at)
    {
        // A list where each has its own name, else a map of the names.
        if (bound.TrueForAll(static b => b.Sketch.WireName.Length == 0 || (b.Sketch.WireName == b.Parameter.Name && !b.Parameter.IsSpread)))
        {
            var list = new YamlList(at);
            bound.ForEach(b => list.Add(Text(b.Parameter.Name, at)));
            return list;
        }

        // What has no name of its own is where the rest goes.
        var map = new YamlMap(at);
        bound.FindAll(static b => b.Sketch.WireName.Length > 0 || !b.Parameter.IsSpread)
            .ForEach(b => Add(map, b.Parameter.Name, Text(WireName(b.Sketch, b.Parameter), at)));
        return map;
    }

    private static string WireName(HttpSketchParameter sketch, BoundParameter parameter) =>
        sketch.WireName.Length > 0 ? sketch.WireName : parameter.Name ?? string.Empty;

    private static void Add(YamlMap map, string key, YamlNode value) => map.TryAdd(Text(key, value.At), value);

    // Not plain: a parameter named null is no null.
    private static YamlScalar Text(string text, YamlMark at) => new(at, text, isPlain: false);

    private static bool IsTokenChar(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);
}
