using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>A field's protobuf side as somebody wrote it; each part null where nothing is written.</summary>
internal sealed record ProtoDeclaration(int? Number, YamlMark NumberAt, ProtoKind Kind, string? Oneof, bool Packed)
{
    /// <summary>Encoding of a map's keys.</summary>
    public ProtoKind KeyKind { get; init; }

    /// <summary>Null where the type, or what its class says of presence, tells.</summary>
    public ProtoPresence? Presence { get; init; }

    /// <summary>The field's name in a .proto file; null where it is the field's own.</summary>
    public string? Name { get; init; }

    /// <summary>proto2's default as a descriptor writes it; null where it is the type's own.</summary>
    public string? Default { get; init; }
}

/// <summary>Reads what YAML says of protobuf: field numbers, encodings, oneofs, message names and numbers of constants.</summary>
internal static class ProtoDeclarationReader
{
    /// <summary>Keys of a field that this reader takes.</summary>
    public static readonly string[] FieldKeys = ["number", "wire", "keyWire", "oneof", "packed", "presence", "proto", "default"];

    // What a type does not say: the kinds of integers that differ on the wire alone.
    private static readonly Dictionary<string, ProtoKind> Wires = new(StringComparer.Ordinal)
    {
        ["int32"] = ProtoKind.Int32,
        ["int64"] = ProtoKind.Int64,
        ["uint32"] = ProtoKind.UInt32,
        ["uint64"] = ProtoKind.UInt64,
        ["sint32"] = ProtoKind.SInt32,
        ["sint64"] = ProtoKind.SInt64,
        ["fixed32"] = ProtoKind.Fixed32,
        ["fixed64"] = ProtoKind.Fixed64,
        ["sfixed32"] = ProtoKind.SFixed32,
        ["sfixed64"] = ProtoKind.SFixed64,
        ["string"] = ProtoKind.String,
        ["group"] = ProtoKind.Group,

        // Messages that stand for one value.
        ["timestamp"] = ProtoKind.Timestamp,
        ["duration"] = ProtoKind.Duration,
        ["date"] = ProtoKind.Date,
        ["decimal"] = ProtoKind.Decimal,
        ["value"] = ProtoKind.Value,
        ["struct"] = ProtoKind.Struct,
        ["listvalue"] = ProtoKind.ListValue,
        ["fieldmask"] = ProtoKind.FieldMask,
        ["nullvalue"] = ProtoKind.NullValue,
        ["doublevalue"] = ProtoKind.DoubleValue,
        ["floatvalue"] = ProtoKind.FloatValue,
        ["int64value"] = ProtoKind.Int64Value,
        ["uint64value"] = ProtoKind.UInt64Value,
        ["int32value"] = ProtoKind.Int32Value,
        ["uint32value"] = ProtoKind.UInt32Value,
        ["boolvalue"] = ProtoKind.BoolValue,
        ["stringvalue"] = ProtoKind.StringValue,
        ["bytesvalue"] = ProtoKind.BytesValue,
    };

    private static readonly Dictionary<string, ProtoPresence> Presences = new(StringComparer.Ordinal)
    {
        ["implicit"] = ProtoPresence.Implicit,
        ["explicit"] = ProtoPresence.Explicit,
        ["required"] = ProtoPresence.Required,
    };

