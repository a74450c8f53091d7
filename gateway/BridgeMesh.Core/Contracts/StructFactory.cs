using System.Runtime.CompilerServices;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>Makes the shapes of classes, one for each set of type arguments, and links them to their subclasses.</summary>
internal sealed class StructFactory(TypeResolver resolver, TypeIndex index, List<SourceProblem> problems)
{
    /// <summary>Shapes of one load. Declarations like Node&lt;T&gt; { next: Node&lt;Node&lt;T&gt;&gt; } have no end.</summary>
    private const int MaxShapes = 20_000;

    /// <summary>Types that contain each other through their arguments grow their keys first.</summary>
    private const int MaxKeyLength = 1_000;

    private static readonly ConditionalWeakTable<StructShape, string> Keys = [];

    private readonly Dictionary<string, TypeShape> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SubtypeCatalog> _catalogs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<TypeShape>> _subtypes = new(StringComparer.Ordinal);
    private readonly Queue<(TypeDeclaration Declaration, TypeShape Shape, IReadOnlyList<TypeShape> Arguments)> _open = new();
    private readonly HashSet<string> _endless = new(StringComparer.Ordinal);
    private bool _busy;

    /// <summary>The shape; its fields are set before the outermost call returns.</summary>
    public TypeShape Get(TypeDeclaration declaration, IReadOnlyList<TypeShape> arguments)
    {
        var key = arguments.Count == 0
            ? declaration.Name.Text
            : $"{declaration.Name.Text}<{string.Join(',', arguments.Select(TypeResolver.KeyOf))}>";
        if (!_byKey.TryGetValue(key, out var shape))
        {
            if (_byKey.Count >= MaxShapes || key.Length > MaxKeyLength)
            {
                return Endless(declaration);
            }

            shape = Create(declaration, key, arguments);
            _byKey.Add(key, shape);
            _open.Enqueue((declaration, shape, arguments));
        }

        if (!_busy)
        {
            _busy = true;
            while (_open.TryDequeue(out var next))
            {
                Fill(next.Declaration, next.Shape, next.Arguments);
            }

            _busy = false;
        }

        return shape;
    }

    /// <summary>Tells each class its subclasses; to be called once, when all are there.</summary>
    public void Finish()
    {
        foreach (var (key, catalog) in _catalogs)
        {
            // One name has one class: of a generic subclass the first form made.
            catalog.SetTypes(_subtypes.GetValueOrDefault(key, []).DistinctBy(static t => t.JavaType.Text));
        }
    }

    internal static string KeyOf(TypeShape shape) =>
        shape.Struct is { } fields && Keys.TryGetValue(fields, out var key) ? key : shape.JavaType.Text;

    private TypeShape Create(TypeDeclaration declaration, string key, IReadOnlyList<TypeShape> arguments)
    {
        var name = TypeName.Of(declaration.Name.Text);
        var fields = new StructShape(name, declaration.Form == TypeForm.Exception)
        {
            IsUnchecked = declaration.IsRuntime,
            HttpStatus = declaration.HttpStatus,
            Proto = ProtoDeclarationReader.Message(declaration),
            Arguments = [.. arguments],
            Doc = declaration.Doc,
        };
        Keys.Add(fields, key);
        SubtypeCatalog? catalog = null;
        if (index.IsExtended(declaration))
        {
            catalog = new SubtypeCatalog();
            _catalogs.Add(key, catalog);
        }

        return new TypeShape
        {
            Kind = ShapeKind.Struct,
            JavaType = name,
            JavaDescriptor = JavaDescriptors.ToDescriptor(name.Text),
            Struct = fields,
            Subtypes = catalog,
            Proto = ProtoDeclarationReader.KindOf(declaration),
        };
    }

    // Own fields first, then the parent's, as Java's reflection and the Hessian serializers list them.
    private void Fill(TypeDeclaration declaration, TypeShape shape, IReadOnlyList<TypeShape> arguments)
    {
        var fields = new List<FieldShape>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var chain = new HashSet<string>(StringComparer.Ordinal);
        var at = declaration;
        StructShape? direct = null;
        var numbers = new HashSet<int>();
        var written = new List<ProtoDeclaration?>();
        var pinned = new PinnedNumbers(declaration.FieldNumbers, problems);
        while (chain.Add(at.Name.Text))
        {
            var variables = new Dictionary<string, TypeShape>(StringComparer.Ordinal);
            for (var i = 0; i < at.Generics.Count && i < arguments.Count; i++)
            {
                variables[at.Generics[i].Text] = arguments[i];
            }

            foreach (var field in at.Fields.Select(f => pinned.Apply(f, isInherited: !ReferenceEquals(at, declaration))))
            {
                if (resolver.Resolve(field, at.Scope, variables) is { } type && names.Add(field.Name.Text))
                {
                    var proto = WithPresence(field.Proto, type, at);
                    fields.Add(Field(field, NoVoid(type, field), proto, numbers));
                    written.Add(proto);
                    Check(field, type, declaration);
                }
            }

            if (Parent(at, variables) is not { } parent)
            {
                break;
            }

            _subtypes.TryAdd(KeyOf(parent.Shape), []);
            _subtypes[KeyOf(parent.Shape)].Add(shape);
            direct ??= parent.Shape.Struct;
            (at, arguments) = (parent.Declaration, parent.Arguments);
        }

        pinned.CheckNames(declaration.Name.Text);

        // The shape was made by Create, with fields.
        shape.Struct!.SetFields([.. Numbered(shape.Struct, fields, written)], direct);
    }

