using System.Globalization;
using System.Text;
using BridgeMesh.Contracts;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>
/// Contracts as a page for those who call them: services with their methods, then the types that those name, each with its own place to link to.
/// The same text for the same contracts.
/// </summary>
internal sealed class MarkdownPage
{
    private readonly StringBuilder _text = new();
    private readonly TypeList _types = new();

    private MarkdownPage()
    {
    }

    /// <param name="header">Where it comes from; one line.</param>
    public static string Write(IReadOnlyList<ServiceContract> contracts, string header)
    {
        var page = new MarkdownPage();
        page.Line("# Services");
        page.Line();
        page.Line($"*{MarkdownText.Line(header)}*");
        page.Line();
        foreach (var contract in contracts)
        {
            page.Line($"- {MarkdownText.Link(contract.Service.ToString(), contract.Service.ToString())}");
        }

        foreach (var contract in contracts)
        {
            page.Service(contract);
        }

        page.Types();
        return page._text.ToString().TrimEnd('\n') + "\n";
    }

    private void Service(ServiceContract contract)
    {
        Heading(2, contract.Service.Interface, contract.Service.ToString());
        Doc(contract.Doc);
        var facts = new (string Name, string Text)[]
        {
            ("version", contract.Service.Version),
            ("group", contract.Service.Group),
            ("uniqueId", contract.Service.UniqueId),
            ("in protobuf", contract.ProtoName ?? string.Empty),
            ("JSON", contract.Policy.ProtoJson ? "protobuf's" : string.Join(", ", ValuePolicyText.Of(contract.Policy).Select(static v => $"{v.Key}: {v.Value}"))),
        };
        foreach (var (name, text) in facts.Where(static f => f.Text.Length > 0))
        {
            Line($"- {name}: {MarkdownText.Code(text)}");
        }

        if (facts.Any(static f => f.Text.Length > 0))
        {
            Line();
        }

        foreach (var method in contract.Methods)
        {
            Method(contract, method);
        }
    }

    private void Method(ServiceContract contract, MethodShape method)
    {
        // An overload's place has its types, as its name alone is that of several.
        var isOverloaded = contract.Overloads(method.Name).Length > 1;
        Heading(3, method.Name, $"{contract.Service}.{method.Name}{(isOverloaded ? $"({method.Signature.Descriptor})" : string.Empty)}");
        Doc(method.Doc);
        var parameters = string.Join(", ", method.Parameters.Select(static p => $"{p.Type.JavaType.Text} {p.Name}"));
        Line($"- Java: {MarkdownText.Code($"{method.Returns.JavaType.Text} {method.Name}({parameters})")}");
        Line($"- HTTP: {MarkdownText.Code(method.Http is { } http ? $"{http.Verb} {http.PathTemplate}" : $"POST /{contract.Service.Interface}/{method.Name}")}");
        Line($"- gRPC: {MarkdownText.Code($"/{contract.ProtoName ?? contract.Service.Interface}/{method.ProtoName ?? method.Name}")}");
        foreach (var (holds, text) in ((bool, string)[])
        [
            (method.Idempotent, "idempotent: a second execution does no harm"),
            (method.OneWay, "one-way: nobody waits for an answer"),
            (method.ClientStreaming, "takes a stream of requests"),
            (method.ServerStreaming, "answers with a stream"),
        ])
        {
            if (holds)
            {
                Line($"- {text}");
            }
        }

        Line();
        Parameters(method);
        if (method.Returns.Kind != ShapeKind.Void)
        {
            Line($"Returns {_types.Text(method.Returns)}{(method.ReturnsDoc is { } doc ? $": {MarkdownText.Line(doc)}" : string.Empty)}");
            Line();
        }

        Errors(method);
    }

    private void Parameters(MethodShape method)
    {
        if (method.Parameters.IsEmpty)
        {
            return;
        }

        Line("| parameter | type | null | in HTTP | |");
        Line("|---|---|---|---|---|");
        for (var i = 0; i < method.Parameters.Length; i++)
        {
            var parameter = method.Parameters[i];
            var bound = method.Http?.Parameters.FirstOrDefault(p => p.Ordinal == i);
            Row(
                MarkdownText.Code(parameter.Name, inTable: true),
                _types.Text(parameter.Type),
                parameter.Type.Nullable ? "yes" : "no",
                bound is null ? "member of the body" : Place(bound),
                MarkdownText.Line(parameter.Doc ?? string.Empty));
        }

        Line();
    }

