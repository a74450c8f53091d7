using BridgeMesh.Exchanges;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>Turns the YAML of one file into declarations. Looks at nothing outside the file and resolves no name.</summary>
internal sealed class DeclarationReader(string file, ContractKeys keys)
{
    public ContractDocument Read(YamlNode? root)
    {
        var document = new ContractDocument(file);
        if (keys.Map(root, "a contract file") is not { } map)
        {
            return document;
        }

        keys.Only(map, "a contract file", "types", "services", "values");
        return document with
        {
            Values = ValuePolicyReader.Read(map.Find("values"), keys),
            Types = Entries(map.Find("types"), "types", Type),
            Services = Entries(map.Find("services"), "services", Service),
        };
    }

    private List<T> Entries<T>(YamlNode? node, string what, Func<YamlScalar, YamlNode, T?> read)
        where T : class
    {
        var found = new List<T>();
        foreach (var (key, value) in keys.Map(node, what)?.Entries ?? [])
        {
            if (IsJavaName(key) && read(key, value) is { } entry)
            {
                found.Add(entry);
            }
        }

        return found;
    }

    private TypeDeclaration? Type(YamlScalar key, YamlNode value)
    {
        var name = new Named(key.Text, key.At);
        if (keys.Map(value, $"the type {name}") is not { } map)
        {
            if (value is YamlScalar { IsNull: true })
            {
                keys.Problems.Add(key.At, $"the type {name} says nothing", "give it fields: or enum:");
            }

            return null;
        }

        keys.Only(
            map, "a type", "fields", "enum", "exception", "generics", "extends", "httpStatus", "message", "numbers", "reserved", "presence", "closed", "doc");
        var form = Form(map, name);
        var declared = new TypeDeclaration(name, NameScope.Of(file, name.Text), form)
        {
            Generics = Distinct(keys.Names(map.Find("generics"), "a type variable"), "type variable"),
            Extends = keys.Type(map.Find("extends"), "extends"),
            Fields = Values(map.Find("fields"), "fields"),
            Constants = form == TypeForm.Enum ? Constants(map, name) : [],
            Numbers = form == TypeForm.Enum ? ProtoDeclarationReader.ConstantNumbers(map.Find("enum"), keys) : null,
            Message = keys.Text(map.Find("message"), "message")?.Text,
            FieldNumbers = ProtoDeclarationReader.Numbers(map.Find("numbers"), keys),
            Reserved = ProtoDeclarationReader.Reserved(map.Find("reserved"), keys, isEnum: form == TypeForm.Enum),
            ImplicitPresence = ProtoDeclarationReader.ImplicitPresence(map.Find("presence"), keys),
            IsClosed = keys.Flag(map.Find("closed"), "closed"),
            HttpStatus = HttpStatus(map, name, form),
            IsRuntime = map.Find("exception") is YamlScalar { Text: "runtime" },
            Doc = Doc(map),
        };
        PinnedNumbers.CheckConstants(declared, keys.Problems);
        return declared;
    }

    private int? HttpStatus(YamlMap map, Named name, TypeForm form)
    {
        if (map.Find("httpStatus") is not { } node)
        {
            return null;
        }

        if (form != TypeForm.Exception)
        {
            keys.Problems.Add(node.At, $"httpStatus is for exceptions, and {name} is none", "remove it, or add exception: checked");
        }
        else if (node is YamlScalar scalar && int.TryParse(scalar.Text, out var status) && status is >= 400 and <= 599)
        {
            return status;
        }
        else
        {
            keys.Problems.Add(node.At, $"httpStatus must be a number from 400 to 599, not {node.Describe()}", "write it like httpStatus: 404");
        }

        return null;
    }

    private TypeForm Form(YamlMap map, Named name)
    {
        if (map.FindKey("enum") is { } constants)
        {
            foreach (var other in (string[])["fields", "exception", "generics", "extends", "numbers"])
            {
                if (map.FindKey(other) is { } key)
                {
                    keys.Problems.Add(
                        key.At,
                        $"the enum {name} cannot have {other}",
                        $"remove {other}, or remove enum at line {constants.At.Line}");
                }
            }

            return TypeForm.Enum;
        }

        if (map.Find("exception") is not { } exception)
        {
            return TypeForm.Struct;
        }

        if (exception is not YamlScalar { Text: "checked" or "runtime" })
        {
            keys.Problems.Add(
                exception.At,
                $"exception must be checked or runtime, not {exception.Describe()}",
                "write exception: checked");
        }

        return TypeForm.Exception;
    }

