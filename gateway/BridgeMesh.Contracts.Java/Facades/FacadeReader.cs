using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>What a facade is made of.</summary>
/// <param name="Roots">Jars and class directories whose interfaces become services.</param>
/// <param name="ClassPath">Jars and class directories with the classes that those need.</param>
/// <param name="Services">Names of interfaces, with <c>*</c> for any text; empty for all that look like services.</param>
internal sealed record FacadeSources(
    IReadOnlyCollection<string> Roots, IReadOnlyCollection<string> ClassPath, IReadOnlyCollection<string> Services);

/// <summary>What jars declare.</summary>
/// <param name="Notes">What is not carried over whole.</param>
/// <param name="MissingClasses">Classes that are needed and on no class path.</param>
/// <param name="ClassesRead">How many class files were read.</param>
internal sealed record FacadeImport(
    ContractDocument Document, ImmutableArray<FacadeNote> Notes, ImmutableArray<string> MissingClasses, int ClassesRead);

/// <summary>Reads services and their types from jars and class directories, without a JVM. Stateless; safe for any thread.</summary>
internal static class FacadeReader
{
    /// <param name="problems">Takes what is broken; with any of it nothing should be loaded.</param>
    public static FacadeImport Read(FacadeSources sources, List<SourceProblem> problems)
    {
        using var path = ClassPath.Open(sources.Roots, sources.ClassPath, problems);
        var notes = new FacadeNotes();
        var mapper = new TypeMapper(path, notes);
        var values = new ValueMapper(path, mapper, notes);
        var marks = new ServiceMarks(notes, path.PlaceOf);
        var found = new ServiceFinder(path, notes).Find(sources.Services, marks);
        var services = new ServiceMapper(path, mapper, values, notes);
        var mapped = found.Select(f => services.Map(f, marks.Of(f.Name))).ToList();
        var types = new TypeDeclarer(path, mapper, values, notes).DeclareAll();
        if (mapped.Count == 0 && problems.Count == 0 && sources.Roots.Count > 0)
        {
            problems.Add(new(
                sources.Roots.First(),
                0,
                0,
                sources.Services.Count == 0 ? "no interface in it looks like a service" : "none of its interfaces has such a name",
                "name the jar with the interfaces, or the interfaces themselves"));
        }

        var document = new ContractDocument(sources.Roots.FirstOrDefault() ?? string.Empty) { Types = types, Services = mapped };
        return new FacadeImport(document, [.. path.Notes, .. notes.ToList()], [.. notes.MissingClasses], path.ClassesRead);
    }
}