    private static string Place(HttpParameter parameter)
    {
        var place = parameter.Source switch
        {
            HttpSource.Body => "the body",
            HttpSource.BodyMember => "member of the body",
            _ => parameter.Source.ToString().ToLowerInvariant(),
        };
        return parameter.Source == HttpSource.Body || parameter.WireName.Length == 0 ? place : $"{place} {MarkdownText.Code(parameter.WireName, inTable: true)}";
    }

    private void Errors(MethodShape method)
    {
        if (method.Exceptions.IsEmpty)
        {
            return;
        }

        Line("| error | HTTP | gRPC | |");
        Line("|---|---|---|---|");
        foreach (var exception in method.Exceptions)
        {
            // Source: docs/errors.md, what callers are told of a declared exception.
            Row(_types.Text(exception), (exception.CodeInHttp ?? 422).ToString(CultureInfo.InvariantCulture), "UNKNOWN (2)", MarkdownText.Line(exception.Doc ?? string.Empty));
        }

        Line();
    }

    private void Types()
    {
        if (_types.IsEmpty)
        {
            return;
        }

        Line("## Types");
        Line();
        while (_types.TryTake(out var type, out var constants))
        {
            if (type is not null)
            {
                Class(type);
            }
            else if (constants is not null)
            {
                Enum(constants);
            }
        }
    }

    private void Class(StructShape type)
    {
        Heading(3, TypeList.NameOf(type), TypeList.NameOf(type));
        Doc(type.Doc);
        var lines = _text.Length;
        if (type.IsException)
        {
            Line("- an exception");
        }

        if (type.Parent is { } parent)
        {
            Line($"- extends {_types.Text(parent)}");
        }

        if (type.Proto is { } message && message.FullName != type.JavaType.Text)
        {
            Line($"- in protobuf: {MarkdownText.Code(message.FullName)}");
        }

        if (_text.Length > lines)
        {
            Line();
        }

        if (type.Fields.IsEmpty)
        {
            Line("It has no fields.");
            Line();
            return;
        }

        Line("| field | type | null | number | |");
        Line("|---|---|---|---|---|");
        var protos = ProtoForm.FieldsOf(type);
        for (var i = 0; i < type.Fields.Length; i++)
        {
            var field = type.Fields[i];
            Row(
                MarkdownText.Code(field.Name.Text, inTable: true),
                _types.Text(field.Type),
                field.Type.Nullable ? "yes" : "no",
                protos[i].Number.ToString(CultureInfo.InvariantCulture),
                MarkdownText.Line(field.Doc ?? string.Empty));
        }

        Line();
    }

    private void Enum(EnumShape constants)
    {
        Heading(3, constants.JavaType.Text, constants.JavaType.Text);
        Doc(constants.Doc);
        Line("| constant | number |");
        Line("|---|---|");
        for (var i = 0; i < constants.Constants.Length; i++)
        {
            Row(MarkdownText.Code(constants.Constants[i], inTable: true), constants.NumberOf(i).ToString(CultureInfo.InvariantCulture));
        }

        Line();
    }

    private void Heading(int level, string text, string anchor)
    {
        if (_text.Length > 0 && _text[^1] == '\n' && (_text.Length < 2 || _text[^2] != '\n'))
        {
            Line();
        }

        Line($"{new string('#', level)} {MarkdownText.Anchor(anchor)}{MarkdownText.Line(text)}");
        Line();
    }

    private void Doc(string? doc)
    {
        if (doc is not null && MarkdownText.Paragraphs(doc) is { Length: > 0 } text)
        {
            Line(text);
            Line();
        }
    }

    private void Row(params IEnumerable<string> cells) => Line($"| {string.Join(" | ", cells)} |");

    private void Line(string text = "") => _text.Append(text).Append('\n');
}
