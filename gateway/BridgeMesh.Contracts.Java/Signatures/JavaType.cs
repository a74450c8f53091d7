using System.Collections.Immutable;

namespace BridgeMesh.Contracts.Java.Signatures;

/// <summary>A type as a class file declares it. Its text is that of Java source with full binary names.</summary>
internal abstract record JavaType;

/// <param name="Name"><c>int</c>, <c>void</c> and their like.</param>
internal sealed record PrimitiveType(string Name) : JavaType
{
    public static PrimitiveType Void { get; } = new("void");

    public override string ToString() => Name;
}

/// <param name="Name">Binary name: <c>com.acme.Outer$Inner</c>.</param>
/// <param name="Arguments">Empty where none are written: a class without type variables, or a raw use of one with some.</param>
/// <param name="Outer">The class around it where that has type arguments of its own; null otherwise.</param>
internal sealed record ClassType(string Name, ImmutableArray<TypeArgument> Arguments, ClassType? Outer) : JavaType
{
    public static ClassType Object { get; } = Of("java.lang.Object");

    public static ClassType Of(string name) => new(name, [], null);

    public bool Equals(ClassType? other) =>
        other is not null && Name == other.Name && Arguments.SequenceEqual(other.Arguments) && Equals(Outer, other.Outer);

    public override int GetHashCode() => HashCode.Combine(Name, Arguments.Length);

    public override string ToString()
    {
        var name = Outer is null ? Name : $"{Outer}.{Name[(Name.LastIndexOf('$') + 1)..]}";
        return Arguments.IsEmpty ? name : $"{name}<{string.Join(", ", Arguments)}>";
    }
}

internal sealed record ArrayType(JavaType Element) : JavaType
{
    public override string ToString() => $"{Element}[]";
}

/// <summary>A type variable of the method or of a class around it.</summary>
internal sealed record VariableType(string Name) : JavaType
{
    public override string ToString() => Name;
}

internal enum WildcardForm : byte
{
    /// <summary>No wildcard: the type itself.</summary>
    None,

    /// <summary><c>?</c></summary>
    Any,

    /// <summary><c>? extends T</c></summary>
    Extends,

    /// <summary><c>? super T</c></summary>
    Super,
}

/// <param name="Type">Null for <c>?</c> alone.</param>
internal sealed record TypeArgument(WildcardForm Form, JavaType? Type)
{
    public override string ToString() => Form switch
    {
        WildcardForm.Any => "?",
        WildcardForm.Extends => $"? extends {Type}",
        WildcardForm.Super => $"? super {Type}",
        _ => $"{Type}",
    };
}

/// <summary>A type variable where it is declared.</summary>
/// <param name="Bounds">The class first; <c>java.lang.Object</c> where nothing is written.</param>
internal sealed record TypeParameter(string Name, ImmutableArray<JavaType> Bounds)
{
    public override string ToString() =>
        Bounds is [ClassType { Name: "java.lang.Object" }] ? Name : $"{Name} extends {string.Join(" & ", Bounds)}";
}

/// <param name="Super">Null for java.lang.Object alone.</param>
internal sealed record ClassSignature(ImmutableArray<TypeParameter> Parameters, ClassType? Super, ImmutableArray<ClassType> Interfaces);

internal sealed record MethodSignature(
    ImmutableArray<TypeParameter> TypeParameters, ImmutableArray<JavaType> Parameters, JavaType Returns, ImmutableArray<JavaType> Throws);
