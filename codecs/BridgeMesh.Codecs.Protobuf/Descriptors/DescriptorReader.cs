using System.Collections.Immutable;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// Reads FileDescriptorProto. Not with Google.Protobuf's classes: those refuse what they do not know of newer editions, and the gateway
/// would ship a second protobuf for it. Source: google/protobuf/descriptor.proto; numbers in the code are its field numbers.
/// </summary>
internal static class DescriptorReader
{
    /// <summary>Messages inside messages; protoc itself stops at 32.</summary>
    private const int MaxNesting = 64;

    /// <summary>The files of a set; null where the bytes are no FileDescriptorSet.</summary>
    public static List<FileRecord>? ReadSet(ReadOnlySpan<byte> bytes, out int offset)
    {
        var files = new List<FileRecord>();
        var set = new FieldCursor(bytes);
        while (set.Next())
        {
            if (set.Number == 1 && set.Wire == WireType.Length)
            {
                if (ReadFile(set.Bytes) is not { } file)
                {
                    offset = set.Offset - set.Bytes.Length;
                    return null;
                }

                files.Add(file);
            }
        }

        offset = set.Offset;
        return set.IsBroken || (files.Count == 0 && bytes.Length > 0) ? null : files;
    }

    /// <summary>One file, as reflection gives it; null where the bytes are none.</summary>
    public static FileRecord? ReadFile(ReadOnlySpan<byte> bytes)
    {
        var (name, package, syntax) = (string.Empty, string.Empty, string.Empty);
        ReadOnlySpan<byte> featureSet = default;
        var head = new FieldCursor(bytes);
        while (head.Next())
        {
            switch (head.Number)
            {
                case 1:
                    name = head.Text;
                    break;
                case 2:
                    package = head.Text;
                    break;
                case 8:
                    featureSet = Nested(head.Bytes, 50);
                    break;
                case 12:
                    syntax = head.Text;
                    break;
            }
        }

        if (head.IsBroken)
        {
            return null;
        }

        var features = (syntax switch
        {
            "proto3" => Features.Proto3,
            "editions" => Features.Edition,
            _ => Features.Proto2,
        }).With(featureSet);
        var file = new FileRecord(name, package) { Syntax = syntax.Length == 0 ? "proto2" : syntax, Descriptor = bytes.ToArray() };
        for (var parts = new FieldCursor(bytes); parts.Next();)
        {
            switch (parts.Number)
            {
                case 3:
                    file.Dependencies.Add(parts.Text);
                    break;
                case 4 when ReadMessage(parts.Bytes, package, features, MaxNesting) is { } message:
                    file.Messages.Add(message);
                    break;
                case 5:
                    file.Enums.Add(ReadEnum(parts.Bytes, package, features));
                    break;
                case 6:
                    file.Services.Add(ReadService(parts.Bytes, package));
                    break;
                case 7:
                    file.Extensions.Add(ReadExtension(parts.Bytes, package, features));
                    break;
                case 4:
                    return null;
            }
        }

        file.Messages.ForEach(m => Collect(m, file.Extensions));
        SourceComments.Of(Nested(bytes, 9)).Apply(file);
        return file;
    }

    /// <summary>
    /// Whether two descriptors of whole files declare the same: messages, enums, services, extensions, and what holds for all of them. Comments,
    /// imports, and options for generated code may differ.
    /// </summary>
    public static bool DeclareTheSame(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var left = new FieldCursor(one);
        var right = new FieldCursor(other);
        while (true)
        {
            var (hasLeft, hasRight) = (NextDeclaration(ref left), NextDeclaration(ref right));
            if (!hasLeft || !hasRight)
            {
                return hasLeft == hasRight && Nested(Nested(one, 8), 50).SequenceEqual(Nested(Nested(other, 8), 50));
            }

            if (left.Number != right.Number || !left.Bytes.SequenceEqual(right.Bytes))
            {
                return false;
            }
        }
    }

    private static bool NextDeclaration(ref FieldCursor file)
    {
        while (file.Next())
        {
            if (file.Number is 2 or (>= 4 and <= 7) or 12)
            {
                return true;
            }
        }

        return false;
    }

    private static MessageRecord? ReadMessage(ReadOnlySpan<byte> bytes, string scope, Features features, int nesting)
    {
        var fullName = Qualified(scope, Text(bytes, 1));
        var message = new MessageRecord(fullName) { Reserved = ReadReserved(bytes) };
        var options = Nested(bytes, 7);
        for (var option = new FieldCursor(options); option.Next();)
        {
            message.IsMapEntry |= option.Number == 7 && option.Bool;
        }

        features = features.With(Nested(options, 12));
        var parts = new FieldCursor(bytes);
        while (parts.Next())
        {
            switch (parts.Number)
            {
                case 2:
                    message.Fields.Add(ReadField(parts.Bytes, features));
                    break;
                case 3:
                    if (nesting == 0 || ReadMessage(parts.Bytes, fullName, features, nesting - 1) is not { } nested)
                    {
                        return null;
                    }

                    message.Nested.Add(nested);
                    break;
                case 4:
                    message.Enums.Add(ReadEnum(parts.Bytes, fullName, features));
                    break;
                case 6:
                    message.Extensions.Add(ReadExtension(parts.Bytes, fullName, features));
                    break;
                case 8:
                    message.Oneofs.Add(Text(parts.Bytes, 1));
                    break;
            }
        }

        return parts.IsBroken ? null : message;
    }

