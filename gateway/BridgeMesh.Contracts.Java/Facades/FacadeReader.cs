using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>A jar or class directory whose interfaces become services.</summary>
/// <param name="Services">Names of those that do, with <c>*</c> for any text; empty for all that look like services.</param>
internal sealed record FacadeRoot(string File, IReadOnlyCollection<string> Services);

/// <summary>What facades are made of.</summary>
/// <param name="ClassPath">Jars and class directories with the classes that the roots need.</param>
internal sealed record FacadeSources(IReadOnlyCollection<FacadeRoot> Roots, IReadOnlyCollection<string> ClassPath)
{
    /// <summary>Told the number of classes read so far as each is, and 0 when all are; null tells nobody.</summary>
    public IProgress<int>? Progress { get; init; }

    public static FacadeSources Of(IEnumerable<string> roots, IReadOnlyCollection<string> classPath, IReadOnlyCollection<string> services) =>
        new([.. roots.Select(r => new FacadeRoot(r, services))], classPath);
}

/// <summary>What jars declare.</summary>
/// <param name="Notes">What is not carried over whole.</param>
/// <param name="MissingClasses">Classes that are needed and on no class path.</param>
/// <param name="ClassesRead">How many class files were read.</param>
internal sealed record FacadeImport(
    ContractDocument Document, ImmutableArray<FacadeNote> Notes, ImmutableArray<string> MissingClasses, int ClassesRead)
{
    /// <summary>Services, and of roots whose services are named all interfaces that may be meant, each with its root.</summary>
    public ImmutableArray<(string Root, string Name)> Interfaces { get; init; } = [];
}

/// <summary>Reads services and their types from jars and class directories, without a JVM. Stateless; safe for any thread.</summary>
internal static class FacadeReader
{
    /// <param name="problems">Takes what is broken; with any of it nothing should be loaded.</param>
    public static FacadeImport Read(FacadeSources sources, List<SourceProblem> problems)
    {
        using var path = ClassPath.Open(sources.Roots.Select(static r => r.File), sources.ClassPath, problems);
        path.Progress = sources.Progress;
        return Read(path, sources.Roots, problems);
    }

    /// <summary>As above of an open class path.</summary>
    public static FacadeImport Read(ClassPath path, IReadOnlyCollection<FacadeRoot> roots, List<SourceProblem> problems)
    {
        var notes = new FacadeNotes();
        var mapper = new TypeMapper(path, notes);
        var values = new ValueMapper(path, mapper, notes);
        var marks = new ServiceMarks(notes, path.PlaceOf);
        var found = new ServiceFinder(path, notes).Find(roots, marks);
        var services = new ServiceMapper(path, mapper, values, notes);
        var mapped = found.Select(f => services.Map(f, marks.Of(f.Name))).ToList();
        var types = new TypeDeclarer(path, mapper, values, notes).DeclareAll();
        foreach (var root in roots.Where(r => problems.Count == 0 && r.Services.Count == 0 && !found.Any(f => path.FileOf(f.Name) == r.File)))
        {
            problems.Add(new(
                root.File, 0, 0, "no interface in it looks like a service", "name the jar with the interfaces, and those with their classes as class path"));
        }

        // Who names services is told by their names, over all sources, of those that there are.
        var named = roots.Where(static r => r.Services.Count > 0).Select(static r => r.File).ToHashSet(StringComparer.Ordinal);
        var interfaces = named.Count == 0 ? [] : path.Roots.Where(n => named.Contains(path.FileOf(n))).Select(path.Find).OfType<ClassFile>()
            .Where(static t => t.IsInterface && t.Access.HasFlag(ClassAccess.Public)).Concat(found.Where(f => named.Contains(path.FileOf(f.Name))))
            .Select(t => (path.FileOf(t.Name), t.Name));
        var document = new ContractDocument(roots.FirstOrDefault()?.File ?? string.Empty) { Types = types, Services = mapped };
        return new FacadeImport(document, [.. path.Notes, .. notes.ToList()], [.. notes.MissingClasses], path.ClassesRead)
        {
            Interfaces = [.. interfaces],
        };
    }
}
