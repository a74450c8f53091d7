using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>
/// Turns contracts back into declarations, whatever they were loaded from: what <see cref="ContractWriter"/> writes of them loads to equal
/// contracts. What has no place in declarations becomes a note.
/// </summary>
internal sealed class ContractDeclarer
{
    private readonly string _file;
    private readonly YamlMark _at;
    private readonly ShapeExpressions _expressions;
    private readonly ReachableShapes _types = new();
    private readonly List<string> _notes;

    private ContractDeclarer(string file, List<string> notes)
    {
        _file = file;
        _at = new YamlMark(file, 0, 0);
        _expressions = new ShapeExpressions(_at);
        _notes = notes;
    }

    /// <param name="file">The name that problems with the declarations shall give.</param>
    /// <param name="contracts">Of one load.</param>
    /// <param name="others">Types that are declared whether or not a method needs them.</param>
    /// <param name="notes">Gets a line for each thing that declarations cannot say.</param>
    public static ContractDocument Declare(
        string file, IReadOnlyList<ServiceContract> contracts, IEnumerable<TypeShape> others, List<string> notes)
    {
        var declarer = new ContractDeclarer(file, notes);
        foreach (var contract in contracts)
        {
            declarer._types.Add(contract);
        }

        foreach (var type in others)
        {
            declarer._types.Add(type);
        }

        notes.AddRange(declarer._types.Twins.Select(static t => $"{t.JavaType.Text} is another class elsewhere; the first one met is written"));
        return new ContractDocument(file)
        {
            Types = [.. declarer._types.Names.Select(declarer.Type)],
            Services = [.. contracts.Select(declarer.Service)],
        };
    }

    private TypeDeclaration Type(string name)
    {
        if (_types.EnumOf(name) is { } constants)
        {
            return Enum(name, constants);
        }

        var forms = _types.StructsOf(name);
        var first = forms[0];
        var generic = new GenericClass(forms, _expressions, _at);
        var own = forms.Max(OwnFields);
        var isImplicit = IsImplicit(first, own);
        var message = MessageName(first);
        var form = first.IsException ? TypeForm.Exception : TypeForm.Struct;
        var declaration = new TypeDeclaration(new Named(name, _at), NameScope.Of(_file, name), form)
        {
            Generics = generic.Variables,
            Extends = first.Parent is null ? null : generic.Common([.. forms.Select(f => _expressions.Of(f.Parent ?? first.Parent))]),
            Fields = [.. Enumerable.Range(0, own).Select(i => Field(forms, i, generic, isImplicit))],
            Message = message,
            FieldNumbers = Inherited(first, own),
            Reserved = first.Proto?.Reserved ?? [],
            ImplicitPresence = isImplicit,
            HttpStatus = first.HttpStatus,
            IsRuntime = first.IsUnchecked,
            Doc = first.Doc,
        };
        if (!generic.IsExact)
        {
            _notes.Add($"{name}: its forms with different type arguments are not of one generic class; fields are those of {_expressions.Of(first)}");
        }

        return declaration;
    }

    /// <summary>Numbers of inherited fields that are others than what is written at the parent's gives them.</summary>
    private List<PinnedNumber> Inherited(StructShape shape, int own)
    {
        var numbers = new List<PinnedNumber>();
        var protos = ProtoForm.FieldsOf(shape);
        for (var i = own; i < shape.Fields.Length && shape.Parent is { } parent; i++)
        {
            var written = parent.Find(shape.Fields[i].Name.Text) is >= 0 and var at ? parent.Fields[at].Proto?.Number : null;
            if (written is null ? shape.Fields[i].Proto is not null : written != protos[i].Number)
            {
                numbers.Add(new PinnedNumber(new Named(shape.Fields[i].Name.Text, _at), protos[i].Number));
            }
        }

        return numbers;
    }

    private static string? MessageName(StructShape shape) =>
        shape.Proto is { } proto && proto.FullName != shape.JavaType.Text.Replace('$', '.') ? proto.FullName : null;

