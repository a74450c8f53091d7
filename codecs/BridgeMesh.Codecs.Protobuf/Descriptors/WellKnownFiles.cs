using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// The files that written contracts import, for those who ask for descriptors and bring none themselves: names, numbers and types alone,
/// without their options. Source: protobuf, google/protobuf/*.proto; googleapis, google/type/*.proto.
/// </summary>
internal static class WellKnownFiles
{
    public const string Protobuf = "google.protobuf";

    private static readonly Dictionary<string, FileRecord> Files = All().ToDictionary(static f => f.Name, StringComparer.Ordinal);

    private static readonly Dictionary<string, string> FileByType = Files.Values
        .SelectMany(static f => f.Messages.Select(static m => m.FullName).Concat(f.Enums.Select(static e => e.FullName)), static (f, t) => (f.Name, Type: t))
        .ToDictionary(static t => t.Type, static t => t.Name, StringComparer.Ordinal);

    /// <summary>Those of google.protobuf, which every compiler brings along.</summary>
    public static IEnumerable<FileRecord> Protobufs => Files.Values.Where(static f => f.Package == Protobuf);

    public static FileRecord? Find(string file) => Files.GetValueOrDefault(file);

    /// <summary>The file that declares a type, by its full name; null for types of others.</summary>
    public static string? FileOf(string type) => FileByType.GetValueOrDefault(type);

    /// <summary>The type that an encoding is in a descriptor; null for scalars, and for what is declared by the contract.</summary>
    public static string? TypeOf(ProtoKind kind) => kind switch
    {
        ProtoKind.Timestamp or ProtoKind.Duration or ProtoKind.Any or ProtoKind.Struct or ProtoKind.Value or ProtoKind.ListValue or ProtoKind.FieldMask
            or ProtoKind.NullValue or (>= ProtoKind.DoubleValue and <= ProtoKind.BytesValue) => $"{Protobuf}.{kind}",
        ProtoKind.Date or ProtoKind.Decimal => $"google.type.{kind}",
        _ => null,
    };

    private static IEnumerable<FileRecord> All()
    {
        yield return File("any", Message("Any", ("type_url", 1, ProtoKind.String), ("value", 2, ProtoKind.Bytes)));
        yield return File("duration", Message("Duration", ("seconds", 1, ProtoKind.Int64), ("nanos", 2, ProtoKind.Int32)));
        yield return File("empty", Message("Empty"));
        yield return Masks();
        yield return Values();
        yield return File("timestamp", Message("Timestamp", ("seconds", 1, ProtoKind.Int64), ("nanos", 2, ProtoKind.Int32)));
        yield return File(
            "wrappers",
            [
                .. new[]
                {
                    ProtoKind.Double, ProtoKind.Float, ProtoKind.Int64, ProtoKind.UInt64, ProtoKind.Int32, ProtoKind.UInt32, ProtoKind.Bool,
                    ProtoKind.String, ProtoKind.Bytes,
                }.Select(static kind => Message($"{kind}Value", ("value", 1, kind))),
            ]);
        yield return Type("date", "Date", ("year", 1, ProtoKind.Int32), ("month", 2, ProtoKind.Int32), ("day", 3, ProtoKind.Int32));
        yield return Type("decimal", "Decimal", ("value", 1, ProtoKind.String));
        yield return Type("money", "Money", ("currency_code", 1, ProtoKind.String), ("units", 2, ProtoKind.Int64), ("nanos", 3, ProtoKind.Int32));
    }

    private static FileRecord Masks()
    {
        var mask = Message("FieldMask");
        mask.Fields.Add(Field("paths", 1, ProtoKind.String, isRepeated: true));
        return File("field_mask", mask);
    }

    private static FileRecord Values()
    {
        var @struct = Message("Struct");
        var entry = new MessageRecord($"{@struct.FullName}.FieldsEntry") { IsMapEntry = true };
        entry.Fields.Add(Field("key", 1, ProtoKind.String));
        entry.Fields.Add(Field("value", 2, ProtoKind.Message, $".{Protobuf}.Value"));
        @struct.Nested.Add(entry);
        @struct.Fields.Add(Field("fields", 1, ProtoKind.Message, $".{entry.FullName}", isRepeated: true));

        var value = Message("Value");
        value.Oneofs.Add("kind");
        value.Fields.AddRange(
        [
            Field("null_value", 1, ProtoKind.Enum, $".{Protobuf}.NullValue", oneof: 0),
            Field("number_value", 2, ProtoKind.Double, oneof: 0),
            Field("string_value", 3, ProtoKind.String, oneof: 0),
            Field("bool_value", 4, ProtoKind.Bool, oneof: 0),
            Field("struct_value", 5, ProtoKind.Message, $".{Protobuf}.Struct", oneof: 0),
            Field("list_value", 6, ProtoKind.Message, $".{Protobuf}.ListValue", oneof: 0),
        ]);

        var list = Message("ListValue");
        list.Fields.Add(Field("values", 1, ProtoKind.Message, $".{Protobuf}.Value", isRepeated: true));
        var file = File("struct", @struct, value, list);
        var none = new EnumRecord($"{Protobuf}.NullValue", IsClosed: false);
        none.Values.Add(("NULL_VALUE", 0));
        file.Enums.Add(none);
        return file;
    }

    private static FileRecord Type(string file, string name, params (string Name, int Number, ProtoKind Kind)[] fields)
    {
        var record = new FileRecord($"google/type/{file}.proto", "google.type");
        var message = new MessageRecord($"google.type.{name}");
        message.Fields.AddRange(fields.Select(static f => Field(f.Name, f.Number, f.Kind)));
        record.Messages.Add(message);
        return record;
    }

    private static FileRecord File(string name, params MessageRecord[] messages)
    {
        var file = new FileRecord($"google/protobuf/{name}.proto", Protobuf);
        file.Messages.AddRange(messages);
        return file;
    }

    private static MessageRecord Message(string name, params (string Name, int Number, ProtoKind Kind)[] fields)
    {
        var message = new MessageRecord($"{Protobuf}.{name}");
        message.Fields.AddRange(fields.Select(static f => Field(f.Name, f.Number, f.Kind)));
        return message;
    }

    private static FieldRecord Field(string name, int number, ProtoKind kind, string type = "", bool isRepeated = false, int oneof = -1) =>
        new(name, number, isRepeated, kind, type, oneof)
        {
            Presence = oneof >= 0 ? ProtoPresence.Explicit : ProtoPresence.Implicit,
            Packed = true,
        };
}
