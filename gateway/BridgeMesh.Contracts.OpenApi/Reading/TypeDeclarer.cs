using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>Declares the classes and enums that schemas describe.</summary>
internal sealed class TypeDeclarer(
    string file, SchemaReader schemas, Documents documents, SchemaClasses classes, ImportNotes notes, List<SourceProblem> problems, bool isOwn)
{
    /// <summary>Declares all that were named, and those that these name.</summary>
    public List<TypeDeclaration> DeclareAll()
    {
        var declared = new List<TypeDeclaration>();
        var instances = new List<(TypeDeclaration Declaration, TypeExpression Written)>();
        while (classes.TryNext(out var next))
        {
            var declaration = SchemaReader.ConstantsOf(next.Schema) is { } constants
                ? Enum(next.Schema, next.Name, constants)
                : Class(next.Schema, next.Name);
            if (Written(next.Schema, Extensions.JavaType) is { Arguments.Count: > 0 } written)
            {
                instances.Add((declaration, written));
            }
            else
            {
                declared.Add(declaration);
            }
        }

        declared.AddRange(instances.GroupBy(static i => i.Declaration.Name.Text, StringComparer.Ordinal).Select(static g => GenericClass.Of([.. g])));

        // Under two policies a class has two schemas; what it is does not differ.
        return [.. declared.DistinctBy(static d => d.Name.Text, StringComparer.Ordinal)];
    }

    /// <summary>The members of a class, as fields.</summary>
    public List<ValueDeclaration> Fields(IEnumerable<Place> parts, string name)
    {
        var fields = new Dictionary<string, ValueDeclaration>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            var required = part["required"].Items().Select(static r => (r.Node as YamlScalar)?.Text).ToHashSet(StringComparer.Ordinal);
            if (part.Map?.FindKey("properties") is not null && part["additionalProperties"].Node is { } more && more is not YamlScalar { Text: "false" or "true" })
            {
                notes.Add(part["additionalProperties"], $"{name} has members of its own: others are not carried over");
            }

            foreach (var (key, value) in Members(part["properties"]))
            {
                if ((!isOwn || key.Text != "@type") && !fields.ContainsKey(key.Text))
                {
                    fields.Add(key.Text, Field(key, value, required.Contains(key.Text), name));
                }
            }
        }

        return [.. fields.Values];
    }

    public ValueDeclaration Field(YamlScalar key, Place schema, bool isRequired, string owner)
    {
        var read = schemas.Read(schema, $"{owner[(owner.LastIndexOf('.') + 1)..]}{JavaNaming.Class(key.Text, "Value")}");
        var isNeverNull = !read.AdmitsNull && (isOwn || isRequired);
        return new ValueDeclaration(new Named(key.Text, key.At), read.ToExpression(key.At, isNeverNull), read.Java)
        {
            Doc = SchemaDoc.Of(schema, isOwn),
        };
    }

    public TypeExpression? Written(Place schema, string key) =>
        schema.Map?.Find(key) is YamlScalar text ? TypeExpressionParser.Parse(text, problems) : null;

    private static TypeDeclaration Declaration(string file, Place schema, string name, TypeForm form) =>
        new(new Named(name, schema.Node?.At ?? default), NameScope.Of(file, name), form);

    private TypeDeclaration Enum(Place schema, string name, IReadOnlyList<YamlScalar> constants) => Declaration(file, schema, name, TypeForm.Enum) with
    {
        Constants = [.. constants.Select(static c => new Named(c.Text, c.At))],
        Doc = SchemaDoc.Of(schema, isOwn),
    };

    private TypeDeclaration Class(Place schema, string name)
    {
        var declaration = Declaration(file, schema, name, TypeForm.Struct) with { Doc = SchemaDoc.Of(schema, isOwn) };
        if (schema["discriminator"].Text("propertyName") is { } discriminator)
        {
            notes.Add(
                schema["discriminator"],
                $"{name} is told from its subclasses by {discriminator}, a field here: the gateway goes by @type, and drops the members of others");
        }

        if (isOwn)
        {
            var all = Fields([schema], name);
            return Written(schema, Extensions.Extends) is { } extends
                ? declaration with { Extends = extends, Fields = Own(all, extends) }
                : declaration with { Fields = all };
        }

        var joined = schema["allOf"].Items().ToList();
        var parent = joined.Find(p => p.Map?.FindKey("$ref") is not null
            && documents.Follow(p) is { Node: not null } target && target.Node != schema.Node && schemas.IsClass(target));
        var own = joined.Where(p => p.Node != parent.Node).SelectMany(schemas.PartsOf);
        return declaration with
        {
            Extends = parent.Node is null ? null : schemas.Read(parent, name).ToExpression(parent.Node.At, isNeverNull: false),
            Fields = Fields([schema, .. own], name),
        };
    }

    /// <summary>An export lists inherited fields behind a class's own.</summary>
    private List<ValueDeclaration> Own(List<ValueDeclaration> all, TypeExpression extends)
    {
        var inherited = ParentFields(extends);
        for (var own = 0; own <= all.Count; own++)
        {
            var before = all.Take(own).Select(static f => f.Name.Text).ToHashSet(StringComparer.Ordinal);
            if (all.Skip(own).Select(static f => f.Name.Text).SequenceEqual(inherited.Where(n => !before.Contains(n)), StringComparer.Ordinal))
            {
                return all[..own];
            }
        }

        return all;
    }

    private List<string> ParentFields(TypeExpression extends)
    {
        var components = documents.Root["components"]["schemas"];
        foreach (var (_, schema) in Members(components))
        {
            if (Written(schema, Extensions.JavaType) is { } written && written.ToString() == extends.ToString() && schema.Map?.FindKey("anyOf") is null)
            {
                return [.. Members(schema["properties"]).Select(static m => m.Key.Text).Where(static n => n != "@type")];
            }
        }

        return [];
    }

    /// <summary>Members may begin with x- as well.</summary>
    private static IEnumerable<(YamlScalar Key, Place Value)> Members(Place map) =>
        (map.Map?.Entries ?? []).Select(e => (e.Key, map[e.Key.Text]));
}
