using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Contracts.Java.Signatures;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>One method of a service, however many interfaces declare it.</summary>
/// <param name="Declaring">The class that declares it closest to the service.</param>
/// <param name="Method">As declared there; its erased types are the ones that signatures have.</param>
/// <param name="Variables">What type variables stand for in it.</param>
internal sealed record MethodView(ClassFile Declaring, JavaMethod Method, ImmutableDictionary<string, JavaType> Variables)
{
    private readonly List<JavaMethod> _all = [Method];

    public string Name => Method.Name;

    /// <summary>The same method as its parents declare it, the closest first: annotations are inherited from them.</summary>
    public IReadOnlyList<JavaMethod> All => _all;

    public JavaType Substituted(JavaType type) => TypeSubstitution.Apply(type, Variables);

    public JavaAnnotation? Find(params ReadOnlySpan<string> types)
    {
        foreach (var method in _all)
        {
            if (AnnotationSearch.Find(method.Annotations, types) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Annotations of a parameter, the closest declaration's first.</summary>
    public IEnumerable<JavaAnnotation> OfParameter(int ordinal) =>
        _all.Where(m => ordinal < m.ParameterAnnotations.Length).SelectMany(m => m.ParameterAnnotations[ordinal]);

    /// <summary>The parameters' names, from the first declaration that kept them.</summary>
    public ImmutableArray<string> ParameterNames => (_all.Find(static m => m.HasParameterNames) ?? Method).ParameterNames;

    public void AddOverridden(JavaMethod method) => _all.Add(method);
}

/// <summary>An interface, or a controller's class, with the methods that it has of its own and from its parents.</summary>
internal sealed class ServiceView
{
    /// <summary>Interfaces above one that are looked at.</summary>
    private const int MaxParents = 1_000;

    private readonly Dictionary<string, MethodView> _byIdentity = new(StringComparer.Ordinal);
    private readonly List<MethodView> _methods = [];
    private readonly List<ClassFile> _types = [];

    private ServiceView(ClassFile type) => Type = type;

    public ClassFile Type { get; }

    public IReadOnlyList<MethodView> Methods => _methods;

    /// <summary>The type and all above it, the closest first.</summary>
    public IReadOnlyList<ClassFile> Types => _types;

    /// <param name="onMissing">Told of parents that are not there.</param>
    public static ServiceView Of(ClassFile type, ClassPath path, Action<string, string> onMissing)
    {
        var view = new ServiceView(type);
        var open = new Queue<(ClassFile Type, ImmutableDictionary<string, JavaType> Variables)>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { type.Name };
        open.Enqueue((type, TypeSubstitution.Of(type, ClassType.Of(type.Name))));
        while (open.TryDequeue(out var at))
        {
            view._types.Add(at.Type);
            foreach (var method in at.Type.Methods.Where(IsCallable))
            {
                view.Add(at.Type, method, at.Variables);
            }

            foreach (var parent in TypeMapper.Parents(at.Type))
            {
                if (seen.Count >= MaxParents || !seen.Add(parent.Name))
                {
                    continue;
                }

                if (path.Find(parent.Name) is { } found)
                {
                    open.Enqueue((found, TypeSubstitution.Of(found, TypeSubstitution.Apply(parent, at.Variables))));
                }
                else if (!PlatformTypes.IsPlatform(parent.Name))
                {
                    onMissing(parent.Name, at.Type.Name);
                }
            }
        }

        return view;
    }

    /// <summary>An annotation of the type or the nearest parent that has it.</summary>
    public JavaAnnotation? Find(params ReadOnlySpan<string> types)
    {
        foreach (var type in _types)
        {
            if (AnnotationSearch.Find(type.Annotations, types) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private void Add(ClassFile type, JavaMethod method, ImmutableDictionary<string, JavaType> inherited)
    {
        var variables = TypeSubstitution.WithBounds(inherited, method.Signature.TypeParameters);
        var parameters = method.Signature.Parameters.Select(p => TypeSubstitution.Erased(TypeSubstitution.Apply(p, variables)));
        var identity = $"{method.Name}({string.Join(',', parameters)})";
        if (_byIdentity.TryGetValue(identity, out var known))
        {
            known.AddOverridden(method);
            return;
        }

        var view = new MethodView(type, method, variables);
        _byIdentity.Add(identity, view);
        _methods.Add(view);
    }

    private static bool IsCallable(JavaMethod method) =>
        method.Access.HasFlag(ClassAccess.Public) && !method.IsStatic && !method.IsSynthetic && !IsOfObject(method);

    /// <summary>What every object has is no method of a service.</summary>
    private static bool IsOfObject(JavaMethod method) => (method.Name, method.Erased.Parameters) switch
    {
        ("hashCode" or "toString" or "getClass" or "notify" or "notifyAll", { IsEmpty: true }) => true,
        ("equals", [ClassType { Name: "java.lang.Object" }]) => true,
        _ => false,
    };
}
