using System.Collections.Immutable;

namespace BridgeMesh.Contracts.Java.ClassFiles;

/// <summary>What attributes say of a class, field, method or component, before it is put together.</summary>
internal sealed class ClassAttributes
{
    public string? Signature { get; set; }

    public ImmutableArray<JavaAnnotation> Annotations { get; set; } = [];

    public ImmutableArray<ImmutableArray<JavaAnnotation>> ParameterAnnotations { get; set; } = [];

    public AnnotationValue? Default { get; set; }

    public ImmutableArray<string> Exceptions { get; set; } = [];

    /// <summary>Null for a parameter without a name.</summary>
    public ImmutableArray<string?> Parameters { get; set; } = [];

    /// <summary>Names of what stands in the local variables when a method begins, by slot.</summary>
    public Dictionary<int, string>? Locals { get; set; }

    public object? ConstantValue { get; set; }

    public bool IsDeprecated { get; set; }

    public ImmutableArray<InnerClass> InnerClasses { get; set; } = [];

    public string? EnclosingClass { get; set; }

    public ImmutableArray<RecordComponent>? Components { get; set; }

    public ImmutableArray<string> PermittedSubclasses { get; set; } = [];

    public List<int[]>? Bootstraps { get; set; }
}
