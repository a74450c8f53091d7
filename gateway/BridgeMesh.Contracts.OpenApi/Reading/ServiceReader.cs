using System.Buffers;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>Makes services of tags and methods of operations.</summary>
internal sealed class ServiceReader(
    string file, string package, Documents documents, RequestReader requests, AnswerReader answers, ImportNotes notes, List<SourceProblem> problems, bool isOwn)
{
    /// <summary>Operations that one document may have.</summary>
    public const int MaxOperations = 20_000;

    private static readonly string[] Verbs = ["get", "put", "post", "delete", "patch", "head"];
    private static readonly string[] OtherVerbs = ["options", "trace"];
    private static readonly string[] Unread = ["webhooks", "security"];

    /// <summary>Signs that the path of a binding cannot hold.</summary>
    private static readonly SearchValues<char> NoPath = SearchValues.Create(" ?#\\\t%");

    private readonly Dictionary<string, ServiceDeclaration> _services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<MethodDeclaration>> _methods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, YamlMark> _ids = new(StringComparer.Ordinal);
    private string _prefix = string.Empty;
    private int _operations;

    public List<ServiceDeclaration> ReadAll()
    {
        var root = documents.Root;
        _prefix = isOwn ? string.Empty : Prefix(root);
        foreach (var key in Unread.Where(k => root.Map?.FindKey(k) is not null))
        {
            notes.Add(root[key], $"{key} are not carried over");
        }

        foreach (var tag in root["tags"].Items())
        {
            if (isOwn && tag.Text("name") is { } name)
            {
                Own(tag, name);
            }
        }

        if (root["paths"].Node is { } paths and not YamlMap)
        {
            problems.Add(paths.At, $"paths must be a map, not {paths.Describe()}", "write each path as a key: /orders:");
        }

        foreach (var (path, item) in root["paths"].Entries())
        {
            PathItem(path, documents.Follow(item));
        }

        return [.. _services.Where(s => isOwn || _methods[s.Key].Count > 0).Select(s => s.Value with { Methods = _methods[s.Key] })];
    }

    private void PathItem(YamlScalar path, Place item)
    {
        foreach (var (key, operation) in item.Entries())
        {
            if (OtherVerbs.Contains(key.Text))
            {
                notes.Add(operation, $"contracts have no verb {key.Text.ToUpperInvariant()}: the operation is left out");
            }

            if (!Verbs.Contains(key.Text))
            {
                continue;
            }

            if (operation.Node is not YamlMap)
            {
                problems.Add(key.At, $"the operation {key.Text} must be a map, at {operation.Pointer}", "write responses: and what else it has");
                continue;
            }

            if (++_operations == MaxOperations + 1)
            {
                problems.Add(key.At, $"more than {MaxOperations} operations", "split the document");
            }

            if (_operations > MaxOperations)
            {
                return;
            }

            var overloads = isOwn ? operation[Extensions.Bridge]["overloads"].Items().ToList() : [];
            foreach (var each in overloads.Count > 0 ? overloads : [operation])
            {
                Operation(key.Text.ToUpperInvariant(), path, each, item);
            }
        }
    }

    private void Operation(string verb, YamlScalar path, Place operation, Place item)
    {
        if (operation.Map?.Find("operationId") is YamlScalar { IsNull: false } id && !_ids.TryAdd(id.Text, id.At))
        {
            problems.Add(id.At, $"the operationId '{id.Text}' is here a second time, at {operation.Pointer}", $"give it another than the one at line {_ids[id.Text].Line}");
        }

        foreach (var key in (string[])["callbacks", "servers"])
        {
            if (operation.Map?.FindKey(key) is not null)
            {
                notes.Add(operation[key], $"{key} are not carried over");
            }
        }

        var service = ServiceOf(operation);
        var about = operation[Extensions.Bridge];
        var name = isOwn && about.Text("method") is { } own ? own : NameOf(operation, verb, path.Text, service);
        var hint = JavaNaming.Class(name, "Call");
        if (requests.Read(operation, item, hint) is not { } parts)
        {
            notes.Add(operation, "the operation is left out, as its request has no form in a contract");
            return;
        }

        parts = Ordered(parts, about, path, operation);
        var answer = answers.Read(operation, hint);
        var http = about.Flag("canonical") && isOwn ? null : Binding(verb, path, parts, operation);
        if (http is null && !(isOwn && about.Flag("canonical")))
        {
            return;
        }

        _methods[service].Add(new MethodDeclaration(new Named(name, operation.Node?.At ?? path.At))
        {
            Parameters = [.. parts.Select(static p => p.Declared)],
            Returns = answer.Returns,
            Throws = isOwn ? Throws(about) : answer.Throws,
            Idempotent = isOwn ? about.Flag("idempotent") : verb is "GET" or "HEAD",
            OneWay = answer.IsOneWay,
            Streams = answer.IsStream ? StreamSupport.Server : StreamSupport.None,
            Http = http,
            Doc = DocOf(operation),
        });
    }

    private List<TypeExpression> Throws(Place about) =>
        [.. about["throws"].Items().Select(static t => t.Node).OfType<YamlScalar>().Select(t => TypeExpressionParser.Parse(t, problems)).OfType<TypeExpression>()];

    private string? DocOf(Place operation)
    {
        var doc = isOwn ? operation.Text("description") : operation.Text("description") ?? operation.Text("summary");
        return operation.Flag("deprecated") && !isOwn ? doc is null ? "deprecated" : $"{doc}; deprecated" : doc;
    }

    /// <summary>An export tells the order and names of parameters, of which the one without a place of its own is the body.</summary>
    private List<RequestPart> Ordered(List<RequestPart> parts, Place about, YamlScalar path, Place operation)
    {
        if (!isOwn)
        {
            // A variable that no parameter declares is a text.
            foreach (var variable in Writing.Paths.VariablesOf(path.Text).Where(v => !parts.Exists(p => p.Source == HttpSource.Path && p.Wire == v)))
            {
                notes.Add(operation, $"no parameter declares the path's {{{variable}}}: it is a text");
                var at = path.At;
                var declared = new ValueDeclaration(new Named(JavaNaming.Member(variable, "value"), at), new TypeExpression("string", at, []), null);
                parts.Add(new RequestPart(declared, HttpSource.Path, variable, SchemaSort.Scalar));
            }

            return parts;
        }

        var order = about["parameters"].Items().Select(static p => (p.Node as YamlScalar)?.Text ?? string.Empty).ToList();
        var body = parts.FindIndex(static p => p.Source == HttpSource.Body);
        if (body >= 0 && order.Find(n => !parts.Exists(p => p.Name == n && p.Source != HttpSource.Body)) is { } name)
        {
            var declared = parts[body].Declared;
            parts[body] = parts[body] with { Declared = declared with { Name = declared.Name with { Text = name } }, Wire = name };
        }

        return [.. parts.OrderBy(p => order.IndexOf(p.Name) is >= 0 and var at ? at : int.MaxValue)];
    }

    private YamlMap? Binding(string verb, YamlScalar path, List<RequestPart> parts, Place operation)
    {
        var template = isOwn ? operation[Extensions.Bridge].Text("path") ?? path.Text : _prefix + Renamed(path.Text, parts);
        string? reason = null;
        if (!isOwn)
        {
            var faults = new List<SourceProblem>();
            PathTemplateRules.Check(new Named(template, path.At), isPrefix: false, faults);
            reason = faults.Count > 0 ? faults[0].Message
                : parts.Find(p => p.Source == HttpSource.Path && !Writing.Paths.VariablesOf(template).Contains(p.Name)) is { } lost ? $"the path has no {{{lost.Wire}}}"
                : verb is "GET" or "HEAD" && parts.Exists(static p => p.Source is HttpSource.Body or HttpSource.Form or HttpSource.Part) ? $"{verb} requests have no body"
                : null;
        }

        var block = reason is null ? BindingBlock.Make(verb, template, parts, operation.Node?.At ?? path.At, out reason) : null;
        if (block is null)
        {
            notes.Add(operation, $"the operation is left out: {reason}");
        }

        return block;
    }

    /// <summary>The path's variables by their parameters' names.</summary>
    private static string Renamed(string path, List<RequestPart> parts) => string.Join('/', path.Split('/').Select(segment =>
        segment is ['{', .. var name, '}'] && parts.Find(p => p.Source == HttpSource.Path && p.Wire == name) is { } part ? $"{{{part.Name}}}" : segment));

    private string ServiceOf(Place operation)
    {
        var tag = operation["tags"].Items().Select(static t => (t.Node as YamlScalar)?.Text).FirstOrDefault(static t => t is not null);
        if (isOwn && tag is not null && _services.ContainsKey(tag))
        {
            return tag;
        }

        var name = $"{package}.{JavaNaming.Class(tag ?? string.Empty, "Default")}Api";
        if (_services.TryAdd(name, new ServiceDeclaration(new Named(name, operation.Node?.At ?? default), NameScope.Of(file, name))
        {
            // Other programs write numbers as numbers, whatever their size.
            Values = ValuePolicy.Default with { Long = LongForm.AlwaysNumber, Decimal = DecimalForm.Number },
        }))
        {
            _methods.Add(name, []);
        }

        return name;
    }

    private void Own(Place tag, string name)
    {
        var about = tag[Extensions.Bridge];
        if (about.Map?.Find("service") is not YamlScalar service)
        {
            return;
        }

        if (!JavaNames.IsClass(service.Text))
        {
            problems.Add(service.At, $"'{service.Text}' is no Java name, at {about.Pointer}", "write the full name, such as com.acme.OrderService");
            return;
        }

        var keys = new ContractKeys(problems);
        if (_services.TryAdd(name, new ServiceDeclaration(new Named(service.Text, service.At), NameScope.Of(file, service.Text))
        {
            Version = about.Text("version") ?? string.Empty,
            Group = about.Text("group") ?? string.Empty,
            UniqueId = about.Text("uniqueId") ?? string.Empty,
            ProtoName = about.Text("proto"),
            Values = ValuePolicyReader.Read(about["values"].Node, keys),
            Doc = tag.Text("description"),
        }))
        {
            _methods.Add(name, []);
        }
    }

    /// <summary>The operationId, else of verb and path: getOrdersById. No two methods of a service have one.</summary>
    private string NameOf(Place operation, string verb, string path, string service)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Select(static s => s is ['{', .. var inner, '}'] ? $"By{JavaNaming.Class(inner, "It")}" : JavaNaming.Class(s, string.Empty));
        var wanted = operation.Text("operationId") is { } id ? JavaNaming.Member(id, "call") : verb.ToLowerInvariant() + string.Concat(parts);
        wanted = string.Concat(wanted.Where(static c => char.IsLetterOrDigit(c) || c is '_' or '$'));
        var name = wanted;
        for (var i = 2; _methods[service].Exists(m => m.Name.Text == name); i++)
        {
            name = $"{wanted}{i}";
        }

        return name;
    }

    /// <summary>The path of the first server's address.</summary>
    private string Prefix(Place root)
    {
        var server = root["servers"].Items().FirstOrDefault();
        if (server.Text("url") is not { } url)
        {
            return string.Empty;
        }

        var path = url.StartsWith('/') ? url : Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.AbsolutePath : string.Empty;
        path = path.TrimEnd('/');
        if (url.Contains('{', StringComparison.Ordinal) || path.AsSpan().ContainsAny(NoPath))
        {
            notes.Add(server, "the server's address has variables: its path is not put before the operations'");
            return string.Empty;
        }

        return path;
    }
}
