using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Protobuf;

/// <summary>A field of a message.</summary>
/// <param name="Type">FieldDescriptorProto.Type: 1 to 18.</param>
/// <param name="Label">1 optional, 2 required, 3 repeated.</param>
/// <param name="TypeName">Full name with a leading dot, of messages and enums.</param>
/// <param name="Oneof">Place of the oneof, or -1.</param>
internal sealed record ProtoSchemaField(string Name, int Number, int Type, int Label, string TypeName = "", int Oneof = -1)
{
    internal bool? Packed { get; init; }

    internal bool Proto3Optional { get; init; }

    internal string? Default { get; init; }
}

/// <summary>A message, and the messages inside it.</summary>
internal sealed record ProtoSchemaMessage(string FullName, List<ProtoSchemaField> Fields, List<ProtoSchemaMessage> Nested, bool IsMapEntry = false)
{
    internal string Name => FullName[(FullName.LastIndexOf('.') + 1)..];
}

/// <summary>
/// A .proto file as data: what its descriptor is made of, and what messages are made by. One fixed file has every kind of field; others come
/// from random numbers. Source: google/protobuf/descriptor.proto.
/// </summary>
internal sealed class ProtoSchema
{
    private const int Group = 10;
    private const int Message = 11;
    private const int Enum = 14;

    internal static readonly string[] WellKnown =
    [
        "Timestamp", "Duration", "Struct", "Value", "ListValue", "FieldMask", "DoubleValue", "FloatValue", "Int64Value", "UInt64Value", "Int32Value",
        "UInt32Value", "BoolValue", "StringValue", "BytesValue", "Any", "Empty",
    ];

    private static readonly string[] Names = ["id", "order_id", "a", "b2", "value", "kind", "name_", "x_y_z", "class", "items", "type_url"];

    private readonly string _package;
    private readonly string _syntax;

    private ProtoSchema(string package, string syntax)
    {
        (_package, _syntax) = (package, syntax);
    }

    internal List<ProtoSchemaMessage> Messages { get; } = [];

    /// <summary>Every message, those inside others too, by full name with a leading dot.</summary>
    internal Dictionary<string, ProtoSchemaMessage> ByName { get; } = new(StringComparer.Ordinal);

    private string EnumName => $".{_package}.Colour";

    /// <summary>Every kind of field, once, optional, repeated, packed and not, as key and value of maps, in a oneof; and each well-known type.</summary>
    internal static ProtoSchema Every(string syntax)
    {
        var schema = new ProtoSchema($"fuzz.{syntax}", syntax);
        var fields = new List<ProtoSchemaField>();
        var entries = new List<ProtoSchemaMessage>();
        var self = $".fuzz.{syntax}.Every";
        for (var type = 1; type <= 18; type++)
        {
            // proto3 has no groups.
            if (type == Group && syntax == "proto3")
            {
                continue;
            }

            var typeName = type switch { Group or Message => self, Enum => schema.EnumName, _ => string.Empty };
            fields.Add(new($"one_{type}", type, type, 1, typeName) { Default = syntax == "proto2" ? DefaultOf(type) : null });
            fields.Add(new($"opt_{type}", type + 20, type, 1, typeName) { Proto3Optional = syntax == "proto3" });
            fields.Add(new($"many_{type}", type + 40, type, 3, typeName) { Packed = IsPackable(type) ? syntax == "proto2" : null });
            fields.Add(new($"loose_{type}", type + 60, type, 3, typeName) { Packed = IsPackable(type) ? syntax == "proto3" : null });
            fields.Add(new($"either_{type}", type + 2_000, type, 1, typeName, Oneof: 0));
            if (type != Group)
            {
                fields.Add(Map(self, entries, $"by_{type}", type + 100, MapKey(type), type, typeName));
            }
        }

        for (var i = 0; i < WellKnown.Length; i++)
        {
            fields.Add(new($"known_{i}", 200 + i, Message, 1, $".google.protobuf.{WellKnown[i]}"));
            fields.Add(new($"knowns_{i}", 300 + i, Message, 3, $".google.protobuf.{WellKnown[i]}"));
        }

        fields.Add(new("far", (1 << 29) - 1, 9, 1));
        schema.Add(new ProtoSchemaMessage(self[1..], fields, entries));
        return schema;
    }

