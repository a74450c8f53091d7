using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>What a document declares.</summary>
/// <param name="Notes">What is not carried over whole; one line each.</param>
/// <param name="Files">Absolute paths of the document and the files that it refers to.</param>
internal sealed record OpenApiImport(ContractDocument Document, IReadOnlyList<string> Notes, IReadOnlyList<string> Files);

/// <summary>Reads OpenAPI 3.0 and 3.1 documents, in YAML or JSON, as declarations. Stateless; safe for any thread.</summary>
internal static class OpenApiReader
{
    /// <param name="problems">Takes what is wrong; with any of it nothing should be loaded.</param>
    public static OpenApiImport Read(string file, List<SourceProblem> problems) => Read(file, OpenApiFile.Read(file, problems), problems);

    /// <summary>As above of a text.</summary>
    public static OpenApiImport Read(string file, ReadOnlySpan<byte> text, List<SourceProblem> problems) =>
        Read(file, OpenApiFile.Read(file, text, problems), problems);

    private static OpenApiImport Read(string file, YamlNode? root, List<SourceProblem> problems)
    {
        var documents = new Documents(file, root, problems);
        var notes = new ImportNotes();
        var empty = new ContractDocument(file);
        if (root is null || !IsReadable(documents.Root, problems))
        {
            return new OpenApiImport(empty, [], [.. documents.Files]);
        }

        var isOwn = documents.Root[Extensions.Bridge].Node is YamlMap;
        var package = JavaNaming.Package(file);
        var classes = new SchemaClasses(package, problems);
        var schemas = new SchemaReader(documents, classes, notes, problems, isOwn);
        var types = new TypeDeclarer(file, schemas, documents, classes, notes, problems, isOwn);
        var exceptions = new ExceptionDeclarer(file, package, documents, schemas, classes, types, isOwn);
        if (isOwn)
        {
            exceptions.DeclareOwn();
        }

        // Components first: they have names of their own, which classes without one must not take.
        foreach (var (key, schema) in documents.Root["components"]["schemas"].Entries())
        {
            if (!isOwn || schema.Text(Extensions.JavaType) is not null)
            {
                schemas.Read(schema, key.Text);
            }
        }

        var answers = new AnswerReader(documents, schemas, exceptions, notes, isOwn);
        var requests = new RequestReader(documents, schemas, notes, problems, isOwn);
        var services = new ServiceReader(file, package, documents, requests, answers, notes, problems, isOwn).ReadAll();
        var declared = types.DeclareAll();
        var thrown = exceptions.Declared.ToDictionary(static e => e.Name.Text, StringComparer.Ordinal);
        return new OpenApiImport(
            empty with
            {
                Types = [.. declared.Where(d => !thrown.ContainsKey(d.Name.Text)), .. thrown.Values],
                Services = services,
            },
            notes.ToList(),
            [.. documents.Files]);
    }

    private static bool IsReadable(Place root, List<SourceProblem> problems)
    {
        if (root.Map is not { } map)
        {
            problems.Add(root.Node!.At, $"an OpenAPI document must be a map, not {root.Node.Describe()}", "begin it with openapi: 3.1.0");
            return false;
        }

        if (map.FindKey("swagger") is { } swagger)
        {
            problems.Add(swagger.At, "this is Swagger 2.0, which is not read", "convert it to OpenAPI 3, as by swagger2openapi");
            return false;
        }

        var version = root.Text("openapi") ?? string.Empty;
        if (version.StartsWith("3.0", StringComparison.Ordinal) || version.StartsWith("3.1", StringComparison.Ordinal))
        {
            return true;
        }

        problems.Add(map.Find("openapi")?.At ?? map.At, $"OpenAPI '{version}' is not known", "write the document in OpenAPI 3.0 or 3.1");
        return false;
    }
}
