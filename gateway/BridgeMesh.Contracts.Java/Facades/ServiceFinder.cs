using System.Text.RegularExpressions;
using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Contracts.Java.Facades.Http;
using BridgeMesh.Contracts.Java.Signatures;
using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>
/// Which classes of the roots are services: what annotations say is one; controllers without an interface that is; else every public
/// interface with methods that nobody passes as a value. Patterns of names, where there are such, say it instead.
/// </summary>
internal sealed class ServiceFinder(ClassPath path, FacadeNotes notes)
{
    /// <summary>Interfaces of other frameworks' that look like services and are none.</summary>
    private static readonly string[] NoServices =
        ["org.apache.ibatis.annotations.Mapper", "java.lang.FunctionalInterface", "org.springframework.stereotype.Repository"];

    public static IHttpAnnotations[] HttpAnnotations { get; } = [new SpringAnnotations(), new JaxRsAnnotations(), new FeignAnnotations()];

    /// <param name="sources">With names and <c>*</c> for any text, or none for the rules above.</param>
    public IReadOnlyList<ClassFile> Find(IReadOnlyCollection<FacadeRoot> sources, ServiceMarks marks)
    {
        var all = path.Roots.Select(path.Find).OfType<ClassFile>().Where(static t => t.EnclosingClass is null).ToList();
        all.ForEach(marks.Look);
        var found = new SortedDictionary<string, ClassFile>(StringComparer.Ordinal);
        var named = sources.Where(static s => s.Services.Count > 0).DistinctBy(static s => s.File)
            .ToDictionary(static s => s.File, Pattern, StringComparer.Ordinal);
        foreach (var type in all.Where(t => named.TryGetValue(path.FileOf(t.Name), out var wanted) && wanted.IsMatch(t.Name)))
        {
            if ((IsInterface(type) || IsOnHttp(type)) && CanBeNamed(type))
            {
                found.TryAdd(type.Name, type);
            }
        }

        var roots = all.Where(t => !named.ContainsKey(path.FileOf(t.Name))).ToList();
        var marked = roots.Count == 0 ? [] : marks.Interfaces.Where(i => !named.ContainsKey(path.FileOf(i))).Select(path.Find).OfType<ClassFile>();
        foreach (var type in roots.Where(t => IsInterface(t) && IsOnHttp(t)).Concat(marked.Where(static t => t.IsInterface)).Where(CanBeNamed))
        {
            found.TryAdd(type.Name, type);
        }

        var plain = roots.Where(t => IsInterface(t) && !found.ContainsKey(t.Name) && IsPlainService(t) && CanBeNamed(t)).ToList();
        var values = ValueClasses([.. plain, .. found.Values]);
        plain.RemoveAll(t => values.Contains(t.Name));
        plain.ForEach(t => found.TryAdd(t.Name, t));
        foreach (var type in roots.Where(t => !t.Access.HasFlag(ClassAccess.Interface) && IsOnHttp(t) && CanBeNamed(t)))
        {
            if (!Parents(type).Any(found.ContainsKey))
            {
                found.TryAdd(type.Name, type);
            }
        }

        return [.. found.Values];
    }

    private static Regex Pattern(FacadeRoot root) => new(
        $"^(?:{string.Join('|', root.Services.Select(static p => Regex.Escape(p).Replace("\\*", ".*", StringComparison.Ordinal)))})$",
        RegexOptions.NonBacktracking);

    private static bool IsOnHttp(ClassFile type) => HttpAnnotations.Any(a => a.IsOn(type));

    private bool IsInterface(ClassFile type) => type.IsInterface && IsVisible(type);

    private bool CanBeNamed(ClassFile type)
    {
        if (JavaNames.IsClass(type.Name))
        {
            return true;
        }

        notes.Add(path.PlaceOf(type.Name), $"'{type.Name}' is no name that contracts can write: it is no service");
        return false;
    }

    private bool IsVisible(ClassFile type)
    {
        for (var at = type; at is not null; at = at.AsMember?.Outer is { } outer ? path.Find(outer) : null)
        {
            if (!(at.AsMember?.Access ?? at.Access).HasFlag(ClassAccess.Public))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsPlainService(ClassFile type)
    {
        if (AnnotationSearch.Find(type.Annotations, NoServices) is not null || Parents(type).Any(static p => p.StartsWith("org.springframework.data.", StringComparison.Ordinal)))
        {
            return false;
        }

        if (type.TypeParameters.IsEmpty)
        {
            return ServiceView.Of(type, path, static (_, _) => { }).Methods.Count > 0;
        }

        notes.Add(path.PlaceOf(type.Name), $"{type.Name} has type variables that nothing stands for: services that extend it have its methods, it is none itself");
        return false;
    }

    private IEnumerable<string> Parents(ClassFile type) => new TypeMapper(path, notes).Ancestors(type.Name).Skip(1);

    /// <summary>Classes and interfaces that go over the wire: those in signatures, and those in the fields of such.</summary>
    private HashSet<string> ValueClasses(IReadOnlyList<ClassFile> services)
    {
        var values = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>();
        foreach (var method in services.SelectMany(static s => s.Methods).Where(static m => !m.IsStatic && m.Access.HasFlag(ClassAccess.Public)))
        {
            foreach (var type in method.Signature.Parameters.Append(method.Signature.Returns))
            {
                Collect(type);
            }
        }

        while (open.TryDequeue(out var name))
        {
            if (path.Find(name) is not { } found)
            {
                continue;
            }

            foreach (var field in found.Fields.Where(static f => !f.IsStatic && !f.IsTransient))
            {
                Collect(field.Type);
            }

            foreach (var parent in TypeMapper.Parents(found).Where(_ => !found.IsInterface))
            {
                parent.Arguments.ToList().ForEach(a => Collect(a.Type));
            }
        }

        return values;

        void Collect(JavaType? type)
        {
            switch (type)
            {
                case ArrayType array:
                    Collect(array.Element);
                    break;
                case ClassType named:
                    if (path.Has(named.Name) && values.Add(named.Name))
                    {
                        open.Enqueue(named.Name);
                    }

                    named.Arguments.ToList().ForEach(a => Collect(a.Type));
                    break;
            }
        }
    }
}
