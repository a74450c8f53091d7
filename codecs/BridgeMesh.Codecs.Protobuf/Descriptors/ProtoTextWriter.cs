using System.Globalization;
using System.Text;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// Writes a file's record as the .proto text that protoc makes the same descriptor of, in the form of <c>buf format</c>. The same record gives
/// the same text. Source: protobuf.dev, "Protocol Buffers Version 3 Language Specification".
/// </summary>
internal sealed class ProtoTextWriter
{
    private readonly StringBuilder _text = new();
    private readonly FileRecord _file;
    private readonly ProtoSymbols _symbols;

    private ProtoTextWriter(FileRecord file, ProtoSymbols symbols) => (_file, _symbols) = (file, symbols);

    /// <param name="file">Of proto3.</param>
    /// <param name="symbols">Names of the file and of all that it may import.</param>
    /// <param name="header">Lines of comment before it.</param>
    public static string Write(FileRecord file, ProtoSymbols symbols, string? header)
    {
        var writer = new ProtoTextWriter(file, symbols);
        writer.Comment(0, header);
        writer.Blank();
        writer.Line(0, "syntax = \"proto3\";");
        writer.Blank();
        if (file.Package.Length > 0)
        {
            writer.Line(0, $"package {file.Package};");
            writer.Blank();
        }

        foreach (var import in file.Dependencies)
        {
            writer.Line(0, $"import {Quoted(import)};");
        }

        file.Services.ForEach(writer.Service);
        file.Messages.ForEach(m => writer.Message(0, m));
        file.Enums.ForEach(e => writer.Enum(0, e));
        return writer._text.ToString();
    }

    private void Service(ServiceRecord service)
    {
        Blank();
        Comment(0, service.Doc);
        Open(0, $"service {LastOf(service.FullName)}", service.Methods.Count == 0);
        foreach (var method in service.Methods)
        {
            if (method.Doc is not null && !ReferenceEquals(method, service.Methods[0]))
            {
                Blank();
            }

            Comment(1, method.Doc);
            var (input, output) = (Type(method.Input, service.FullName), Type(method.Output, service.FullName));
            var signature = $"rpc {method.Name}({(method.ClientStreaming ? "stream " : string.Empty)}{input})"
                + $" returns ({(method.ServerStreaming ? "stream " : string.Empty)}{output})";
            if (method.Idempotent)
            {
                Line(1, $"{signature} {{");
                Line(2, "option idempotency_level = IDEMPOTENT;");
                Line(1, "}");
            }
            else
            {
                Line(1, $"{signature};");
            }
        }

        Close(0, service.Methods.Count == 0);
    }

    private void Message(int level, MessageRecord message)
    {
        var nested = message.Nested.Where(static n => !n.IsMapEntry).ToList();
        var isEmpty = message.Reserved.IsEmpty && message.Fields.Count + nested.Count + message.Enums.Count == 0;
        Blank();
        Comment(level, message.Doc);
        Open(level, $"message {LastOf(message.FullName)}", isEmpty);
        Reserved(level + 1, message.Reserved, ProtoField.MaxNumber);
        if (!message.Reserved.IsEmpty && message.Fields.Count > 0)
        {
            Blank();
        }

        var entries = message.Nested.Where(static n => n.IsMapEntry).ToDictionary(static n => $".{n.FullName}", StringComparer.Ordinal);
        for (var i = 0; i < message.Fields.Count; i++)
        {
            var field = message.Fields[i];
            if (field.Oneof < 0)
            {
                Field(level + 1, field, message, entries, isFirst: i == 0);
                continue;
            }

            if (i == 0 || message.Fields[i - 1].Oneof != field.Oneof)
            {
                Line(level + 1, $"oneof {message.Oneofs[field.Oneof]} {{");
                Field(level + 2, field, message, entries, isFirst: true);
            }
            else
            {
                Field(level + 2, field, message, entries, isFirst: false);
            }

            if (i == message.Fields.Count - 1 || message.Fields[i + 1].Oneof != field.Oneof)
            {
                Line(level + 1, "}");
            }
        }

        nested.ForEach(n => Message(level + 1, n));
        message.Enums.ForEach(e => Enum(level + 1, e));
        Close(level, isEmpty);
    }

