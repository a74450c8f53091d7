using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>Makes shapes and contracts of descriptor records. Names are resolved over all files, as messages contain each other.</summary>
internal sealed class DescriptorAssembler
{
    private static readonly ValuePolicy Policy = new() { ProtoJson = true };

    private readonly List<(string Set, FileRecord File)> _files;
    private readonly List<DescriptorProblem> _problems;
    private readonly Dictionary<string, TypeShape> _types;
    private readonly Dictionary<string, MessageRecord> _entries = new(StringComparer.Ordinal);
    private readonly SubtypeCatalog _catalog = new();
    private ImmutableArray<ProtoFile> _protoFiles = [];
    private ILookup<string, ExtensionRecord>? _extensions;

    public DescriptorAssembler(List<(string Set, FileRecord File)> files, List<DescriptorProblem> problems)
    {
        _files = files;
        _problems = problems;
        _types = WellKnownShapes.All(_catalog);
    }

    public IReadOnlyDictionary<string, TypeShape> Types => _types;

    public ImmutableArray<ServiceContract> Assemble()
    {
        var open = new List<(string Place, MessageRecord Message)>();
        foreach (var (set, file) in _files)
        {
            var place = $"{set} ({file.Name})";
            file.Enums.ForEach(e => Declare(e, place));
            file.Messages.ForEach(m => Declare(m, place, open));
            foreach (var missing in file.Dependencies.Where(d => !IsThere(d)))
            {
                Problem(place, $"imports {missing}, which no set holds", "write the set with --include_imports");
            }
        }

        foreach (var (place, message) in open)
        {
            _types[message.FullName].Struct?.SetFields(Fields(message, place));
        }

        _catalog.SetTypes(_types.Where(static t => t.Value.Kind != ShapeKind.Enum && t.Value.Proto != ProtoKind.NullValue));
        _protoFiles = [.. _files.Select(static f => new ProtoFile(f.File.Name, f.File.Descriptor))];
        return [.. _files.SelectMany(f => f.File.Services.Select(s => Contract(s, $"{f.Set} ({f.File.Name})")))];
    }

    // What the well-known files declare is built in, whether or not a set brings them.
    private bool IsThere(string file) => _files.Exists(f => f.File.Name == file)
        || file is "google/protobuf/any.proto" or "google/protobuf/duration.proto" or "google/protobuf/empty.proto"
            or "google/protobuf/field_mask.proto" or "google/protobuf/struct.proto" or "google/protobuf/timestamp.proto"
            or "google/protobuf/wrappers.proto" or "google/protobuf/descriptor.proto"
            or "google/type/date.proto" or "google/type/decimal.proto"
            // These only hold options, which no contract needs.
            or "google/api/annotations.proto" or "google/api/http.proto" or "google/api/client.proto" or "google/api/field_behavior.proto";

    private void Declare(EnumRecord declared, string place)
    {
        if (_types.ContainsKey(declared.FullName))
        {
            return;
        }

        if (declared.Values.Count == 0)
        {
            Problem(place, $"the enum {declared.FullName} has no values", "give it one");
        }

        var name = TypeName.Of(declared.FullName);
        _types.Add(declared.FullName, new TypeShape
        {
            Kind = ShapeKind.Enum,
            JavaType = name,
            JavaDescriptor = JavaDescriptors.ToDescriptor(declared.FullName),
            Enum = new EnumShape(name, [.. declared.Values.Select(static v => v.Name)])
            {
                Proto = new ProtoEnum(declared.FullName, [.. declared.Values.Select(static v => v.Number)], declared.IsClosed)
                {
                    Reserved = declared.Reserved,
                },
                Doc = declared.Doc,
            },
        });
    }

    private void Declare(MessageRecord message, string place, List<(string Place, MessageRecord Message)> open)
    {
        message.Enums.ForEach(e => Declare(e, place));
        message.Nested.ForEach(m => Declare(m, place, open));
        if (message.IsMapEntry)
        {
            _entries.TryAdd(message.FullName, message);
        }
        else if (_types.TryAdd(message.FullName, Message(message)))
        {
            open.Add((place, message));
        }
    }

