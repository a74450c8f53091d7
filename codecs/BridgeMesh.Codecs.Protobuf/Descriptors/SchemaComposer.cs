using System.Collections.Immutable;
using BridgeMesh.Codecs.Protobuf.Plans;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// Makes .proto files of contracts that came from none: what gRPC callers of them need to know. The same contracts give the same files,
/// and messages, numbers and encodings are those that <see cref="ProtoForm"/> and the codec's plans read and write.
/// </summary>
internal sealed class SchemaComposer
{
    private static readonly FieldName BoxValue = FieldName.Of("value");

    private readonly SchemaTypes _types;
    private readonly Func<string, string?> _fileOf;

    private SchemaComposer(Func<string, string?> fileOf)
    {
        _fileOf = type => fileOf(type) ?? WellKnownFiles.FileOf(type);
        _types = new SchemaTypes(type => _fileOf(type) is not null);
    }

    /// <param name="contracts">One a service; names that protobuf does not take are left out, as gRPC cannot call them.</param>
    /// <param name="fileOf">The file that declares a type of this full name already; null for none.</param>
    /// <param name="isTaken">Whether there is a file of this name already.</param>
    public static List<FileRecord> Compose(IEnumerable<ServiceContract> contracts, Func<string, string?> fileOf, Func<string, bool> isTaken) =>
        new SchemaComposer(fileOf).Compose(contracts, isTaken);

    private List<FileRecord> Compose(IEnumerable<ServiceContract> contracts, Func<string, bool> isTaken)
    {
        var services = contracts.Where(static c => SchemaNames.IsFullName(SchemaNames.Of(c)))
            .DistinctBy(SchemaNames.Of)
            .OrderBy(SchemaNames.Of, StringComparer.Ordinal)
            .ToList();
        services.ForEach(_types.Add);
        _types.Place(services.Select(SchemaNames.Of).ToHashSet(StringComparer.Ordinal));

        var files = SchemaFiles.Of(Units(services), isTaken);
        SchemaConstants.Name(files);
        var fileOfUnit = files.SelectMany(static f => f.Units, static (f, u) => (u, f.Name)).ToDictionary(static p => p.u, static p => p.Name);
        return files.ConvertAll(f => Record(f, fileOfUnit));
    }

    private List<SchemaUnit> Units(List<ServiceContract> services)
    {
        var units = new List<SchemaUnit>();
        var byTop = new Dictionary<SchemaNode, SchemaUnit>();
        foreach (var top in _types.Tops)
        {
            var unit = new SchemaUnit(top.Package, top.Name, top, null);
            units.Add(unit);
            byTop.Add(top, unit);
        }

        foreach (var unit in units)
        {
            foreach (var field in unit.Type!.All.SelectMany(static n => n.Struct?.Fields ?? [])) // Made of a type, above.
            {
                Need(unit, field.Type);
            }
        }

        foreach (var service in services)
        {
            var name = SchemaNames.Of(service);
            var dot = Math.Max(0, name.LastIndexOf('.'));
            var unit = new SchemaUnit(name[..dot], SchemaNames.LastOf(name), null, service);
            foreach (var method in Methods(service))
            {
                Need(unit, method.Proto.Request);
                Need(unit, method.Proto.Response);
                foreach (var thrown in method.Exceptions.Select(_types.Find).OfType<SchemaNode>())
                {
                    // Nothing in the file names it, but who asks for the service wants to read its details.
                    unit.Needs.Add(byTop[thrown.Top]);
                }
            }

            unit.Needs.Remove(unit);
            units.Add(unit);
        }

        return units;

        void Need(SchemaUnit unit, TypeShape type)
        {
            var leaf = SchemaTypes.Leaf(type);
            if (_types.Find(leaf.Struct ?? (object?)leaf.Enum ?? leaf) is { } node)
            {
                if (byTop[node.Top] != unit)
                {
                    unit.Needs.Add(byTop[node.Top]);
                }
            }
            else if (TypeName(leaf) is { } name && _fileOf(name) is { } file)
            {
                unit.Imports.Add(file);
            }
        }
    }