    private TypeDeclaration Enum(string name, EnumShape shape)
    {
        var numbers = shape.Proto?.Numbers;
        var counts = numbers is { } given && !given.SequenceEqual(Enumerable.Range(0, shape.Constants.Length));
        return new TypeDeclaration(new Named(name, _at), NameScope.Of(_file, name), TypeForm.Enum)
        {
            Constants = [.. shape.Constants.Select(c => new Named(c, _at))],
            Numbers = counts ? numbers : null,
            Reserved = shape.Proto?.Reserved ?? [],
            Message = shape.Proto is { } proto && proto.FullName != name ? proto.FullName : null,
            IsClosed = shape.Proto is { IsClosed: true },
            Doc = shape.Doc,
        };
    }

    /// <summary>How many of a class's fields are its own: the others are its parent's, in their order, but for those that it hides.</summary>
    private static int OwnFields(StructShape shape)
    {
        if (shape.Parent is not { } parent)
        {
            return shape.Fields.Length;
        }

        for (var own = 0; own < shape.Fields.Length; own++)
        {
            var names = shape.Fields.Take(own).Select(static f => f.Name.Text).ToHashSet(StringComparer.Ordinal);
            var inherited = parent.Fields.Where(f => !names.Contains(f.Name.Text)).ToList();
            if (inherited.Count == shape.Fields.Length - own && inherited.Zip(shape.Fields.Skip(own)).All(static f => IsSame(f.First, f.Second)))
            {
                return own;
            }
        }

        return shape.Fields.Length;
    }

    private static bool IsSame(FieldShape left, FieldShape right) =>
        left.Name.Text == right.Name.Text
        && Plain(left) == Plain(right)
        && left.Type.JavaDescriptor == right.Type.JavaDescriptor
        && left.Type.Proto == right.Type.Proto
        && left.Type.ToString() == right.Type.ToString();

    /// <summary>What a field says of protobuf but for its number, which is another in each class.</summary>
    private static ProtoField Plain(FieldShape field) =>
        (field.Proto ?? new ProtoField(1) { Presence = field.Type.Nullable ? ProtoPresence.Explicit : ProtoPresence.Implicit }) with { Number = 1 };

    /// <summary>Whether more fields are as proto3's than not, of those to which it makes a difference.</summary>
    private static bool IsImplicit(StructShape shape, int own)
    {
        // A field that says nothing must go on doing so: its number and presence are those that its place gives it.
        if (shape.Fields.Take(own).Any(static f => f.Proto is null))
        {
            return false;
        }

        var told = shape.Fields.Take(own).Where(static f => TellsPresence(f)
            && ProtoDeclarationReader.PresenceOf(f.Type, null, isImplicit: true)
                != ProtoDeclarationReader.PresenceOf(f.Type, null, isImplicit: false)).ToList();
        return told.Count > 0 && told.Count(static f => f.Proto?.Presence == ProtoPresence.Implicit) * 2 > told.Count;
    }

    /// <summary>Of messages and collections protobuf knows without a word: collections are empty or not, messages there or not.</summary>
    private static bool TellsPresence(FieldShape field) =>
        field.Proto is { Oneof: null }
        && ProtoForm.KindOf(field.Type) is not (ProtoKind.Message or ProtoKind.Group) and < ProtoKind.Timestamp
        && field.Type is not { Proto: ProtoKind.Canonical, Kind: ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map };

    private ValueDeclaration Field(IReadOnlyList<StructShape> forms, int ordinal, GenericClass generic, bool isImplicit)
    {
        var field = forms[0].Fields[ordinal];
        var ofForm = forms.Select(f => ordinal < f.Fields.Length ? f.Fields[ordinal].Type : field.Type).ToList();
        var javas = ofForm.Select(t => ShapeExpressions.JavaOf(t, _at)?.Text).Distinct(StringComparer.Ordinal).ToList();
        Check(field.Type, $"{forms[0].JavaType.Text}.{field.Name.Text}");
        return new ValueDeclaration(
            new Named(field.Name.Text, _at),
            generic.Common([.. ofForm.Select(_expressions.Of)]),
            javas is [{ } java] ? new Named(java, _at) : null)
        {
            Proto = Proto(forms[0], ordinal, isImplicit),
            Doc = field.Doc,
        };
    }

