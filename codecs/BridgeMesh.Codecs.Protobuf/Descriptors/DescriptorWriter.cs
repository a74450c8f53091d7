using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// Writes a file's record as a FileDescriptorProto of syntax proto3: the same record gives the same bytes. Source:
/// google/protobuf/descriptor.proto; numbers in the code are its field numbers.
/// </summary>
internal static class DescriptorWriter
{
    public static byte[] Write(FileRecord file)
    {
        var output = new DescriptorOutput().Text(1, file.Name).Text(2, file.Package);
        foreach (var dependency in file.Dependencies)
        {
            output.Text(3, dependency);
        }

        file.Messages.ForEach(m => output.Message(4, Message(m, file.Package)));
        file.Enums.ForEach(e => output.Message(5, Enum(e, file.Package)));
        file.Services.ForEach(s => output.Message(6, Service(s, file.Package)));
        return output.Text(12, "proto3").Bytes.ToArray();
    }

    private static DescriptorOutput Message(MessageRecord message, string scope)
    {
        var output = new DescriptorOutput().Text(1, NameIn(scope, message.FullName));

        // A proto3 optional is a oneof of its own to those who do not know the word; those come behind the real ones.
        var oneofs = message.Oneofs.ToList();
        foreach (var field in message.Fields)
        {
            output.Message(2, Field(field, oneofs, message));
        }

        message.Nested.ForEach(m => output.Message(3, Message(m, message.FullName)));
        message.Enums.ForEach(e => output.Message(4, Enum(e, message.FullName)));
        if (message.IsMapEntry)
        {
            output.Message(7, new DescriptorOutput().Flag(7, true));
        }

        oneofs.ForEach(name => output.Message(8, new DescriptorOutput().Text(1, name)));
        foreach (var reserved in message.Reserved)
        {
            if (reserved.Name is null)
            {
                // The end is the first number that is not reserved.
                output.Message(9, new DescriptorOutput().Varint(1, reserved.From).Varint(2, reserved.To + 1));
            }
        }

        foreach (var name in message.Reserved.Select(static r => r.Name).OfType<string>())
        {
            output.Text(10, name);
        }

        return output;
    }

    private static DescriptorOutput Field(FieldRecord field, List<string> oneofs, MessageRecord message)
    {
        var output = new DescriptorOutput().Text(1, field.Name).Varint(3, field.Number).Varint(4, field.IsRepeated ? 3 : 1)
            .Varint(5, (int)field.Kind).Text(6, field.TypeName);
        if (field.IsRepeated && !field.Packed && IsPackable(field.Kind))
        {
            // [packed = false]
            output.Message(8, new DescriptorOutput().Varint(2, 0));
        }

        var isOptional = field is { Presence: ProtoPresence.Explicit, IsRepeated: false, Oneof: < 0, Kind: not (ProtoKind.Message or ProtoKind.Group) };
        if (field.Oneof >= 0)
        {
            output.Varint(9, field.Oneof);
        }
        else if (isOptional)
        {
            var name = $"_{field.Name}";
            while (oneofs.Contains(name) || message.Fields.Exists(f => f.Name == name))
            {
                name = $"X{name}";
            }

            oneofs.Add(name);
            output.Varint(9, oneofs.Count - 1);
        }

        return output.Text(10, field.JsonName ?? FieldRecord.JsonNameOf(field.Name)).Flag(17, isOptional);
    }

    private static DescriptorOutput Enum(EnumRecord declared, string scope)
    {
        var output = new DescriptorOutput().Text(1, NameIn(scope, declared.FullName));
        foreach (var (name, number) in declared.Values)
        {
            output.Message(2, new DescriptorOutput().Text(1, name).Varint(2, number));
        }

        if (declared.Values.DistinctBy(static v => v.Number).Count() < declared.Values.Count)
        {
            // allow_alias
            output.Message(3, new DescriptorOutput().Flag(2, true));
        }

        // An enum's ranges have their last number inside, unlike a message's.
        foreach (var range in declared.Reserved.Where(static r => r.Name is null))
        {
            output.Message(4, new DescriptorOutput().Varint(1, range.From).Varint(2, range.To));
        }

        foreach (var name in declared.Reserved.Select(static r => r.Name).OfType<string>())
        {
            output.Text(5, name);
        }

        return output;
    }

    private static DescriptorOutput Service(ServiceRecord service, string scope)
    {
        var output = new DescriptorOutput().Text(1, NameIn(scope, service.FullName));
        foreach (var method in service.Methods)
        {
            var written = new DescriptorOutput().Text(1, method.Name).Text(2, method.Input).Text(3, method.Output);
            if (method.Idempotent)
            {
                // idempotency_level = IDEMPOTENT
                written.Message(4, new DescriptorOutput().Varint(34, 2));
            }

            output.Message(2, written.Flag(5, method.ClientStreaming).Flag(6, method.ServerStreaming));
        }

        return output;
    }

    private static bool IsPackable(ProtoKind kind) => kind is not (ProtoKind.String or ProtoKind.Bytes or ProtoKind.Message or ProtoKind.Group);

    private static string NameIn(string scope, string fullName) => scope.Length == 0 ? fullName : fullName[(scope.Length + 1)..];
}
