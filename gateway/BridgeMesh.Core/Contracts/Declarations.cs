using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>A name as somebody wrote it.</summary>
internal readonly record struct Named(string Text, YamlMark At)
{
    public override string ToString() => Text;
}

/// <summary>A number in protobuf that a field, parameter or constant keeps.</summary>
internal readonly record struct PinnedNumber(Named Name, int Number);

/// <summary>Where short names are looked up: the package first, then the file.</summary>
/// <param name="Package">Empty for names without one.</param>
internal readonly record struct NameScope(string File, string Package)
{
    public static NameScope Of(string file, string qualifiedName) =>
        new(file, qualifiedName.LastIndexOf('.') is > 0 and var dot ? qualifiedName[..dot] : string.Empty);
}

internal enum TypeForm : byte
{
    Struct,
    Enum,
    Exception,
}

/// <summary>A class, enum or exception as it was written; nothing in it is resolved.</summary>
internal sealed record TypeDeclaration(Named Name, NameScope Scope, TypeForm Form)
{
    public IReadOnlyList<Named> Generics { get; init; } = [];

    public TypeExpression? Extends { get; init; }

    public IReadOnlyList<ValueDeclaration> Fields { get; init; } = [];

    public IReadOnlyList<Named> Constants { get; init; } = [];

    /// <summary>Each constant's number in protobuf; null where none is written.</summary>
    public IReadOnlyList<int>? Numbers { get; init; }

    /// <summary>Full name in protobuf; null where none is written.</summary>
    public string? Message { get; init; }

    /// <summary>Numbers of its fields in protobuf, inherited ones too; fields that are not here have theirs by their place.</summary>
    public IReadOnlyList<PinnedNumber> FieldNumbers { get; init; } = [];

    /// <summary>Numbers and names that its fields, or constants, must not have.</summary>
    public ImmutableArray<ProtoReserved> Reserved { get; init; } = [];

    /// <summary>Whether its fields are as proto3's without <c>optional</c>, where they do not say otherwise.</summary>
    public bool ImplicitPresence { get; init; }

    /// <summary>Of an enum: a number without a constant is an unknown field in protobuf, as in proto2.</summary>
    public bool IsClosed { get; init; }

    /// <summary>Status code of an exception in HTTP; null when none is written.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Of an exception: no method needs to declare that it throws it.</summary>
    public bool IsRuntime { get; init; }

    /// <summary>What people should know of it; null without any.</summary>
    public string? Doc { get; init; }
}

/// <summary>A field, parameter or result.</summary>
/// <param name="Java">The Java type where the contract's own choice is not the one; null otherwise.</param>
internal sealed record ValueDeclaration(Named Name, TypeExpression Type, Named? Java)
{
    /// <summary>Its protobuf side; null where none is written.</summary>
    public ProtoDeclaration? Proto { get; init; }

    /// <summary>What people should know of it, such as the range that its service checks; null without any.</summary>
    public string? Doc { get; init; }
}

internal sealed record MethodDeclaration(Named Name)
{
    public IReadOnlyList<ValueDeclaration> Parameters { get; init; } = [];

    public ValueDeclaration? Returns { get; init; }

    public IReadOnlyList<TypeExpression> Throws { get; init; } = [];

    public bool Idempotent { get; init; }

    public bool OneWay { get; init; }

    public StreamSupport Streams { get; init; }

    public YamlMap? Http { get; init; }

    /// <summary>Its name in protobuf; null where none is written.</summary>
    public Named? ProtoName { get; init; }

    /// <summary>The key that it has beside the name that it shares with others; null without one. Overloads have it as name in protobuf.</summary>
    public string? OwnKey { get; init; }

    /// <summary>Numbers of its parameters in the message that they become in protobuf.</summary>
    public IReadOnlyList<PinnedNumber> Numbers { get; init; } = [];

    /// <summary>Numbers and names that its parameters must not have in that message.</summary>
    public ImmutableArray<ProtoReserved> Reserved { get; init; } = [];

    /// <summary>What people should know of it; null without any.</summary>
    public string? Doc { get; init; }
}

internal sealed record ServiceDeclaration(Named Name, NameScope Scope)
{
    public bool IsAbstract { get; init; }

    public IReadOnlyList<Named> Extends { get; init; } = [];

    public string Version { get; init; } = string.Empty;

    public string Group { get; init; } = string.Empty;

    public string UniqueId { get; init; } = string.Empty;

    public string HttpPrefix { get; init; } = string.Empty;

    /// <summary>Full name in protobuf; null where none is written.</summary>
    public string? ProtoName { get; init; }

    /// <summary>Names in protobuf that methods once had, and no method gets again.</summary>
    public IReadOnlyList<Named> Reserved { get; init; } = [];

    /// <summary>Null when it says nothing: then its parent's or its file's counts.</summary>
    public ValuePolicy? Values { get; init; }

    /// <summary>What people should know of it; null without any.</summary>
    public string? Doc { get; init; }

    public IReadOnlyList<MethodDeclaration> Methods { get; init; } = [];
}

/// <summary>Everything one file declares.</summary>
internal sealed record ContractDocument(string File)
{
    public ValuePolicy? Values { get; init; }

    public IReadOnlyList<TypeDeclaration> Types { get; init; } = [];

    public IReadOnlyList<ServiceDeclaration> Services { get; init; } = [];
}