    private ProtoDeclaration? Proto(StructShape shape, int ordinal, bool isImplicit)
    {
        var field = shape.Fields[ordinal];
        var wire = ShapeExpressions.WireOf(field.Type);
        var keyWire = ShapeExpressions.KeyWireOf(field.Type);
        if (field.Proto is null && wire == ProtoKind.Canonical && keyWire == ProtoKind.Canonical && !isImplicit)
        {
            return null;
        }

        var proto = field.Proto ?? ProtoForm.FieldsOf(shape)[ordinal];
        var presence = ProtoDeclarationReader.PresenceOf(field.Type, proto.Oneof, isImplicit);
        return new ProtoDeclaration(proto.Number, _at, wire, proto.Oneof, proto.Packed)
        {
            KeyKind = keyWire,
            Presence = proto.Presence == presence || !(TellsPresence(field) || proto.Presence == ProtoPresence.Required) ? null : proto.Presence,
            Name = proto.ProtoName,
            Default = proto.Default,
        };
    }

    private ServiceDeclaration Service(ServiceContract contract) => new(
        new Named(contract.Service.Interface, _at), NameScope.Of(_file, contract.Service.Interface))
    {
        Version = contract.Service.Version,
        Group = contract.Service.Group,
        UniqueId = contract.Service.UniqueId,
        ProtoName = contract.ProtoName,
        Doc = contract.Doc,
        Values = contract.Policy == ValuePolicy.Default ? null : contract.Policy,
        Methods = [.. contract.Methods.Select(m => Method(m, contract))],
    };

    private MethodDeclaration Method(MethodShape method, ServiceContract contract) => new(new Named(method.Name, _at))
    {
        Parameters = [.. method.Parameters.Select(p => Value(p.Name, p.Type, p.Doc, $"{contract.Service.Interface}.{method.Name}"))],
        Returns = method is { Returns.Kind: ShapeKind.Void, ReturnsDoc: null }
            ? null
            : Value("returns", method.Returns, method.ReturnsDoc, $"{contract.Service.Interface}.{method.Name}"),
        Doc = method.Doc,
        ProtoName = method.ProtoName is { } name ? new Named(name, _at) : null,
        Numbers = [.. method.Parameters.Where(static p => p.ProtoNumber is not null).Select(p => new PinnedNumber(new Named(p.Name, _at), p.ProtoNumber ?? 0))],
        Reserved = method.ProtoReserved,
        Throws = [.. method.Exceptions.Select(_expressions.Of)],
        Idempotent = method.Idempotent,
        OneWay = method.OneWay,
        Streams = (method.ClientStreaming ? StreamSupport.Client : StreamSupport.None)
            | (method.ServerStreaming ? StreamSupport.Server : StreamSupport.None),
        Http = method.Http is null ? null : HttpDeclaration.Of(method.Http, method, _at),
    };

    private ValueDeclaration Value(string name, TypeShape type, string? doc, string owner)
    {
        Check(type, $"{owner}, {name}");
        var wire = ShapeExpressions.WireOf(type, isBody: true);
        var keyWire = ShapeExpressions.KeyWireOf(type);
        return new ValueDeclaration(new Named(name, _at), _expressions.Of(type), ShapeExpressions.JavaOf(type, _at))
        {
            Doc = doc,
            Proto = wire == ProtoKind.Canonical && keyWire == ProtoKind.Canonical
                ? null
                : new ProtoDeclaration(null, _at, wire, null, Packed: true) { KeyKind = keyWire },
        };
    }

    private void Check(TypeShape type, string place)
    {
        if (!ShapeExpressions.IsWhole(type))
        {
            _notes.Add($"{place}: {type} has Java types or encodings inside that a declaration cannot give it");
        }
    }
}
