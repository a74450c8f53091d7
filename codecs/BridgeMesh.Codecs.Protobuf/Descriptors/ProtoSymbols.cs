namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// All names of some files, to write a type by the shortest name that every compiler resolves to it. Source: descriptor.proto,
/// FieldDescriptorProto.type_name: the innermost scope that has a name's first part decides.
/// </summary>
internal sealed class ProtoSymbols
{
    /// <summary>Words that begin something else where a type may stand.</summary>
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64", "bool", "string",
        "bytes", "group", "map", "message", "enum", "extend", "extensions", "option", "oneof", "reserved", "optional", "repeated", "required", "rpc",
        "returns", "stream", "import", "package", "service", "syntax", "edition", "to", "max", "public", "weak", "export", "local", "true", "false",
        "inf", "nan",
    };

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public ProtoSymbols(IEnumerable<FileRecord> files)
    {
        foreach (var file in files)
        {
            for (var at = file.Package; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOf('.'))])
            {
                _names.Add(at);
            }

            file.Messages.ForEach(Add);
            file.Enums.ForEach(e => Add(e, file.Package));
            foreach (var service in file.Services)
            {
                _names.Add(service.FullName);
                service.Methods.ForEach(m => _names.Add($"{service.FullName}.{m.Name}"));
            }
        }
    }

    /// <param name="type">Full name, with a leading dot.</param>
    /// <param name="package">Of the file.</param>
    /// <param name="scope">Full name of the message, or the package, in which it is written.</param>
    public string Shortest(string type, string package, string scope)
    {
        var full = type.TrimStart('.');
        foreach (var inner in (string[])[scope, package])
        {
            if (inner.Length > 0 && full.StartsWith(inner, StringComparison.Ordinal) && full.Length > inner.Length && full[inner.Length] == '.'
                && IsFound(full[(inner.Length + 1)..], full, scope))
            {
                return full[(inner.Length + 1)..];
            }
        }

        return IsFound(full, full, scope) ? full : $".{full}";
    }

    /// <summary>Whether the innermost scope that has the first part of a name leads to the type.</summary>
    private bool IsFound(string name, string full, string scope)
    {
        var first = name.Split('.')[0];
        if (Words.Contains(first))
        {
            return false;
        }

        for (var at = scope; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOf('.'))])
        {
            if (_names.Contains($"{at}.{first}"))
            {
                return $"{at}.{name}" == full;
            }
        }

        return name == full;
    }

    private void Add(MessageRecord message)
    {
        _names.Add(message.FullName);
        message.Fields.ForEach(f => _names.Add($"{message.FullName}.{f.Name}"));
        message.Oneofs.ForEach(o => _names.Add($"{message.FullName}.{o}"));
        message.Enums.ForEach(e => Add(e, message.FullName));
        message.Nested.ForEach(Add);
    }

    private void Add(EnumRecord declared, string scope)
    {
        _names.Add(declared.FullName);
        declared.Values.ForEach(v => _names.Add(scope.Length == 0 ? v.Name : $"{scope}.{v.Name}"));
    }
}