    private void Field(int level, FieldRecord field, MessageRecord message, Dictionary<string, MessageRecord> entries, bool isFirst)
    {
        if (field.Doc is not null && !isFirst)
        {
            Blank();
        }

        Comment(level, field.Doc);
        var type = field.IsRepeated && entries.TryGetValue(field.TypeName, out var entry)
            ? $"map<{Scalar(entry.Fields[0].Kind)}, {Type(entry.Fields[1], message.FullName)}>"
            : Label(field) + Type(field, message.FullName);
        var options = new List<string>();
        if (field.IsRepeated && !field.Packed && IsPackable(field.Kind))
        {
            options.Add("packed = false");
        }

        if (field.JsonName is { } json && json != FieldRecord.JsonNameOf(field.Name))
        {
            options.Add($"json_name = {Quoted(json)}");
        }

        var tail = options.Count == 0 ? string.Empty : $" [{string.Join(", ", options)}]";
        Line(level, string.Create(CultureInfo.InvariantCulture, $"{type} {field.Name} = {field.Number}{tail};"));
    }

    private void Enum(int level, EnumRecord declared)
    {
        Blank();
        Comment(level, declared.Doc);
        Open(level, $"enum {LastOf(declared.FullName)}", isEmpty: false);
        if (declared.Values.DistinctBy(static v => v.Number).Count() < declared.Values.Count)
        {
            Line(level + 1, "option allow_alias = true;");
        }

        Reserved(level + 1, declared.Reserved, int.MaxValue);
        foreach (var (name, number) in declared.Values)
        {
            Line(level + 1, string.Create(CultureInfo.InvariantCulture, $"{name} = {number};"));
        }

        Close(level, isEmpty: false);
    }

    private void Reserved(int level, IReadOnlyCollection<ProtoReserved> reserved, int max)
    {
        var ranges = reserved.Where(static r => r.Name is null).Select(r => r.From == r.To
            ? r.From.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{r.From} to {(r.To == max ? "max" : r.To)}")).ToList();
        var names = reserved.Where(static r => r.Name is not null).Select(static r => Quoted(r.Name ?? string.Empty)).ToList();
        foreach (var list in (List<string>[])[ranges, names])
        {
            if (list.Count > 0)
            {
                Line(level, $"reserved {string.Join(", ", list)};");
            }
        }
    }

    private static string Label(FieldRecord field) => field switch
    {
        { IsRepeated: true } => "repeated ",
        { Presence: ProtoPresence.Explicit, Oneof: < 0, Kind: not (ProtoKind.Message or ProtoKind.Group) } => "optional ",
        _ => string.Empty,
    };

    private string Type(FieldRecord field, string scope) =>
        field.Kind is ProtoKind.Message or ProtoKind.Enum or ProtoKind.Group ? Type(field.TypeName, scope) : Scalar(field.Kind);

    private string Type(string name, string scope) => _symbols.Shortest(name, _file.Package, scope);

    private static string Scalar(ProtoKind kind) => kind.ToString().ToLowerInvariant();

    private static bool IsPackable(ProtoKind kind) => kind is not (ProtoKind.String or ProtoKind.Bytes or ProtoKind.Message or ProtoKind.Group);

    /// <summary>A comment ends where its line does: what else may end a line, or hide text from who reads it, is a blank.</summary>
    private void Comment(int level, string? doc)
    {
        foreach (var line in doc?.ReplaceLineEndings("\n").Split('\n') ?? [])
        {
            var plain = string.Concat(line.Select(static c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format ? ' ' : c));
            Line(level, $"// {plain}".TrimEnd());
        }
    }

    private void Open(int level, string head, bool isEmpty) => Line(level, isEmpty ? $"{head} {{}}" : $"{head} {{");

    private void Close(int level, bool isEmpty)
    {
        if (!isEmpty)
        {
            Line(level, "}");
        }
    }

    /// <summary>One empty line; none behind a bracket that opens, at the beginning, or behind another.</summary>
    private void Blank()
    {
        if (_text.Length > 1 && !(_text[^1] == '\n' && _text[^2] is '\n' or '{'))
        {
            _text.Append('\n');
        }
    }

    private void Line(int level, string text) => _text.Append(' ', level * 2).Append(text).Append('\n');

    private static string LastOf(string fullName) => fullName[(fullName.LastIndexOf('.') + 1)..];

    /// <summary>A string of the language; names of files and fields come from contracts, and so may hold anything.</summary>
    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            quoted.Append(b is >= 0x20 and < 0x7F and not ((byte)'"' or (byte)'\\')
                ? ((char)b).ToString()
                : string.Create(CultureInfo.InvariantCulture, $"\\x{b:x2}"));
        }

        return quoted.Append('"').ToString();
    }
}