    /// <summary>Gives fields that say something of protobuf, but no number, the one that they have by their place.</summary>
    private static List<FieldShape> Numbered(StructShape message, List<FieldShape> fields, List<ProtoDeclaration?> written)
    {
        if (!written.Exists(static w => w is { Number: null }))
        {
            return fields;
        }

        var bare = new StructShape(message.JavaType, message.IsException) { Proto = message.Proto };
        bare.SetFields([.. fields]);
        var protos = ProtoForm.FieldsOf(bare);
        return [.. fields.Select((f, i) => written[i] is { Number: null } proto ? f with { Proto = Proto(protos[i].Number, proto) } : f)];
    }

    /// <summary>Tells of fields that no message can have.</summary>
    private void Check(ValueDeclaration field, TypeShape type, TypeDeclaration declaration)
    {
        var reserved = declaration.Reserved;
        if (field.Proto is { Number: { } number } && reserved.Any(r => r.Holds(number)))
        {
            problems.Add(field.Proto.NumberAt, $"the field number {number} is reserved", "give the field another, which no field ever had");
        }
        else if (reserved.Any(r => r.Name == (field.Proto?.Name ?? field.Name.Text)))
        {
            problems.Add(field.Name.At, $"the name {field.Name} is reserved", "give the field another");
        }

        if (field.Proto is { Oneof: not null } proto && type.Kind is ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map)
        {
            problems.Add(proto.NumberAt, $"{field.Type} cannot be in a oneof, which has one value", "put it into a class of its own, or remove oneof");
        }
    }

    /// <summary>What the field says of protobuf, with the presence that it has where it says none.</summary>
    private static ProtoDeclaration? WithPresence(ProtoDeclaration? written, TypeShape type, TypeDeclaration owner)
    {
        var said = written ?? (owner.ImplicitPresence ? new ProtoDeclaration(null, owner.Name.At, ProtoKind.Canonical, null, Packed: true) : null);
        return said is null
            ? null
            : said with { Presence = said.Presence ?? ProtoDeclarationReader.PresenceOf(type, said.Oneof, owner.ImplicitPresence) };
    }

    private FieldShape Field(ValueDeclaration field, TypeShape type, ProtoDeclaration? written, HashSet<int> numbers)
    {
        var shape = new FieldShape(FieldName.Of(field.Name.Text), ProtoDeclarationReader.Encoded(type, field, problems)) { Doc = field.Doc };
        if (written is not { Number: { } number } proto)
        {
            return shape;
        }

        if (!numbers.Add(number))
        {
            problems.Add(proto.NumberAt, $"the field number {number} is taken", "give the field another, and never one that a field once had");
        }

        return shape with { Proto = Proto(number, proto) };
    }

    private static ProtoField Proto(int number, ProtoDeclaration proto) => new(number)
    {
        Presence = proto.Presence ?? ProtoPresence.Explicit,
        Oneof = proto.Oneof,
        Packed = proto.Packed,
        ProtoName = proto.Name,
        Default = proto.Default,
    };

    private (TypeDeclaration Declaration, IReadOnlyList<TypeShape> Arguments, TypeShape Shape)? Parent(
        TypeDeclaration child, Dictionary<string, TypeShape> variables)
    {
        if (child.Extends is not { } written
            || index.Find(written.Name, child.Scope) is not { } declaration
            || declaration.Generics.Count != written.Arguments.Count)
        {
            return null;
        }

        var arguments = new List<TypeShape>();
        foreach (var argument in written.Arguments)
        {
            if (resolver.Resolve(argument, child.Scope, variables) is not { } resolved)
            {
                return null;
            }

            arguments.Add(JavaForm.Boxed(resolved));
        }

        return (declaration, arguments, Get(declaration, arguments));
    }

    private TypeShape NoVoid(TypeShape type, ValueDeclaration field)
    {
        if (type.Kind == ShapeKind.Void)
        {
            problems.Add(field.Type.At, $"the field {field.Name} cannot be void", "give it a type with values");
        }

        return type;
    }

    private TypeShape Endless(TypeDeclaration declaration)
    {
        if (_endless.Add(declaration.Name.Text))
        {
            problems.Add(
                declaration.Name.At,
                $"{declaration.Name} leads to ever new type arguments",
                "let a field's type arguments be the class's own variables, not types made of them");
        }

        return resolver.Any;
    }
}