    /// <summary>Numbers first, then names, as the descriptor has them apart.</summary>
    private static ImmutableArray<ProtoReserved> ReadReserved(ReadOnlySpan<byte> bytes)
    {
        var ranges = ImmutableArray.CreateBuilder<ProtoReserved>();
        var names = new List<ProtoReserved>();
        for (var part = new FieldCursor(bytes); part.Next();)
        {
            if (part.Number == 10)
            {
                names.Add(new ProtoReserved(part.Text, 0, 0));
            }
            else if (part.Number == 9)
            {
                var (from, end) = (0, 0);
                for (var range = new FieldCursor(part.Bytes); range.Next();)
                {
                    (from, end) = range.Number switch { 1 => (range.Int32, end), 2 => (from, range.Int32), _ => (from, end) };
                }

                // The end is the first number that is not reserved.
                if (from >= 1 && end > from && end - 1 <= ProtoField.MaxNumber)
                {
                    ranges.Add(new ProtoReserved(null, from, end - 1));
                }
            }
        }

        ranges.AddRange(names);
        return ranges.ToImmutable();
    }

    private static void Collect(MessageRecord message, List<ExtensionRecord> extensions)
    {
        extensions.AddRange(message.Extensions);
        message.Nested.ForEach(m => Collect(m, extensions));
    }

    private static ExtensionRecord ReadExtension(ReadOnlySpan<byte> bytes, string scope, Features features)
    {
        var field = ReadField(bytes, features);
        return new ExtensionRecord(Qualified(scope, field.Name), Text(bytes, 2), field);
    }

    private static FieldRecord ReadField(ReadOnlySpan<byte> bytes, Features features)
    {
        var (name, typeName, number, label, kind, oneof) = (string.Empty, string.Empty, 0, 1, ProtoKind.Canonical, -1);
        string? text = null;
        string? jsonName = null;
        var proto3Optional = false;
        bool? packed = null;
        for (var part = new FieldCursor(bytes); part.Next();)
        {
            switch (part.Number)
            {
                case 1:
                    name = part.Text;
                    break;
                case 3:
                    number = part.Int32;
                    break;
                case 4:
                    label = part.Int32;
                    break;
                case 5:
                    kind = part.Int32 is >= 1 and <= 18 ? (ProtoKind)part.Int32 : ProtoKind.Canonical;
                    break;
                case 6:
                    typeName = part.Text;
                    break;
                case 7:
                    text = part.Text;
                    break;
                case 8:
                    packed = Flag(part.Bytes, 2);
                    features = features.With(Nested(part.Bytes, 21));
                    break;
                case 9:
                    oneof = part.Int32;
                    break;
                case 10:
                    jsonName = part.Text;
                    break;
                case 17:
                    proto3Optional = part.Bool;
                    break;
            }
        }

        kind = kind == ProtoKind.Message && features.Groups ? ProtoKind.Group : kind;
        return new FieldRecord(name, number, label == 3, kind, typeName, proto3Optional ? -1 : oneof)
        {
            Default = text,
            JsonName = jsonName,
            Presence = label == 2 ? ProtoPresence.Required : proto3Optional || oneof >= 0 ? ProtoPresence.Explicit : features.Presence,
            Packed = packed ?? features.Packed,
        };
    }

    private static EnumRecord ReadEnum(ReadOnlySpan<byte> bytes, string scope, Features features)
    {
        features = features.With(Nested(Nested(bytes, 3), 7));
        var read = new EnumRecord(Qualified(scope, Text(bytes, 1)), features.ClosedEnums);
        for (var part = new FieldCursor(bytes); part.Next();)
        {
            switch (part.Number)
            {
                case 2:
                    read.Values.Add((Text(part.Bytes, 1), Number(part.Bytes, 2)));
                    break;
                case 4:
                    read.Reserved = read.Reserved.Add(new ProtoReserved(null, Number(part.Bytes, 1), Number(part.Bytes, 2)));
                    break;
                case 5:
                    read.Reserved = read.Reserved.Add(new ProtoReserved(part.Text, 0, 0));
                    break;
            }
        }

        return read;
    }

    private static ServiceRecord ReadService(ReadOnlySpan<byte> bytes, string scope)
    {
        var service = new ServiceRecord(Qualified(scope, Text(bytes, 1)));
        for (var part = new FieldCursor(bytes); part.Next();)
        {
            if (part.Number == 2)
            {
                // MethodOptions.idempotency_level: 1 has no side effects, 2 may be repeated.
                var idempotency = 0;
                for (var option = new FieldCursor(Nested(part.Bytes, 4)); option.Next();)
                {
                    idempotency = option.Number == 34 ? option.Int32 : idempotency;
                }

                service.Methods.Add(new MethodRecord(
                    Text(part.Bytes, 1),
                    Text(part.Bytes, 2),
                    Text(part.Bytes, 3),
                    Flag(part.Bytes, 5) == true,
                    Flag(part.Bytes, 6) == true,
                    idempotency is 1 or 2));
            }
        }

        return service;
    }

    private static string Qualified(string scope, string name) => scope.Length == 0 ? name : $"{scope}.{name}";

    private static string Text(ReadOnlySpan<byte> message, int number) => System.Text.Encoding.UTF8.GetString(Nested(message, number));

    private static int Number(ReadOnlySpan<byte> message, int number)
    {
        var found = 0;
        for (var field = new FieldCursor(message); field.Next();)
        {
            found = field.Number == number ? field.Int32 : found;
        }

        return found;
    }

    private static bool? Flag(ReadOnlySpan<byte> message, int number)
    {
        bool? flag = null;
        for (var field = new FieldCursor(message); field.Next();)
        {
            flag = field.Number == number ? field.Bool : flag;
        }

        return flag;
    }

    private static ReadOnlySpan<byte> Nested(ReadOnlySpan<byte> message, int number)
    {
        ReadOnlySpan<byte> found = default;
        for (var field = new FieldCursor(message); field.Next();)
        {
            found = field.Number == number && field.Wire == WireType.Length ? field.Bytes : found;
        }

        return found;
    }
}
