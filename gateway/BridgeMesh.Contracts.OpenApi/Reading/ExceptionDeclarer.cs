using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>
/// Makes exceptions of the schemas of answers that are no results: one for each schema and code, with the schema's members as fields.
/// </summary>
internal sealed class ExceptionDeclarer(
    string file, string package, Documents documents, SchemaReader schemas, SchemaClasses classes, TypeDeclarer types, bool isOwn)
{
    private readonly Dictionary<(YamlNode Schema, int? Status), TypeExpression> _byAnswer = [];
    private readonly Dictionary<string, TypeDeclaration> _declared = new(StringComparer.Ordinal);

    public IEnumerable<TypeDeclaration> Declared => _declared.Values;

    /// <param name="status">The code that tells it; null for a range of codes or all others.</param>
    public IReadOnlyList<TypeExpression> Of(Place place, int? status, string hint, YamlMark at)
    {
        var schema = documents.Follow(place);
        if (schema.Node is null || (isOwn && schema[Extensions.Bridge].Text("exception") is null && schema.Map?.FindKey("anyOf") is null))
        {
            return [];
        }

        if (isOwn)
        {
            return [.. schema["anyOf"].Items().Select(documents.Follow).DefaultIfEmpty(schema).Select(Own).OfType<TypeExpression>()];
        }

        if (!schemas.IsClass(schema))
        {
            return [];
        }

        if (!_byAnswer.TryGetValue((schema.Node, status), out var known))
        {
            var reference = place.Text("$ref") ?? hint;
            var name = classes.Free($"{package}.{JavaNaming.Class(reference[(reference.LastIndexOf('/') + 1)..], "Fault")}{status}Exception");
            known = new TypeExpression(name, at, []);
            _byAnswer.Add((schema.Node, status), known);
            _declared.Add(name, new TypeDeclaration(new Named(name, schema.Node.At), NameScope.Of(file, name), TypeForm.Exception)
            {
                HttpStatus = status,
                Fields = types.Fields(schemas.PartsOf(schema), name),
                Doc = SchemaDoc.Of(schema, isOwn),
            });
        }

        return [known];
    }

    /// <summary>Declares the exceptions of all problem documents, thrown or not: parents of others among them.</summary>
    public void DeclareOwn()
    {
        foreach (var (key, _) in documents.Root["components"]["schemas"].Map?.Entries ?? [])
        {
            var schema = documents.Root["components"]["schemas"][key.Text];
            if (schema[Extensions.Bridge].Text("exception") is not null)
            {
                Own(schema);
            }
        }
    }

    private TypeExpression? Own(Place schema)
    {
        var about = schema[Extensions.Bridge];
        if (types.Written(about, "exception") is not { } written)
        {
            return null;
        }

        if (_declared.ContainsKey(written.Name))
        {
            return written;
        }

        var fields = new List<ValueDeclaration>();
        _declared.Add(written.Name, new TypeDeclaration(new Named(written.Name, written.At), NameScope.Of(file, written.Name), TypeForm.Exception)
        {
            HttpStatus = int.TryParse(about.Text("httpStatus"), out var status) ? status : null,
            Extends = types.Written(about, "extends"),
            Doc = SchemaDoc.Of(schema, isOwn),
            Fields = fields,
        });
        var inherited = InheritedOf(about.Text("extends"));
        foreach (var name in about["fields"].Items().Select(static f => f.Node).OfType<YamlScalar>())
        {
            // A field of a problem's own name stands below fields.
            var members = Writing.ProblemSchemas.OwnMembers.Contains(name.Text) ? schema["properties"]["fields"]["properties"] : schema["properties"];
            if (members[name.Text].Node is not null && !inherited.Contains(name.Text))
            {
                fields.Add(types.Field(name, members[name.Text], isRequired: false, written.Name));
            }
        }

        return written;
    }

    private HashSet<string> InheritedOf(string? parent) => parent is null ? [] :
    [
        .. (documents.Root["components"]["schemas"].Map?.Entries ?? [])
            .Select(e => documents.Root["components"]["schemas"][e.Key.Text][Extensions.Bridge])
            .Where(b => b.Text("exception") == parent)
            .SelectMany(static b => b["fields"].Items().Select(static f => (f.Node as YamlScalar)?.Text).OfType<string>()),
    ];
}
