using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>What sort of value a schema is of, as far as its place in an HTTP request goes.</summary>
internal enum SchemaSort : byte
{
    Scalar,
    List,
    Map,
    Class,
    Bytes,
    Any,
}

/// <summary>A schema as a contract's type.</summary>
/// <param name="Name">As contracts write it: a short name of a built-in type, or the full name of a class.</param>
/// <param name="Boxed">Java's class for a primitive; the same name for all else.</param>
/// <param name="AdmitsNull">Whether the schema itself admits null.</param>
internal sealed record ReadType(SchemaSort Sort, string Name, string Boxed, bool AdmitsNull)
{
    public static readonly ReadType Any = new(SchemaSort.Any, "any", "any", AdmitsNull: true);

    public IReadOnlyList<ReadType> Arguments { get; init; } = [];

    /// <summary>The type as an export wrote it; null where the schema itself is read.</summary>
    public TypeExpression? Written { get; init; }

    /// <summary>The Java type of the signature where an export wrote one.</summary>
    public Named? Java { get; init; }

    public static ReadType Of(SchemaSort sort, string name) => new(sort, name, name, AdmitsNull: false);

    public static ReadType Primitive(string name, string boxed) => new(SchemaSort.Scalar, name, boxed, AdmitsNull: false);

    /// <param name="isNeverNull">Whether it may be one of Java's primitives.</param>
    public TypeExpression ToExpression(YamlMark at, bool isNeverNull) =>
        Written ?? new TypeExpression(isNeverNull ? Name : Boxed, at, [.. Arguments.Select(a => a.ToExpression(at, isNeverNull: false))]);
}
