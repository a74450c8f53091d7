using BridgeMesh.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>
/// Reads a method's <c>http</c> block.
/// <code>
/// http:
///   verb: GET | POST | PUT | DELETE | PATCH | HEAD
///   path: "/orders/{id}"
///   query: [count]            # names of parameters, or { parameter: name in the query }
///   header: { key: X-Key }
///   form: [value]             # a class or map in query or form spreads its fields; { filter: f } puts "f." before them
///   cookie: [session]
///   part: [file]              # multipart/form-data: bytes and classes with bytes are files, other classes are JSON
///   body: order               # one parameter is the whole body; a list makes an object of named members
/// </code>
/// A parameter that a variable of the path names is that variable. One that nothing names is in the query where the verb has no body or
/// the body is taken, in the form or the parts where there are such, else a member of the body.
/// </summary>
internal sealed class HttpBindingReader
{
    private static readonly string[] Verbs = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];

    private readonly ContractKeys _keys;
    private readonly IReadOnlyList<ParameterShape> _parameters;
    private readonly HttpParameter?[] _bound;

    private HttpBindingReader(IReadOnlyList<ParameterShape> parameters, List<SourceProblem> problems)
    {
        _keys = new ContractKeys(problems);
        _parameters = parameters;
        _bound = new HttpParameter?[parameters.Count];
    }

    /// <summary>Null without a block, and after a problem.</summary>
    public static HttpBinding? Read(MethodDeclaration method, IReadOnlyList<ParameterShape> parameters, List<SourceProblem> problems) =>
        method.Http is { } map ? new HttpBindingReader(parameters, problems).Read(map) : null;

    private HttpBinding? Read(YamlMap map)
    {
        _keys.Only(map, "http", "verb", "path", "query", "header", "cookie", "form", "part", "body");
        var verb = Verb(map);
        var path = _keys.Text(map.Find("path"), "path");
        if (path is null && map.Find("path") is null)
        {
            _keys.Problems.Add(map.At, "http has no path", "add path: /...");
        }

        if (path is { } template)
        {
            foreach (var variable in PathTemplateRules.Check(template, isPrefix: false, _keys.Problems))
            {
                Bind(variable, variable.Text, HttpSource.Path);
            }
        }

        BindNames(map.Find("query"), HttpSource.Query);
        BindNames(map.Find("header"), HttpSource.Header);
        BindNames(map.Find("cookie"), HttpSource.Cookie);
        BindNames(map.Find("form"), HttpSource.Form);
        BindNames(map.Find("part"), HttpSource.Part);
        BindBody(map.Find("body"));
        CheckBody(map, verb);
        BindRest(map, verb);
        return verb is null || path is null ? null : new HttpBinding
        {
            Verb = verb,
            PathTemplate = path.Value.Text,
            Parameters = [.. _bound.OfType<HttpParameter>()],
        };
    }

    private string? Verb(YamlMap map)
    {
        if (map.Find("verb") is not { } node)
        {
            _keys.Problems.Add(map.At, "http has no verb", $"add verb: {string.Join(" | ", Verbs)}");
            return null;
        }

        if (_keys.Text(node, "verb") is not { } verb)
        {
            return null;
        }

        if (Verbs.Contains(verb.Text))
        {
            return verb.Text;
        }

        _keys.Problems.Add(verb.At, $"'{verb}' is no verb", NearMiss.Cure(verb.Text, Verbs));
        return null;
    }

    private void BindNames(YamlNode? node, HttpSource source)
    {
        if (node is YamlMap map)
        {
            foreach (var (key, value) in map.Entries)
            {
                if (_keys.Text(value, $"the name of {key.Text}") is { } wire)
                {
                    Bind(new Named(key.Text, key.At), wire.Text, source);
                }
            }

            return;
        }

        foreach (var name in _keys.Names(node, "a parameter"))
        {
            Bind(name, WireName(name, source), source);
        }
    }

    /// <summary>Fields of a class, and entries of a map, stand in query and form under their own names.</summary>
    private string WireName(Named name, HttpSource source) =>
        source is HttpSource.Query or HttpSource.Form
        && _parameters.FirstOrDefault(p => p.Name == name.Text)?.Type.Kind is ShapeKind.Struct or ShapeKind.Map
            ? string.Empty
            : name.Text;

    private void BindBody(YamlNode? node)
    {
        if (node is YamlList or YamlMap)
        {
            BindNames(node, HttpSource.BodyMember);
        }
        else if (_keys.Text(node, "body") is { } name)
        {
            Bind(name, name.Text, HttpSource.Body);
        }
    }

    private void Bind(Named name, string wireName, HttpSource source)
    {
        var ordinal = -1;
        for (var i = 0; i < _parameters.Count; i++)
        {
            ordinal = _parameters[i].Name == name.Text ? i : ordinal;
        }

        if (ordinal < 0)
        {
            var what = source == HttpSource.Path ? $"the path's variable {name}" : $"'{name}'";
            _keys.Problems.Add(
                name.At,
                $"{what} is no parameter of the method",
                NearMiss.Cure(name.Text, [.. _parameters.Select(static p => p.Name)]));
            return;
        }

        if (_bound[ordinal] is { } before)
        {
            _keys.Problems.Add(name.At, $"the parameter {name} is in the {Describe(before.Source)} already", "name it once");
            return;
        }

        if (source is HttpSource.Header or HttpSource.Cookie && !wireName.All(IsTokenChar))
        {
            var what = Describe(source);
            _keys.Problems.Add(name.At, $"'{wireName}' is no name for a {what}", $"write {what}: {{ {name}: X-{name} }}");
        }

        CheckType(name, _parameters[ordinal].Type, source);
        _bound[ordinal] = new HttpParameter(ordinal, source, wireName);
    }

    private void CheckType(Named name, TypeShape type, HttpSource source)
    {
        var fits = source switch
        {
            HttpSource.Path or HttpSource.Cookie => IsScalar(type),
            HttpSource.Header => IsScalar(type) || IsPlainList(type),
            _ => true,
        };
        if (fits)
        {
            return;
        }

        _keys.Problems.Add(name.At, $"the parameter {name} of type {type} does not fit into the {Describe(source)}", $"write body: {name}");
    }

    private void CheckBody(YamlMap map, string? verb)
    {
        var body = map.FindKey("body");
        var form = map.FindKey("form") ?? map.FindKey("part");
        if (body is not null && form is not null)
        {
            _keys.Problems.Add(
                form.At,
                $"a request has a {form.Text} or a body, not both",
                $"move the {form.Text}'s parameters into the body or the query");
        }

        if ((body ?? form) is { } key && verb is "GET" or "HEAD")
        {
            _keys.Problems.Add(map.FindKey("body")?.At ?? map.At, $"{verb} requests have no body", "use query:, or verb: POST");
        }
    }

    private void BindRest(YamlMap map, string? verb)
    {
        var source = _bound.Any(static p => p?.Source == HttpSource.Part) ? HttpSource.Part
            : _bound.Any(static p => p?.Source == HttpSource.Form) ? HttpSource.Form
            : verb is "GET" or "HEAD" or "DELETE" || _bound.Any(static p => p?.Source == HttpSource.Body) ? HttpSource.Query
            : HttpSource.BodyMember;
        for (var i = 0; i < _bound.Length; i++)
        {
            if (_bound[i] is null)
            {
                var name = new Named(_parameters[i].Name, map.At);
                Bind(name, WireName(name, source), source);
            }
        }
    }

    private static bool IsPlainList(TypeShape type) =>
        type.Kind is ShapeKind.List or ShapeKind.Set or ShapeKind.Array && IsScalar(type.Element);

    private static bool IsScalar(TypeShape? type) =>
        type is { Kind: not (ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map or ShapeKind.Struct) };

    private static bool IsTokenChar(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);

    private static string Describe(HttpSource source) => source switch
    {
        HttpSource.Path => "path",
        HttpSource.Query => "query",
        HttpSource.Header => "header",
        HttpSource.Cookie => "cookie",
        HttpSource.Form => "form",
        HttpSource.Part => "part",
        _ => "body",
    };
}
