using System.Collections.Immutable;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// What a syntax or an edition says of presence, enums and encodings, where nothing nearer says otherwise. Source: descriptor.proto,
/// FeatureSet; protobuf.dev, "Feature Settings for Editions".
/// </summary>
internal readonly record struct Features(ProtoPresence Presence, bool ClosedEnums, bool Packed, bool Groups)
{
    public static readonly Features Proto2 = new(ProtoPresence.Explicit, ClosedEnums: true, Packed: false, Groups: false);
    public static readonly Features Proto3 = new(ProtoPresence.Implicit, ClosedEnums: false, Packed: true, Groups: false);

    /// <summary>Edition 2023.</summary>
    public static readonly Features Edition = new(ProtoPresence.Explicit, ClosedEnums: false, Packed: true, Groups: false);

    /// <summary>With what a FeatureSet of options changes.</summary>
    public Features With(ReadOnlySpan<byte> featureSet)
    {
        var features = this;
        for (var set = new FieldCursor(featureSet); set.Next();)
        {
            features = (set.Number, set.Int32) switch
            {
                (1, 1) => features with { Presence = ProtoPresence.Explicit },
                (1, 2) => features with { Presence = ProtoPresence.Implicit },
                (1, 3) => features with { Presence = ProtoPresence.Required },
                (2, 1) => features with { ClosedEnums = false },
                (2, 2) => features with { ClosedEnums = true },
                (3, 1) => features with { Packed = true },
                (3, 2) => features with { Packed = false },
                (5, 1) => features with { Groups = false },
                (5, 2) => features with { Groups = true },
                _ => features,
            };
        }

        return features;
    }
}

/// <summary>FileDescriptorProto.</summary>
internal sealed record FileRecord(string Name, string Package)
{
    public List<string> Dependencies { get; } = [];

    public List<MessageRecord> Messages { get; } = [];

    public List<EnumRecord> Enums { get; } = [];

    public List<ServiceRecord> Services { get; } = [];

    /// <summary>Those declared in messages among them.</summary>
    public List<ExtensionRecord> Extensions { get; } = [];

    /// <summary>proto2, proto3 or editions.</summary>
    public string Syntax { get; init; } = "proto3";

    /// <summary>The FileDescriptorProto that it was read from; empty for one that was made here.</summary>
    public ReadOnlyMemory<byte> Descriptor { get; init; }
}

/// <summary>DescriptorProto.</summary>
internal sealed record MessageRecord(string FullName)
{
    public bool IsMapEntry { get; set; }

    /// <summary>Its comment; null without any.</summary>
    public string? Doc { get; set; }

    public List<FieldRecord> Fields { get; } = [];

    public List<MessageRecord> Nested { get; } = [];

    public List<EnumRecord> Enums { get; } = [];

    public List<string> Oneofs { get; } = [];

    public List<ExtensionRecord> Extensions { get; } = [];

    public ImmutableArray<ProtoReserved> Reserved { get; set; } = [];
}

/// <summary>A field that one file gives to a message of another.</summary>
/// <param name="FullName">With the scope that declares it.</param>
/// <param name="Extendee">The message's name, with a leading dot.</param>
internal sealed record ExtensionRecord(string FullName, string Extendee, FieldRecord Field);

/// <summary>FieldDescriptorProto, with the features that hold for it.</summary>
/// <param name="TypeName">With a leading dot for messages and enums; empty for scalars.</param>
/// <param name="Oneof">Place of its oneof, or -1; a proto3 optional's own oneof is none.</param>
internal sealed record FieldRecord(string Name, int Number, bool IsRepeated, ProtoKind Kind, string TypeName, int Oneof)
{
    public string? Default { get; init; }

    public string? JsonName { get; init; }

    public ProtoPresence Presence { get; init; }

    public bool Packed { get; init; }

    /// <summary>Its comment; null without any.</summary>
    public string? Doc { get; set; }

    /// <summary>order_id to orderId, as protoc does it where a descriptor names none.</summary>
    public static string JsonNameOf(string name)
    {
        var text = new System.Text.StringBuilder(name.Length);
        var upper = false;
        foreach (var c in name)
        {
            if (c == '_')
            {
                upper = true;
                continue;
            }

            text.Append(upper && char.IsAsciiLetterLower(c) ? char.ToUpperInvariant(c) : c);
            upper = false;
        }

        return text.ToString();
    }
}

/// <summary>EnumDescriptorProto.</summary>
internal sealed record EnumRecord(string FullName, bool IsClosed)
{
    public List<(string Name, int Number)> Values { get; } = [];

    /// <summary>Numbers may be any that a constant can have, negative ones too.</summary>
    public ImmutableArray<ProtoReserved> Reserved { get; set; } = [];

    /// <summary>Its comment; null without any.</summary>
    public string? Doc { get; set; }
}

/// <summary>ServiceDescriptorProto.</summary>
internal sealed record ServiceRecord(string FullName)
{
    public List<MethodRecord> Methods { get; } = [];

    /// <summary>Its comment; null without any.</summary>
    public string? Doc { get; set; }
}

/// <summary>MethodDescriptorProto.</summary>
internal sealed record MethodRecord(string Name, string Input, string Output, bool ClientStreaming, bool ServerStreaming, bool Idempotent)
{
    /// <summary>Its comment; null without any.</summary>
    public string? Doc { get; set; }
}
