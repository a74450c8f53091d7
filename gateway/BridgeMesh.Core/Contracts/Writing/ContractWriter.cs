using System.Globalization;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>
/// Writes declarations as the YAML that <see cref="ContractLoader"/> reads: what is read back is what was written. The order is the
/// document's, so that a review shows what changed.
/// </summary>
internal sealed class ContractWriter
{
    /// <summary>Stands for the file that is written.</summary>
    private const string File = "written";

    private static readonly IReadOnlyList<Named> NoVariables = [];

    private readonly YamlText _yaml = new();
    private readonly TypeNames _names;

    private ContractWriter(IReadOnlyList<TypeDeclaration> types) => _names = new TypeNames(new TypeIndex([new(File) { Types = types }], []));

    /// <param name="header">Lines of comment before it.</param>
    public static string Write(ContractDocument document, params IEnumerable<string> header)
    {
        // In the file that is written all stand together, wherever they came from.
        var types = document.Types.Select(static t => t with { Scope = Scope(t.Name) }).ToList();
        var writer = new ContractWriter(types);
        foreach (var line in header)
        {
            writer._yaml.Comment(line);
        }

        writer.Values(0, document.Values);
        if (types.Count > 0)
        {
            writer._yaml.Key(0, "types");
            types.ForEach(writer.Type);
        }

        if (document.Services.Count > 0)
        {
            if (types.Count > 0)
            {
                writer._yaml.Line();
            }

            writer._yaml.Key(0, "services");
            foreach (var service in document.Services)
            {
                writer.Service(service);
            }
        }

        return writer._yaml.ToString();
    }

    private void Type(TypeDeclaration type)
    {
        _yaml.Key(1, type.Name.Text);
        Doc(2, type.Doc);
        if (type.Form == TypeForm.Exception)
        {
            _yaml.Value(2, "exception", type.IsRuntime ? "runtime" : "checked");
        }

        if (type.HttpStatus is { } status)
        {
            _yaml.Value(2, "httpStatus", status.ToString(CultureInfo.InvariantCulture));
        }

        if (type.Message is { } message)
        {
            _yaml.Value(2, "message", YamlText.Quoted(message));
        }

        if (type.ImplicitPresence)
        {
            _yaml.Value(2, "presence", "implicit");
        }

        if (type.IsClosed)
        {
            _yaml.Value(2, "closed", "true");
        }

        if (type.Generics.Count > 0)
        {
            _yaml.List(2, "generics", [.. type.Generics.Select(static g => YamlText.Quoted(g.Text))]);
        }

        if (type.Extends is { } parent)
        {
            _yaml.Value(2, "extends", Expression(parent, type.Scope, type.Generics));
        }

        if (type.Form == TypeForm.Enum)
        {
            Constants(type);
        }
        else if (type.Fields.Count > 0)
        {
            _yaml.Entries(2, "fields", [.. type.Fields.Select(f => (f.Name.Text, Value(f, type.Scope, type.Generics)))]);
        }
        else if (type is { Form: TypeForm.Struct, Extends: null })
        {
            _yaml.Value(2, "fields", "{}");
        }

        Numbers(_yaml, 2, type.FieldNumbers, type.Reserved);
    }

    private static void Numbers(YamlText yaml, int level, IReadOnlyList<PinnedNumber> numbers, IReadOnlyCollection<ProtoReserved> reserved)
    {
        if (numbers.Count > 0)
        {
            yaml.Map(level, "numbers", [.. numbers.Select(static n => (n.Name.Text, n.Number.ToString(CultureInfo.InvariantCulture)))]);
        }

        if (reserved.Count > 0)
        {
            yaml.List(level, "reserved", [.. reserved.Select(Reserved)]);
        }
    }

    private void Constants(TypeDeclaration type)
    {
        if (type.Numbers is { } numbers)
        {
            _yaml.Map(2, "enum", [.. type.Constants.Select((c, i) => (c.Text, numbers[i].ToString(CultureInfo.InvariantCulture)))]);
        }
        else
        {
            _yaml.List(2, "enum", [.. type.Constants.Select(static c => YamlText.Quoted(c.Text))]);
        }
    }

    private void Service(ServiceDeclaration service)
    {
        _yaml.Key(1, service.Name.Text);
        Doc(2, service.Doc);
        if (service.IsAbstract)
        {
            _yaml.Value(2, "abstract", "true");
        }

        if (service.Extends.Count > 0)
        {
            _yaml.List(2, "extends", [.. service.Extends.Select(static e => YamlText.Quoted(e.Text))]);
        }

        foreach (var (key, text) in ((string, string)[])[("version", service.Version), ("group", service.Group), ("uniqueId", service.UniqueId)])
        {
            if (text.Length > 0)
            {
                _yaml.Value(2, key, YamlText.Quoted(text));
            }
        }

        if (service.HttpPrefix.Length > 0)
        {
            _yaml.Map(2, "http", [("prefix", YamlText.Quoted(service.HttpPrefix))]);
        }

        if (service.ProtoName is { } protoName)
        {
            _yaml.Value(2, "proto", YamlText.Quoted(protoName));
        }

        if (service.Reserved.Count > 0)
        {
            _yaml.List(2, "reserved", [.. service.Reserved.Select(static r => YamlText.Quoted(r.Text))]);
        }

        Values(2, service.Values);
        if (service.Methods.Count == 0)
        {
            _yaml.Value(2, "methods", "{}");
            return;
        }

        _yaml.Key(2, "methods");
        foreach (var overloads in service.Methods.GroupBy(static m => m.Name.Text, StringComparer.Ordinal))
        {
            Overloads(overloads.Key, [.. overloads], Scope(service.Name));
        }
    }