    public static ProtoDeclaration? Field(YamlMap map, ContractKeys keys)
    {
        if (!FieldKeys.Any(k => map.Find(k) is not null))
        {
            return null;
        }

        var number = Number(map.Find("number"), keys);
        var packed = map.Find("packed") is null || keys.Flag(map.Find("packed"), "packed");
        var oneof = keys.Text(map.Find("oneof"), "oneof")?.Text;
        var name = keys.Text(map.Find("proto"), "proto");
        if (name is { } own && (char.IsAsciiDigit(own.Text[0]) || !own.Text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_')))
        {
            keys.Problems.Add(own.At, $"'{own}' is no field's name in protobuf", "write it as order_id");
        }

        return new ProtoDeclaration(number, map.Find("number")?.At ?? map.At, Wire(map.Find("wire"), keys), oneof, packed)
        {
            KeyKind = Wire(map.Find("keyWire"), keys),
            Presence = Presence(map.Find("presence"), keys),
            Name = name?.Text,
            Default = map.Find("default") is YamlScalar { Text: var text } ? text : keys.Text(map.Find("default"), "default")?.Text,
        };
    }

    /// <summary>Whether a class's fields are as proto3's without <c>optional</c>, where they do not say otherwise themselves.</summary>
    public static bool ImplicitPresence(YamlNode? node, ContractKeys keys)
    {
        if (Presence(node, keys) is ProtoPresence.Required && node is not null)
        {
            keys.Problems.Add(node.At, "presence of a class is implicit or explicit", "write presence: required in each field that has to be there");
        }

        return node is YamlScalar { Text: "implicit" };
    }

    /// <summary>What presence a field has that says none.</summary>
    /// <param name="isImplicit">Whether its class says that its fields' is implicit; <c>Integer</c> and its like still tell null from 0.</param>
    public static ProtoPresence PresenceOf(TypeShape type, string? oneof, bool isImplicit) =>
        oneof is not null ? ProtoPresence.Explicit
        : !type.Nullable || (isImplicit && !IsScalar(type.Kind)) ? ProtoPresence.Implicit
        : ProtoPresence.Explicit;

    private static bool IsScalar(ShapeKind kind) => kind is >= ShapeKind.Bool and <= ShapeKind.Char or ShapeKind.UInt32 or ShapeKind.UInt64;

    /// <summary>Names with their numbers, in the order written.</summary>
    public static List<PinnedNumber> Numbers(YamlNode? node, ContractKeys keys)
    {
        var numbers = new List<PinnedNumber>();
        foreach (var (key, value) in keys.Map(node, "numbers")?.Entries ?? [])
        {
            if (Number(value, keys) is { } number)
            {
                numbers.Add(new PinnedNumber(new Named(key.Text, key.At), number));
            }
        }

        return numbers;
    }

    /// <summary>Numbers, ranges of them as <c>4-7</c>, and names.</summary>
    /// <param name="isEnum">Whether the numbers are constants', of which 0 is one, and not fields'.</param>
    public static ImmutableArray<ProtoReserved> Reserved(YamlNode? node, ContractKeys keys, bool isEnum = false)
    {
        var (min, max) = isEnum ? (0, int.MaxValue) : (1, ProtoField.MaxNumber);
        var reserved = ImmutableArray.CreateBuilder<ProtoReserved>();
        foreach (var entry in keys.Names(node, "a reserved number or name"))
        {
            var ends = entry.Text.Split('-', 2);
            if (!char.IsAsciiDigit(entry.Text[0]))
            {
                reserved.Add(new ProtoReserved(entry.Text, 0, 0));
            }
            else if (int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var to)
                && from >= min && to >= from && to <= max)
            {
                reserved.Add(new ProtoReserved(null, from, to));
            }
            else
            {
                keys.Problems.Add(entry.At, $"'{entry}' is no number to reserve, and no range", "write reserved: [3, 5-9, oldName]");
            }
        }

        return reserved.ToImmutable();
    }

    /// <summary>A class's protobuf side; null where nothing is written.</summary>
    public static ProtoMessage? Message(TypeDeclaration declared) => declared.Message is null && declared.Reserved.IsEmpty
        ? null
        : new ProtoMessage(declared.Message ?? declared.Name.Text.Replace('$', '.')) { Reserved = declared.Reserved };

    /// <summary>How a class is encoded: as google.protobuf.Any where it is that, which holds another message's bytes.</summary>
    public static ProtoKind KindOf(TypeDeclaration declared) =>
        (declared.Message ?? declared.Name.Text) == "google.protobuf.Any" ? ProtoKind.Any : ProtoKind.Canonical;

    /// <summary>The constants' numbers where <c>enum</c> is a map of them; null where it is a list.</summary>
    public static List<int>? ConstantNumbers(YamlNode? node, ContractKeys keys)
    {
        if (node is not YamlMap map)
        {
            return null;
        }

        var numbers = new List<int>();
        foreach (var (key, value) in map.Entries)
        {
            if (value is not YamlScalar scalar
                || !int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                keys.Problems.Add(value.At, $"the constant {key.Text} has no number in protobuf", "write enum: { NEW: 0, PAID: 1 }, or list the names alone");
                number = 0;
            }

            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>An enum's protobuf side; null where nothing is written.</summary>
    public static ProtoEnum? Enum(TypeDeclaration declared)
    {
        if (declared.Numbers is null && declared.Message is null && !declared.IsClosed && declared.Reserved.IsEmpty)
        {
            return null;
        }

        IEnumerable<int> numbers = declared.Numbers ?? [.. Enumerable.Range(0, declared.Constants.Count)];
        return new ProtoEnum(declared.Message ?? declared.Name.Text, [.. numbers], declared.IsClosed) { Reserved = declared.Reserved };
    }

    /// <summary>
    /// The type with the encoding that the field asks for. In a collection the innermost type that can have it has it: of a list its
    /// elements, of a map its values, else the collection itself, as a list of anything may be a ListValue.
    /// </summary>
    public static TypeShape Encoded(TypeShape type, ValueDeclaration field, List<SourceProblem> problems)
    {
        if (field.Proto is not { } proto)
        {
            return type;
        }

        if (proto.KeyKind != ProtoKind.Canonical)
        {
            type = WithKey(type, field, proto, problems);
        }

        if (proto.Kind == ProtoKind.Canonical || Encoded(type, proto.Kind) is not { } encoded)
        {
            if (proto.Kind != ProtoKind.Canonical)
            {
                problems.Add(proto.NumberAt, $"{field.Type} cannot be a {proto.Kind.ToString().ToLowerInvariant()} in protobuf", "write a wire: of its size and sign");
            }

            return type;
        }

        return encoded;
    }

    /// <summary>Null where neither the type nor what is in it can have the encoding.</summary>
    private static TypeShape? Encoded(TypeShape type, ProtoKind wire)
    {
        if (type.Kind is ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map && type.Element is { } element
            && Encoded(element, wire) is { } inner)
        {
            return Copy(type, ProtoKind.Canonical, inner, type.Key);
        }

        return Fits(type, wire) ? Copy(type, wire, type.Element, type.Key) : null;
    }

    private static TypeShape WithKey(TypeShape type, ValueDeclaration field, ProtoDeclaration proto, List<SourceProblem> problems)
    {
        if (type is { Kind: ShapeKind.Map, Key: { } key } && Fits(key.Kind, proto.KeyKind))
        {
            return Copy(type, type.Proto, type.Element, Copy(key, proto.KeyKind, key.Element, key.Key));
        }

        problems.Add(proto.NumberAt, $"{field.Type} has no key that can be a {proto.KeyKind.ToString().ToLowerInvariant()}", "remove keyWire");
        return type;
    }

    private static bool Fits(TypeShape type, ProtoKind wire) => wire switch
    {
        ProtoKind.Group => type.Kind == ShapeKind.Struct,
        ProtoKind.Struct => type is { Kind: ShapeKind.Map, Element.Kind: ShapeKind.Any },
        ProtoKind.ListValue => type is { Kind: ShapeKind.List, Element.Kind: ShapeKind.Any },
        ProtoKind.FieldMask => type is { Kind: ShapeKind.List, Element.Kind: ShapeKind.String },
        ProtoKind.NullValue or ProtoKind.Value => type.Kind == ShapeKind.Any,
        ProtoKind.DoubleValue => type is { Kind: ShapeKind.Float64, Nullable: true },
        ProtoKind.FloatValue => type is { Kind: ShapeKind.Float32, Nullable: true },
        ProtoKind.Int64Value => type is { Kind: ShapeKind.Int64, Nullable: true },
        ProtoKind.UInt64Value => type is { Kind: ShapeKind.UInt64, Nullable: true },
        ProtoKind.Int32Value => type is { Kind: ShapeKind.Int32, Nullable: true },
        ProtoKind.UInt32Value => type is { Kind: ShapeKind.UInt32, Nullable: true },
        ProtoKind.BoolValue => type is { Kind: ShapeKind.Bool, Nullable: true },
        ProtoKind.StringValue => type.Kind == ShapeKind.String,
        ProtoKind.BytesValue => type.Kind == ShapeKind.Bytes,
        ProtoKind.Timestamp or ProtoKind.Duration or ProtoKind.Date or ProtoKind.Decimal => ProtoForm.KindOf(type) == wire,
        _ => Fits(type.Kind, wire),
    };

    private static bool Fits(ShapeKind kind, ProtoKind wire) => kind switch
    {
        ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 => wire is ProtoKind.Int32 or ProtoKind.SInt32 or ProtoKind.SFixed32,
        ShapeKind.Int64 => wire is ProtoKind.Int64 or ProtoKind.SInt64 or ProtoKind.SFixed64 or ProtoKind.Int32 or ProtoKind.SInt32
            or ProtoKind.UInt32 or ProtoKind.Fixed32 or ProtoKind.UInt64 or ProtoKind.Fixed64,
        ShapeKind.UInt32 => wire is ProtoKind.UInt32 or ProtoKind.Fixed32,
        ShapeKind.UInt64 => wire is ProtoKind.UInt64 or ProtoKind.Fixed64,

        // BigDecimal, dates and the like as their text, where a message has a string for them.
        ShapeKind.Decimal or ShapeKind.Text or ShapeKind.String or ShapeKind.BigInteger or ShapeKind.Char => wire == ProtoKind.String,
        _ => false,
    };

    private static int? Number(YamlNode? node, ContractKeys keys)
    {
        if (node is null)
        {
            return null;
        }

        if (node is YamlScalar scalar && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && ProtoField.IsNumber(number))
        {
            return number;
        }

        keys.Problems.Add(
            node.At, $"{node.Describe()} is no field number", $"write one from 1 to {ProtoField.MaxNumber}, outside of 19000 to 19999");
        return null;
    }

    private static ProtoKind Wire(YamlNode? node, ContractKeys keys)
    {
        if (keys.Text(node, "wire") is not { } text)
        {
            return ProtoKind.Canonical;
        }

        if (Wires.TryGetValue(text.Text, out var kind))
        {
            return kind;
        }

        if (text.Text is "money" or "google.type.Money")
        {
            // Written without its currency, or read and its currency dropped, an amount would be another amount.
            keys.Problems.Add(
                text.At,
                "a google.type.Money has a currency, which no single value has",
                "give the field a class with message: google.type.Money and the fields currencyCode, units and nanos");
            return ProtoKind.Canonical;
        }

        keys.Problems.Add(text.At, $"protobuf has no wire form '{text}'", NearMiss.Cure(text.Text, Wires.Keys));
        return ProtoKind.Canonical;
    }

    private static ProtoPresence? Presence(YamlNode? node, ContractKeys keys)
    {
        if (keys.Text(node, "presence") is not { } text)
        {
            return null;
        }

        if (Presences.TryGetValue(text.Text, out var presence))
        {
            return presence;
        }

        keys.Problems.Add(text.At, $"'{text}' is no presence", NearMiss.Cure(text.Text, Presences.Keys));
        return null;
    }

    private static TypeShape Copy(TypeShape type, ProtoKind proto, TypeShape? element, TypeShape? key) => new()
    {
        Kind = type.Kind,
        JavaType = type.JavaType,
        JavaDescriptor = type.JavaDescriptor,
        Nullable = type.Nullable,
        Element = element,
        Key = key,
        Struct = type.Struct,
        Enum = type.Enum,
        Subtypes = type.Subtypes,
        Proto = proto,
    };
}