    private List<Named> Constants(YamlMap map, Named name)
    {
        // A map has the constants' numbers in protobuf too.
        var written = map.Find("enum");
        var constants = written is YamlMap numbered
            ? [.. numbered.Entries.Select(static e => new Named(e.Key.Text, e.Key.At))]
            : Distinct(keys.Names(written, "an enum constant"), "constant");
        if (constants.Count == 0)
        {
            keys.Problems.Add(map.FindKey("enum")?.At ?? name.At, $"the enum {name} has no constants", "list them: enum: [NEW, PAID]");
        }

        return constants;
    }

    private List<ValueDeclaration> Values(YamlNode? node, string what)
    {
        var values = new List<ValueDeclaration>();
        if (node is YamlList list)
        {
            // Each with its name inside, as one writes fields with numbers.
            var seen = new Dictionary<string, YamlMark>(StringComparer.Ordinal);
            foreach (var item in list.Items.OfType<YamlMap>())
            {
                if (keys.Text(item.Find("name"), "name") is not { } name)
                {
                    continue;
                }

                if (!seen.TryAdd(name.Text, name.At))
                {
                    keys.Problems.Add(name.At, $"'{name}' is here a second time", $"keep this one or the one at line {seen[name.Text].Line}");
                }
                else if (Value(name, item, ["name"]) is { } read)
                {
                    values.Add(read);
                }
            }

            foreach (var item in list.Items.Where(static i => i is not YamlMap map || map.Find("name") is null))
            {
                keys.Problems.Add(item.At, $"{what} has an entry without a name", "write - { name: id, type: string, number: 1 }");
            }

            return values;
        }

        foreach (var (key, value) in keys.Map(node, what)?.Entries ?? [])
        {
            if (Value(new Named(key.Text, key.At), value) is { } read)
            {
                values.Add(read);
            }
        }

        return values;
    }

    /// <summary>A type, or <c>{ type: long, java: java.lang.Long, number: 3 }</c>.</summary>
    /// <param name="beside">Keys that it may have where it stands, beside its own.</param>
    private ValueDeclaration? Value(Named name, YamlNode? node, params IEnumerable<string> beside)
    {
        if (node is YamlScalar { IsNull: true })
        {
            keys.Problems.Add(node.At, $"'{name}' has no type", "write name: type; inside { } quote a type that has a comma");
            return null;
        }

        if (node is not YamlMap map)
        {
            return keys.Type(node, $"'{name}'") is { } type ? new ValueDeclaration(name, type, null) : null;
        }

        keys.Only(map, $"'{name}'", ["type", "java", "doc", .. ProtoDeclarationReader.FieldKeys, .. beside]);
        var java = keys.Text(map.Find("java"), "java");
        if (map.Find("type") is null)
        {
            keys.Problems.Add(map.At, $"'{name}' has no type", "add type:");
            return null;
        }

        return keys.Type(map.Find("type"), $"'{name}'") is { } declared
            ? new ValueDeclaration(name, declared, java) { Proto = ProtoDeclarationReader.Field(map, keys), Doc = Doc(map) }
            : null;
    }

    private ServiceDeclaration? Service(YamlScalar key, YamlNode value)
    {
        var name = new Named(key.Text, key.At);
        var map = keys.Map(value, $"the service {name}") ?? new YamlMap(key.At);
        keys.Only(map, "a service", "abstract", "extends", "version", "group", "uniqueId", "http", "proto", "reserved", "values", "methods", "doc");
        return new ServiceDeclaration(name, NameScope.Of(file, name.Text))
        {
            IsAbstract = keys.Flag(map.Find("abstract"), "abstract"),
            Extends = keys.Names(map.Find("extends"), "a service"),
            Version = keys.Text(map.Find("version"), "version")?.Text ?? string.Empty,
            Group = keys.Text(map.Find("group"), "group")?.Text ?? string.Empty,
            UniqueId = keys.Text(map.Find("uniqueId"), "uniqueId")?.Text ?? string.Empty,
            HttpPrefix = Prefix(map.Find("http")),
            ProtoName = ProtoNameReader.ServiceName(map.Find("proto"), keys),
            Reserved = keys.Names(map.Find("reserved"), "a method's name"),
            Values = ValuePolicyReader.Read(map.Find("values"), keys),
            Doc = Doc(map),
            Methods = Methods(map.Find("methods")),
        };
    }