    private void Overloads(string name, List<MethodDeclaration> methods, NameScope scope)
    {
        if (methods is [var only])
        {
            var block = Method(only, 4, scope);
            if (block.Length == 0)
            {
                _yaml.Value(3, name, "{}");
            }
            else
            {
                _yaml.Key(3, name);
                _yaml.Block(block);
            }

            return;
        }

        _yaml.Key(3, name);
        foreach (var method in methods)
        {
            var block = Method(method, 5, scope);
            _yaml.Item(4, block.Length == 0 ? $"{new string(' ', 10)}{{}}\n" : block);
        }
    }

    /// <summary>The keys of a method, each on lines of its own.</summary>
    private string Method(MethodDeclaration method, int level, NameScope scope)
    {
        var yaml = new YamlText();
        if (method.Doc is { } doc)
        {
            yaml.Value(level, "doc", YamlText.Quoted(doc));
        }

        if (method.Parameters.Count > 0)
        {
            yaml.Map(level, "parameters", [.. method.Parameters.Select(p => (p.Name.Text, Value(p, scope, NoVariables)))]);
        }

        if (method.Returns is { } returns)
        {
            yaml.Value(level, "returns", Value(returns, scope, NoVariables));
        }

        if (method.Throws.Count > 0)
        {
            yaml.List(level, "throws", [.. method.Throws.Select(t => Expression(t, scope, NoVariables))]);
        }

        foreach (var (key, isSet) in ((string, bool)[])[("idempotent", method.Idempotent), ("oneway", method.OneWay)])
        {
            if (isSet)
            {
                yaml.Value(level, key, "true");
            }
        }

        if (method.Streams != StreamSupport.None)
        {
            var streams = method.Streams switch { StreamSupport.Client => "requests", StreamSupport.Server => "replies", _ => "both" };
            yaml.Value(level, "streams", streams);
        }

        if (method.ProtoName is { } name)
        {
            yaml.Value(level, "proto", YamlText.Quoted(name.Text));
        }

        Numbers(yaml, level, method.Numbers, method.Reserved);
        if (method.Http is { } http)
        {
            yaml.Map(level, "http", [.. http.Entries.Select(static e => (e.Key.Text, Node(e.Value)))]);
        }

        return yaml.ToString();
    }

    private string Value(ValueDeclaration value, NameScope scope, IReadOnlyList<Named> variables)
    {
        var type = Expression(value.Type, scope, variables);
        var parts = new List<(string, string)> { ("type", type) };
        if (value.Java is { } java)
        {
            parts.Add(("java", YamlText.Quoted(java.Text)));
        }

        if (value.Proto is { } proto)
        {
            Proto(proto, parts);
        }

        if (value.Doc is { } doc)
        {
            parts.Add(("doc", YamlText.Quoted(doc)));
        }

        return parts.Count == 1 ? type : YamlText.FlowMap(parts);
    }

    private static void Proto(ProtoDeclaration proto, List<(string, string)> into)
    {
        if (proto.Number is { } number)
        {
            into.Add(("number", number.ToString(CultureInfo.InvariantCulture)));
        }

        if (proto.Kind != ProtoKind.Canonical)
        {
            into.Add(("wire", proto.Kind.ToString().ToLowerInvariant()));
        }

        if (proto.KeyKind != ProtoKind.Canonical)
        {
            into.Add(("keyWire", proto.KeyKind.ToString().ToLowerInvariant()));
        }

        if (proto.Presence is { } presence)
        {
            into.Add(("presence", presence.ToString().ToLowerInvariant()));
        }

        if (proto.Name is { } name)
        {
            into.Add(("proto", YamlText.Quoted(name)));
        }

        if (proto.Default is { } text)
        {
            into.Add(("default", YamlText.Quoted(text)));
        }

        if (proto.Oneof is { } oneof)
        {
            into.Add(("oneof", YamlText.Quoted(oneof)));
        }

        if (!proto.Packed)
        {
            into.Add(("packed", "false"));
        }
    }

    private void Values(int level, ValuePolicy? policy)
    {
        if (policy is null)
        {
            return;
        }

        _yaml.Map(level, "values", ValuePolicyText.Of(policy));
        if (level == 0)
        {
            _yaml.Line();
        }
    }

    private void Doc(int level, string? doc)
    {
        if (doc is not null)
        {
            _yaml.Value(level, "doc", YamlText.Quoted(doc));
        }
    }

    private static NameScope Scope(Named name) => NameScope.Of(File, name.Text);

    private string Expression(TypeExpression type, NameScope scope, IReadOnlyList<Named> variables) =>
        YamlText.Quoted(_names.Shortest(type, scope, variables));

    private static string Reserved(ProtoReserved reserved) => reserved.Name is { } name ? YamlText.Quoted(name)
        : reserved.From == reserved.To ? reserved.From.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{reserved.From}-{reserved.To}");

    private static string Node(YamlNode node) => node switch
    {
        YamlMap map => YamlText.FlowMap([.. map.Entries.Select(static e => (e.Key.Text, Node(e.Value)))]),
        YamlList list => YamlText.FlowList(list.Items.Select(Node)),
        YamlScalar { IsNull: true } => "~",
        YamlScalar scalar => YamlText.Quoted(scalar.Text),
        _ => "~",
    };
}