    private static TypeShape Message(MessageRecord message) => new()
    {
        Kind = ShapeKind.Struct,
        JavaType = TypeName.Of(message.FullName),
        JavaDescriptor = JavaDescriptors.ToDescriptor(message.FullName),
        Struct = new StructShape(TypeName.Of(message.FullName), isException: false)
        {
            Proto = new ProtoMessage(message.FullName) { Reserved = message.Reserved },
            Doc = message.Doc,
        },
    };

    private ImmutableArray<FieldShape> Fields(MessageRecord message, string place)
    {
        var fields = ImmutableArray.CreateBuilder<FieldShape>();
        var numbers = new HashSet<int>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in message.Fields)
        {
            var name = field.JsonName ?? FieldRecord.JsonNameOf(field.Name);
            if (!ProtoField.IsNumber(field.Number) || !numbers.Add(field.Number))
            {
                Problem(place, $"{message.FullName}.{field.Name} has the number {field.Number}, which is taken or no field number", "give it another");
            }
            else if (!names.Add(name))
            {
                Problem(place, $"{message.FullName} has two fields that JSON calls {name}", "give one a json_name of its own");
            }
            else if (Type(field, $"{message.FullName}.{field.Name}", place) is { } type)
            {
                fields.Add(new FieldShape(FieldName.Of(name), type)
                {
                    Proto = new ProtoField(field.Number)
                    {
                        Presence = field.Presence,
                        Packed = field.Packed,
                        Oneof = (uint)field.Oneof < (uint)message.Oneofs.Count ? message.Oneofs[field.Oneof] : null,
                        ProtoName = field.Name == name ? null : field.Name,
                        Default = field.Default,
                    },
                    Doc = field.Doc,
                });
            }
        }