    private string Prefix(YamlNode? http)
    {
        if (keys.Map(http, "http") is not { } map)
        {
            return string.Empty;
        }

        keys.Only(map, "a service's http", "prefix");
        if (keys.Text(map.Find("prefix"), "prefix") is not { } prefix || prefix.Text == "/")
        {
            return string.Empty;
        }

        PathTemplateRules.Check(prefix, isPrefix: true, keys.Problems);
        return prefix.Text;
    }

    private List<MethodDeclaration> Methods(YamlNode? node)
    {
        var methods = new List<MethodDeclaration>();
        foreach (var (key, value) in keys.Map(node, "methods")?.Entries ?? [])
        {
            // A list holds the overloads of one name.
            foreach (var overload in value is YamlList list ? list.Items : [value])
            {
                methods.Add(Method(new Named(key.Text, key.At), overload));
            }
        }

        return methods;
    }

    private MethodDeclaration Method(Named key, YamlNode value)
    {
        var map = keys.Map(value, $"the method {key}") ?? new YamlMap(key.At);
        keys.Only(map, "a method", "name", "parameters", "returns", "throws", "http", "idempotent", "oneway", "streams", "proto", "numbers", "reserved", "doc");
        var name = keys.Text(map.Find("name"), "name") ?? key;
        if (!name.Text.All(c => char.IsLetterOrDigit(c) || c is '_' or '$'))
        {
            keys.Problems.Add(name.At, $"'{name}' is no method name", "use letters, digits, _ and $; name: gives an overload's own name");
        }

        return new MethodDeclaration(name)
        {
            OwnKey = key.Text == name.Text ? null : key.Text,
            Parameters = Values(map.Find("parameters"), "parameters"),
            Returns = map.Find("returns") is { } returns ? Value(new Named("returns", returns.At), returns) : null,
            Throws = keys.Types(map.Find("throws"), "throws"),
            Idempotent = keys.Flag(map.Find("idempotent"), "idempotent"),
            OneWay = keys.Flag(map.Find("oneway"), "oneway"),
            Streams = Streams(map),
            Http = keys.Map(map.Find("http"), "http"),
            ProtoName = ProtoNameReader.MethodName(map.Find("proto"), keys),
            Numbers = ProtoDeclarationReader.Numbers(map.Find("numbers"), keys),
            Reserved = ProtoDeclarationReader.Reserved(map.Find("reserved"), keys),
            Doc = Doc(map),
        };
    }

    /// <summary>Which direction of a method has any number of messages.</summary>
    private StreamSupport Streams(YamlMap map)
    {
        if (map.Find("streams") is not { } node)
        {
            return StreamSupport.None;
        }

        var streams = (node as YamlScalar)?.Text switch
        {
            "requests" => StreamSupport.Client,
            "replies" => StreamSupport.Server,
            "both" => StreamSupport.All,
            _ => StreamSupport.None,
        };
        if (streams == StreamSupport.None)
        {
            keys.Problems.Add(node.At, $"streams must be requests, replies or both, not {node.Describe()}", "write streams: replies, or remove it");
        }
        else if (map.Find("oneway") is YamlScalar { Text: "true" } oneWay)
        {
            keys.Problems.Add(oneWay.At, "a method that streams has an end that its caller waits for", "remove oneway, or streams");
        }

        return streams;
    }

    private string? Doc(YamlMap map) => keys.Text(map.Find("doc"), "doc")?.Text;

    private List<Named> Distinct(List<Named> names, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!seen.Add(name.Text))
            {
                keys.Problems.Add(name.At, $"the {what} {name} is here a second time", "remove it");
            }
        }

        return names;
    }

    private bool IsJavaName(YamlScalar key)
    {
        if (JavaNames.IsClass(key.Text))
        {
            return true;
        }

        keys.Problems.Add(key.At, $"'{key.Text}' is no Java name", "write the full name, such as com.acme.order.Order");
        return false;
    }
}