    internal static ProtoSchema Random(FuzzRandom random)
    {
        var syntax = random.Chance(70) ? "proto3" : "proto2";
        var schema = new ProtoSchema("f", syntax);
        var count = random.Skewed(4);
        for (var m = 0; m < count; m++)
        {
            var self = $".f.M{m}";
            var fields = new List<ProtoSchemaField>();
            var entries = new List<ProtoSchemaMessage>();
            for (var i = random.Skewed(8); i > 0; i--)
            {
                var type = random.Between(1, 18);
                type = type == Group && syntax == "proto3" ? Message : type;
                var typeName = type switch
                {
                    Group => $".f.M{random.Below(count)}",
                    Message => random.Chance(30) ? $".google.protobuf.{random.Pick<string>(WellKnown)}" : $".f.M{random.Below(count)}",
                    Enum => schema.EnumName,
                    _ => string.Empty,
                };
                var name = $"{random.Pick<string>(Names)}{i}";
                var number = random.Chance(90) ? (fields.Count * 3) + 1 : random.Chance(50) ? 1 << random.Between(4, 28) : EdgeValues.Int(random);
                fields.Add(random.Chance(15) && type != Group
                    ? Map(self, entries, name, number, MapKey(random.Between(1, 18)), type, typeName)
                    : new(name, number, type, random.Chance(30) ? 3 : syntax == "proto2" && random.Chance(5) ? 2 : 1, typeName, random.Chance(10) ? 0 : -1));
            }

            schema.Add(new ProtoSchemaMessage(self[1..], fields, entries));
        }

        return schema;
    }

    /// <summary>Writes the file as a FileDescriptorSet of one.</summary>
    internal void WriteSet(InputBytes into)
    {
        var file = new InputBytes();
        file.AddText(1, $"{_package}.proto");
        file.AddText(2, _package);
        foreach (var message in Messages)
        {
            file.AddBlock(4, Block(b => Write(message, b)));
        }

        file.AddBlock(5, Block(static b =>
        {
            b.AddText(1, "Colour");
            string[] names = ["RED", "GREEN", "BLUE"];
            for (var i = 0; i < names.Length; i++)
            {
                b.AddBlock(2, Block(v =>
                {
                    v.AddText(1, names[i]);
                    v.AddNumber(2, i);
                }));
            }
        }));
        file.AddBlock(6, Block(service =>
        {
            service.AddText(1, "Service");
            foreach (var message in Messages)
            {
                service.AddBlock(2, Block(method =>
                {
                    method.AddText(1, $"Call{message.Name}");
                    method.AddText(2, $".{message.FullName}");
                    method.AddText(3, ".google.protobuf.Empty");
                }));
            }
        }));
        file.AddText(12, _syntax);
        into.AddBlock(1, file.Span);
    }

    private static bool IsPackable(int type) => type is not (9 or Group or Message or 12);

    /// <summary>What a map may have as its key: no floats, bytes, enums, messages.</summary>
    private static int MapKey(int type) => type is 1 or 2 or 10 or 11 or 12 or 14 ? 9 : type;

    private static string? DefaultOf(int type) => type switch
    {
        1 or 2 => "-1.5",
        8 => "true",
        9 => "text",
        Group or Message => null,
        12 => "\\001\\\\x",
        Enum => "BLUE",
        _ => "7",
    };

    private static ProtoSchemaField Map(string owner, List<ProtoSchemaMessage> entries, string name, int number, int key, int type, string typeName)
    {
        var entry = new ProtoSchemaMessage(
            $"{owner[1..]}.{name}Entry", [new("key", 1, key, 1), new("value", 2, type, 1, typeName)], [], IsMapEntry: true);
        entries.Add(entry);
        return new ProtoSchemaField(name, number, Message, 3, $".{entry.FullName}");
    }

    private static byte[] Block(Action<InputBytes> write)
    {
        var block = new InputBytes();
        write(block);
        return block.Span.ToArray();
    }

    private static void Write(ProtoSchemaMessage message, InputBytes into)
    {
        into.AddText(1, message.Name);
        foreach (var field in message.Fields)
        {
            into.AddBlock(2, Block(b => Write(field, b)));
        }

        foreach (var nested in message.Nested)
        {
            into.AddBlock(3, Block(b => Write(nested, b)));
        }

        if (message.IsMapEntry)
        {
            into.AddBlock(7, Block(static b => b.AddNumber(7, 1)));
        }

        into.AddBlock(8, Block(static b => b.AddText(1, "either")));
    }

    private static void Write(ProtoSchemaField field, InputBytes into)
    {
        into.AddText(1, field.Name);
        into.AddNumber(3, field.Number);
        into.AddNumber(4, field.Label);
        into.AddNumber(5, field.Type);
        if (field.TypeName.Length > 0)
        {
            into.AddText(6, field.TypeName);
        }

        if (field.Default is { } text)
        {
            into.AddText(7, text);
        }

        if (field.Packed is { } packed)
        {
            into.AddBlock(8, Block(b => b.AddNumber(2, packed ? 1 : 0)));
        }

        if (field.Oneof >= 0)
        {
            into.AddNumber(9, field.Oneof);
        }

        if (field.Proto3Optional)
        {
            into.AddNumber(17, 1);
        }
    }

    private void Add(ProtoSchemaMessage message)
    {
        Messages.Add(message);
        ByName[$".{message.FullName}"] = message;
        foreach (var nested in message.Nested)
        {
            ByName[$".{nested.FullName}"] = nested;
        }
    }
}