        fields.AddRange(Extensions(message, numbers, place));
        return fields.ToImmutable();
    }

    /// <summary>
    /// Fields that other files give to a message, under the names that ProtoJSON has for them: <c>[acme.order.v1.note]</c>. What cannot be
    /// told apart or typed stays an unknown field, as it is to any program without that file.
    /// </summary>
    private IEnumerable<FieldShape> Extensions(MessageRecord message, HashSet<int> numbers, string place)
    {
        _extensions ??= _files.SelectMany(static f => f.File.Extensions).ToLookup(static e => e.Extendee.TrimStart('.'), StringComparer.Ordinal);
        foreach (var (fullName, _, field) in _extensions[message.FullName])
        {
            var isTyped = field.Kind is not (ProtoKind.Message or ProtoKind.Group or ProtoKind.Enum) || _types.ContainsKey(field.TypeName.TrimStart('.'));
            if (isTyped && ProtoField.IsNumber(field.Number) && numbers.Add(field.Number) && Type(field, fullName, place) is { } type)
            {
                yield return new FieldShape(FieldName.Of($"[{fullName}]"), type)
                {
                    Proto = new ProtoField(field.Number)
                    {
                        Presence = field.IsRepeated ? ProtoPresence.Implicit : ProtoPresence.Explicit,
                        Packed = field.Packed,
                        Default = field.Default,
                    },
                };
            }
        }
    }

    private TypeShape? Type(FieldRecord field, string owner, string place)
    {
        if (field.IsRepeated && _entries.TryGetValue(field.TypeName.TrimStart('.'), out var entry))
        {
            return Map(entry, owner, place);
        }

        var nullable = field.IsRepeated || field.Presence != ProtoPresence.Implicit || field.Oneof >= 0;
        if (Element(field, nullable, owner, place) is not { } element)
        {
            return null;
        }

        return !field.IsRepeated ? element : new TypeShape
        {
            Kind = ShapeKind.List,
            JavaType = TypeName.Of("java.util.List"),
            JavaDescriptor = "Ljava/util/List;",
            Element = element,
        };
    }

    private TypeShape? Map(MessageRecord entry, string owner, string place)
    {
        var key = entry.Fields.Find(static f => f.Number == 1);
        var value = entry.Fields.Find(static f => f.Number == 2);
        if (key is null || value is null
            || key.Kind is ProtoKind.Message or ProtoKind.Group or ProtoKind.Bytes or ProtoKind.Float or ProtoKind.Double or ProtoKind.Enum)
        {
            Problem(place, $"the map {owner} has no key and value that protobuf allows", "correct the descriptor");
            return null;
        }

        if (Element(key, true, owner, place) is not { } keyType || Element(value, true, owner, place) is not { } valueType)
        {
            return null;
        }

        return new TypeShape
        {
            Kind = ShapeKind.Map,
            JavaType = TypeName.Of("java.util.Map"),
            JavaDescriptor = "Ljava/util/Map;",
            Key = keyType,
            Element = valueType,
        };
    }

    private TypeShape? Element(FieldRecord field, bool nullable, string owner, string place)
    {
        var kind = field.Kind;
        switch (kind)
        {
            case ProtoKind.Double:
                return Scalar(ShapeKind.Float64, "double", "Double", kind, nullable);
            case ProtoKind.Float:
                return Scalar(ShapeKind.Float32, "float", "Float", kind, nullable);
            case ProtoKind.Int32 or ProtoKind.SInt32 or ProtoKind.SFixed32:
                return Scalar(ShapeKind.Int32, "int", "Integer", kind, nullable);
            case ProtoKind.Int64 or ProtoKind.SInt64 or ProtoKind.SFixed64:
                return Scalar(ShapeKind.Int64, "long", "Long", kind, nullable);
            case ProtoKind.UInt32 or ProtoKind.Fixed32:
                return Scalar(ShapeKind.UInt32, "long", "Long", kind, nullable);
            case ProtoKind.UInt64 or ProtoKind.Fixed64:
                return Scalar(ShapeKind.UInt64, "long", "Long", kind, nullable);
            case ProtoKind.Bool:
                return Scalar(ShapeKind.Bool, "boolean", "Boolean", kind, nullable);
            case ProtoKind.String:
                return WellKnownShapes.Of(ShapeKind.String, "java.lang.String", kind);
            case ProtoKind.Bytes:
                return WellKnownShapes.Of(ShapeKind.Bytes, "[B", kind);
        }

        var name = field.TypeName.TrimStart('.');
        if (!_types.TryGetValue(name, out var type) || (kind == ProtoKind.Enum) != (type.Kind == ShapeKind.Enum || type.Proto == ProtoKind.NullValue))
        {
            Problem(place, $"{owner} is of the type '{name}', which no set declares", "write the set with --include_imports");
            return null;
        }

        return kind == ProtoKind.Group ? Plans.NeutralShapes.Unboxed(type, ProtoKind.Group) : type;
    }

    private ServiceContract Contract(ServiceRecord service, string place)
    {
        var methods = ImmutableArray.CreateBuilder<MethodShape>();
        foreach (var method in service.Methods)
        {
            var input = Message(method.Input, $"{service.FullName}/{method.Name}", place);
            var output = Message(method.Output, $"{service.FullName}/{method.Name}", place);
            if (input is null || output is null)
            {
                continue;
            }

            var takesNothing = method.Input == $".{WellKnownShapes.Empty}";
            var returnsNothing = method.Output == $".{WellKnownShapes.Empty}";
            methods.Add(new MethodShape
            {
                Name = method.Name,
                Parameters = takesNothing ? [] : [new ParameterShape("request", input)],
                Returns = returnsNothing ? WellKnownShapes.Of(ShapeKind.Void, "void", ProtoKind.Canonical) : output,
                Signature = JavaSignature.Of(takesNothing ? string.Empty : input.JavaDescriptor),
                Idempotent = method.Idempotent,
                Doc = method.Doc,
                ClientStreaming = method.ClientStreaming,
                ServerStreaming = method.ServerStreaming,
                Proto = new ProtoMethod(
                    input, takesNothing ? ProtoBody.Empty : ProtoBody.Whole, output, returnsNothing ? ProtoBody.Empty : ProtoBody.Whole),
            });
        }

        return new ServiceContract(new ServiceKey(service.FullName), methods.ToImmutable(), Policy) { ProtoFiles = _protoFiles, Doc = service.Doc };
    }

    private TypeShape? Message(string typeName, string owner, string place)
    {
        if (_types.TryGetValue(typeName.TrimStart('.'), out var type) && type.Kind != ShapeKind.Enum)
        {
            return type;
        }

        Problem(place, $"{owner} has the message '{typeName.TrimStart('.')}', which no set declares", "write the set with --include_imports");
        return null;
    }

    private void Problem(string place, string message, string cure) => _problems.Add(new(place, message, cure));

    private static TypeShape Scalar(ShapeKind kind, string primitive, string boxed, ProtoKind proto, bool nullable) =>
        WellKnownShapes.Of(kind, nullable ? $"java.lang.{boxed}" : primitive, proto, nullable);
}
