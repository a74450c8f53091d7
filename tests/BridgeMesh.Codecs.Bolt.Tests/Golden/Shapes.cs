using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Bolt.Tests.Golden;

/// <summary>Small contracts for tests.</summary>
internal static class Shapes
{
    internal static readonly TypeShape Void = Of(ShapeKind.Void, "void");
    internal static readonly TypeShape Text = Of(ShapeKind.String, "java.lang.String");

    internal static TypeShape Of(ShapeKind kind, string javaType) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(javaType),
        JavaDescriptor = JavaDescriptors.ToDescriptor(javaType),
        Nullable = javaType.Contains('.', StringComparison.Ordinal),
    };

    /// <summary>A void method without parameters.</summary>
    internal static MethodShape Method(string name, params string[] exceptions) => new()
    {
        Name = name,
        Parameters = [],
        Returns = Void,
        Signature = JavaSignature.None,
        Exceptions = [.. exceptions.Select(e => new StructShape(TypeName.Of(e), isException: true))],
    };

    internal static MethodShape Method(string name, TypeShape returns, params (string Name, TypeShape Type)[] parameters) => new()
    {
        Name = name,
        Parameters = [.. parameters.Select(p => new ParameterShape(p.Name, p.Type))],
        Returns = returns,
        Signature = JavaSignature.OfTypeNames(parameters.Select(p => p.Type.JavaType.Text)),
    };
}
