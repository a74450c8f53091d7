using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.Signatures;

namespace BridgeMesh.Contracts.Java.ClassFiles;

/// <summary>What a class file declares, code apart. Immutable; safe for any thread.</summary>
internal sealed record ClassFile
{
    /// <summary>45 for Java 1.0 … 69 for Java 25.</summary>
    public required int MajorVersion { get; init; }

    /// <summary>65,535 marks a class that uses preview features.</summary>
    public required int MinorVersion { get; init; }

    public required ClassAccess Access { get; init; }

    /// <summary>Binary name: <c>com.acme.Outer$Inner</c>.</summary>
    public required string Name { get; init; }

    public required ImmutableArray<TypeParameter> TypeParameters { get; init; }

    /// <summary>Null for java.lang.Object and modules.</summary>
    public required ClassType? Super { get; init; }

    public required ImmutableArray<ClassType> Interfaces { get; init; }

    public required ImmutableArray<JavaField> Fields { get; init; }

    /// <summary>Without constructors and initialisers.</summary>
    public required ImmutableArray<JavaMethod> Methods { get; init; }

    public ImmutableArray<JavaAnnotation> Annotations { get; init; } = [];

    /// <summary>Null for a class that is no record.</summary>
    public ImmutableArray<RecordComponent>? Components { get; init; }

    /// <summary>The classes that may extend a sealed one; empty for others.</summary>
    public ImmutableArray<string> PermittedSubclasses { get; init; } = [];

    /// <summary>Classes that it declares or names and that are members of others, itself among them where it is one.</summary>
    public ImmutableArray<InnerClass> InnerClasses { get; init; } = [];

    /// <summary>The class around a local or anonymous one; null for others.</summary>
    public string? EnclosingClass { get; init; }

    public bool IsDeprecated { get; init; }

    public ImmutableArray<ClassNote> Notes { get; init; } = [];

    public bool IsInterface => Access.HasFlag(ClassAccess.Interface) && !Access.HasFlag(ClassAccess.Annotation);

    public bool IsEnum => Access.HasFlag(ClassAccess.Enum);

    public bool IsModule => Access.HasFlag(ClassAccess.Module);

    /// <summary>How the class stands in the one around it; null for one that stands alone.</summary>
    public InnerClass? AsMember => InnerClasses.FirstOrDefault(i => i.Name == Name);

    public override string ToString() => Name;
}

/// <summary>A class inside another.</summary>
/// <param name="Outer">Null for a local or anonymous class.</param>
/// <param name="Access">As written in the source, static among it.</param>
internal sealed record InnerClass(string Name, string? Outer, string? SimpleName, ClassAccess Access);

/// <param name="Erased">The type without type arguments; differs from <paramref name="Type"/> where those are.</param>
internal sealed record JavaField(string Name, ClassAccess Access, JavaType Type, JavaType Erased)
{
    public ImmutableArray<JavaAnnotation> Annotations { get; init; } = [];

    /// <summary>An int, long, float, double or string; null without one.</summary>
    public object? ConstantValue { get; init; }

    public bool IsDeprecated { get; init; }

    public bool IsStatic => Access.HasFlag(ClassAccess.Static);

    public bool IsTransient => Access.HasFlag(ClassAccess.Transient);

    public bool IsSynthetic => Access.HasFlag(ClassAccess.Synthetic);
}

/// <param name="Signature">With generics, and what it throws.</param>
/// <param name="Erased">By which virtual machines and RPC protocols tell overloads apart.</param>
internal sealed record JavaMethod(string Name, ClassAccess Access, MethodSignature Signature, MethodSignature Erased)
{
    public ImmutableArray<JavaAnnotation> Annotations { get; init; } = [];

    /// <summary>A list a parameter; empty where no parameter has any.</summary>
    public ImmutableArray<ImmutableArray<JavaAnnotation>> ParameterAnnotations { get; init; } = [];

    /// <summary>As the source has them where the compiler kept them, else arg0, arg1 and so on.</summary>
    public ImmutableArray<string> ParameterNames { get; init; } = [];

    /// <summary>Whether the names above are the source's.</summary>
    public bool HasParameterNames { get; init; }

    /// <summary>Of an annotation's element; null without one.</summary>
    public AnnotationValue? Default { get; init; }

    public bool IsDeprecated { get; init; }

    public bool IsStatic => Access.HasFlag(ClassAccess.Static);

    public bool IsAbstract => Access.HasFlag(ClassAccess.Abstract);

    /// <summary>Written by the compiler: bridges among them.</summary>
    public bool IsSynthetic => Access.HasFlag(ClassAccess.Synthetic) || Access.HasFlag(ClassAccess.Bridge);

    public override string ToString() => $"{Name}({string.Join(", ", Erased.Parameters)})";
}

internal sealed record RecordComponent(string Name, JavaType Type, JavaType Erased)
{
    public ImmutableArray<JavaAnnotation> Annotations { get; init; } = [];
}