    private FileRecord Record(SchemaFile file, Dictionary<SchemaUnit, string> fileOf)
    {
        var record = new FileRecord(file.Name, file.Package);
        record.Dependencies.AddRange(file.Units.SelectMany(static u => u.Imports).Concat(file.Units.SelectMany(static u => u.Needs).Select(u => fileOf[u]))
            .Where(name => name != file.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        foreach (var unit in file.Units)
        {
            if (unit.Service is { } service)
            {
                record.Services.Add(Service(service));
            }
            else if (unit.Type is { Enum: not null } constants)
            {
                record.Enums.Add(Enum(constants));
            }
            else if (unit.Type is { } message)
            {
                record.Messages.Add(Message(message));
            }
        }

        return record;
    }

    private ServiceRecord Service(ServiceContract contract)
    {
        var service = new ServiceRecord(SchemaNames.Of(contract)) { Doc = contract.Doc };
        foreach (var method in Methods(contract))
        {
            service.Methods.Add(new MethodRecord(
                SchemaNames.Of(method),
                $".{TypeName(method.Proto.Request)}",
                $".{TypeName(method.Proto.Response)}",
                method.ClientStreaming,
                method.ServerStreaming,
                method.Idempotent)
            {
                Doc = Doc(method),
            });
        }

        return service;
    }

    /// <summary>A method's comment. What is said of parameters and results that are messages themselves has no other place.</summary>
    private static string? Doc(MethodShape method)
    {
        var lines = new List<string?> { method.Doc };
        if (method.Proto.RequestForm != ProtoBody.Fields)
        {
            lines.AddRange(method.Parameters.Where(static p => p.Doc is not null).Select(static p => $"{p.Name}: {p.Doc}"));
        }

        if (method.Proto.ResponseForm != ProtoBody.Fields && method.ReturnsDoc is { } returns)
        {
            lines.Add($"returns: {returns}");
        }

        var doc = string.Join('\n', lines.OfType<string>());
        return doc.Length == 0 ? null : doc;
    }

    private static IEnumerable<MethodShape> Methods(ServiceContract contract) =>
        contract.Methods.Where(m => SchemaNames.IsIdentifier(SchemaNames.Of(m)) && ReferenceEquals(contract.FindProto(SchemaNames.Of(m)), m));

    private static EnumRecord Enum(SchemaNode node)
    {
        var shape = node.Enum!; // Asked for enums alone.
        var record = new EnumRecord(node.FullName, IsClosed: false) { Doc = shape.Doc };
        var values = node.Constants.Select((name, i) => (Name: name, Number: shape.NumberOf(i))).ToList();

        // An open enum begins with its 0, which stands for what was not set.
        var zero = values.FindIndex(static v => v.Number == 0);
        record.Values.Add(zero >= 0 ? values[zero] : (Unspecified(node), 0));
        record.Values.AddRange(values.Where((_, i) => i != zero));
        record.Reserved = Reserved(node, shape, [.. record.Values.Select(static v => v.Name)]);
        return record;
    }

    /// <summary>As the contract says it, but for the 0 that was put in. Where constants have the enum's name in front, so have those that are gone.</summary>
    private static ImmutableArray<ProtoReserved> Reserved(SchemaNode node, EnumShape shape, HashSet<string> names)
    {
        var prefix = node.Constants.Length > 0 && node.Constants[0] != SchemaNames.Identifier(shape.Constants[0]) ? $"{SchemaNames.UpperSnake(node.Name)}_" : string.Empty;
        var reserved = shape.Proto?.Reserved ?? [];
        var hasZero = Enumerable.Range(0, shape.Constants.Length).Any(i => shape.NumberOf(i) == 0);
        return
        [
            .. reserved.Where(static r => r.Name is null).Select(r => !hasZero && r.From == 0 ? r with { From = 1 } : r).Where(static r => r.From <= r.To),
            .. reserved.Select(static r => r.Name).OfType<string>().Select(n => prefix + SchemaNames.Identifier(n)).Where(n => !names.Contains(n))
                .Distinct(StringComparer.Ordinal).Select(static n => new ProtoReserved(n, 0, 0)),
        ];
    }

    private static string Unspecified(SchemaNode node)
    {
        var name = $"{SchemaNames.UpperSnake(node.Name)}_UNSPECIFIED";
        return node.Constants.Any(c => SchemaConstants.KeyOf(node, c) == SchemaConstants.KeyOf(node, name)) ? $"{name}_0" : name;
    }

    private MessageRecord Message(SchemaNode node)
    {
        var reserved = node.Struct?.Proto?.Reserved ?? [];
        var names = new SchemaFieldNames(reserved);
        var record = new MessageRecord(node.FullName) { Reserved = names.Reserved, Doc = node.Struct?.Doc };
        var boxes = new HashSet<string>(node.Nested.Select(static n => n.FullName), StringComparer.Ordinal);
        if (node.Struct is { } shape)
        {
            var protos = ProtoForm.FieldsOf(shape);
            var named = shape.Fields.Select((f, i) => names.Take(f.Name.Text, protos[i].ProtoName)).ToArray();

            // Members of a oneof must stand together.
            var order = Enumerable.Range(0, protos.Length).ToArray();
            foreach (var i in order.OrderBy(i => protos[i].Oneof is { } of ? Array.FindIndex(order, o => protos[o].Oneof == of) : i))
            {
                var proto = protos[i].Oneof is { } oneof ? protos[i] with { Oneof = names.Oneof(oneof) } : protos[i];
                Add(record, named[i], shape.Fields[i], proto, boxes);
            }
        }

        foreach (var nested in node.Nested.OrderBy(static n => n.Name, StringComparer.Ordinal))
        {
            if (nested.Enum is null)
            {
                record.Nested.Add(Message(nested));
            }
            else
            {
                record.Enums.Add(Enum(nested));
            }
        }

        // protoc makes the entries of maps as it reads the fields, before any nested message.
        var ordered = record.Nested.OrderBy(static n => !n.IsMapEntry).ToList();
        record.Nested.Clear();
        record.Nested.AddRange(ordered);
        return record;
    }

    /// <param name="taken">Full names of nested types that are there already.</param>
    private void Add(MessageRecord record, string name, FieldShape field, ProtoField proto, HashSet<string> taken)
    {
        var type = field.Type;
        var form = new FieldPlan(null, type, proto, 0, 0).Form;
        var (kind, typeName) = form == FieldForm.Map
            ? (ProtoKind.Message, Entry(record, name, type, taken))
            : Encoding(record, name, form == FieldForm.List ? type.Element ?? NeutralShapes.Any : type, taken);
        record.Fields.Add(new FieldRecord(name, proto.Number, form != FieldForm.Single, kind, typeName, Oneof(record, proto, form))
        {
            JsonName = field.Name.Text,
            Doc = field.Doc,
            Presence = form == FieldForm.Single ? proto.Presence : ProtoPresence.Implicit,
            Packed = proto.Packed,
        });
    }

    private static int Oneof(MessageRecord record, ProtoField proto, FieldForm form)
    {
        if (proto.Oneof is not { } oneof || form != FieldForm.Single)
        {
            return -1;
        }

        var at = record.Oneofs.IndexOf(oneof);
        if (at < 0)
        {
            record.Oneofs.Add(oneof);
            at = record.Oneofs.Count - 1;
        }

        return at;
    }

    private string Entry(MessageRecord record, string field, TypeShape map, HashSet<string> taken)
    {
        var key = map.Key ?? NeutralShapes.Text;
        var entry = new MessageRecord($"{record.FullName}.{SchemaNames.Pascal(field)}Entry") { IsMapEntry = true };
        entry.Fields.Add(new FieldRecord("key", 1, false, ProtoForm.KeyKindOf(key), string.Empty, -1));
        var (kind, typeName) = Encoding(record, field, map.Element ?? NeutralShapes.Any, taken);
        entry.Fields.Add(new FieldRecord("value", 2, false, kind, typeName, -1));
        record.Nested.Add(entry);
        return $".{entry.FullName}";
    }

    private (ProtoKind Kind, string TypeName) Encoding(MessageRecord record, string field, TypeShape type, HashSet<string> taken)
    {
        var kind = ProtoForm.KindOf(type);
        return kind switch
        {
            ProtoKind.Box => (ProtoKind.Message, Box(record, field, type, taken)),
            ProtoKind.Enum or ProtoKind.NullValue => (ProtoKind.Enum, $".{TypeName(type)}"),
            ProtoKind.Message or ProtoKind.Group or >= ProtoKind.Timestamp => (ProtoKind.Message, $".{TypeName(type)}"),
            _ => (kind, string.Empty),
        };
    }

    /// <summary>A message of one field for a collection in a collection.</summary>
    private string Box(MessageRecord record, string field, TypeShape type, HashSet<string> taken)
    {
        var name = $"{record.FullName}.{SchemaNames.Pascal(field)}{(type.Kind == ShapeKind.Map ? "Map" : "List")}";
        while (!taken.Add(name))
        {
            name += "_";
        }

        var box = new MessageRecord(name);
        record.Nested.Add(box);
        var inner = NeutralShapes.Unboxed(type, type.Proto == ProtoKind.Box ? ProtoKind.Canonical : type.Proto);
        Add(box, "value", new FieldShape(BoxValue, inner), new ProtoField(1) { Presence = ProtoPresence.Implicit }, new(StringComparer.Ordinal));
        return $".{name}";
    }

    /// <summary>A message's or enum's full name; null for scalars.</summary>
    private string? TypeName(TypeShape type) => WellKnownFiles.TypeOf(ProtoForm.KindOf(type)) ?? type switch
    {
        { Struct: { } message } => _types.Find(message)?.FullName ?? SchemaNames.Of(message),
        { Enum: { } constants } => _types.Find(constants)?.FullName ?? SchemaNames.Of(constants),
        _ => null,
    };
}
