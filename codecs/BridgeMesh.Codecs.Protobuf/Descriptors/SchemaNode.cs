using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>A message or enum at its place in a schema that is being made; a message may be there only to hold others.</summary>
internal sealed class SchemaNode(string name, SchemaNode? parent)
{
    public string Name { get; set; } = name;

    public SchemaNode? Parent { get; } = parent;

    /// <summary>Of a node without parent; the others are in their parent's.</summary>
    public string Package { get; set; } = string.Empty;

    public StructShape? Struct { get; set; }

    public EnumShape? Enum { get; set; }

    public List<SchemaNode> Nested { get; } = [];

    public SchemaNode Top => Parent?.Top ?? this;

    /// <summary>The package or message that its name is in; empty for neither.</summary>
    public string Scope => Parent?.FullName ?? Package;

    public string FullName => Scope.Length == 0 ? Name : $"{Scope}.{Name}";

    /// <summary>Names of an enum's constants, in the order of the shape's.</summary>
    public string[] Constants { get; set; } = [];

    public IEnumerable<SchemaNode> All => Nested.SelectMany(static n => n.All).Prepend(this);
}

/// <summary>What stands at the top of a file: a message or enum with all that is nested in it, or a service.</summary>
internal sealed class SchemaUnit(string package, string name, SchemaNode? type, ServiceContract? service)
{
    public string Package => Type?.Package ?? package;

    public string Name => Type?.Name ?? name;

    public SchemaNode? Type { get; } = type;

    public ServiceContract? Service { get; } = service;

    public HashSet<SchemaUnit> Needs { get; } = [];

    /// <summary>Files that others brought, and the well-known ones.</summary>
    public HashSet<string> Imports { get; } = new(StringComparer.Ordinal);
}
