using System.Diagnostics;
using System.IO.Compression;
using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Contracts.Java.Facades;
using BridgeMesh.Contracts.Java.Tests.Facades;
using BridgeMesh.Contracts.Java.Tests.Jdk;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Writing;
using BridgeMesh.Yaml;
using Xunit.Abstractions;

namespace BridgeMesh.Contracts.Java.Tests;

/// <summary>Every jar that Debian's Java libraries bring, and every module of the JDK: all classes are read, none with a fault.</summary>
public class SweepTests(ITestOutputHelper output)
{
    [JdkFact]
    public void DebianJars_EveryClass_IsRead()
    {
        var problems = new List<SourceProblem>();
        var notes = new List<FacadeNote>();
        var (jars, classes) = (0, 0);
        var began = Stopwatch.GetTimestamp();
        foreach (var file in Jars())
        {
            using var path = ClassPath.Open([file], [], problems);
            foreach (var name in path.Roots)
            {
                _ = path.Find(name);
            }

            jars++;
            classes += path.ClassesRead;
            notes.AddRange(path.Notes);
        }

        output.WriteLine($"{jars} jars, {classes} classes in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s, {notes.Count} notes");
        output.WriteLine(string.Join('\n', notes));
        Assert.Empty(problems);
        Assert.True(classes > 1_000, "the machine's Java libraries are found");
    }

    [JdkFact]
    public void JdkModules_EveryClass_IsRead()
    {
        var modules = Directory.EnumerateFiles(Path.Combine(JavaCompiler.Home ?? string.Empty, "jmods"), "*.jmod").Order(StringComparer.Ordinal).ToList();
        var (classes, notes) = (0, 0);
        var faults = new List<string>();
        var began = Stopwatch.GetTimestamp();
        foreach (var module in modules)
        {
            // A jmod is a zip behind the four bytes "JM", 1, 0.
            var bytes = File.ReadAllBytes(module);
            using var archive = new ZipArchive(new MemoryStream(bytes, 4, bytes.Length - 4));
            foreach (var entry in archive.Entries.Where(static e => e.FullName.EndsWith(".class", StringComparison.Ordinal)))
            {
                using var content = new MemoryStream();
                using (var stream = entry.Open())
                {
                    stream.CopyTo(content);
                }

                var read = ClassFileReader.Read(content.GetBuffer().AsMemory(0, (int)content.Length), out var fault);
                classes++;
                notes += read?.Notes.Length ?? 0;
                if (fault is not null)
                {
                    faults.Add($"{module}!/{entry.FullName}: {fault}");
                }
            }
        }

        output.WriteLine($"{modules.Count} modules, {classes} classes in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s, {notes} notes");
        Assert.Empty(faults);
        Assert.Equal(0, notes);
        Assert.True(classes > 20_000, "the JDK's modules are found");
    }

    /// <summary>
    /// None of these jars is a facade, and each has interfaces of every shape that people write: what is made of them must load, and be the
    /// same when written and read again.
    /// </summary>
    [JdkFact]
    public void DebianJars_TakenForFacades_LoadAndReadBack()
    {
        var (jars, services, methods, types) = (0, 0, 0, 0);
        var faults = new List<string>();
        foreach (var file in Jars())
        {
            var problems = new List<SourceProblem>();
            var document = FacadeReader.Read(FacadeSources.Of([file], [], []), problems).Document;
            if (document.Services.Count == 0)
            {
                continue;
            }

            jars++;
            services += document.Services.Count;
            methods += document.Services.Sum(static s => s.Methods.Count);
            types += document.Types.Count;
            var direct = ContractLoader.Load([], [document], problems);
            var again = ContractLoader.LoadTexts(("again.yaml", ContractWriter.Write(document)));
            faults.AddRange(direct.Problems.Select(static p => $"{p}"));
            faults.AddRange(again.Problems.Select(p => $"{file}: {p}"));
            var differing = ShapeText.Of(direct.Contracts).Split('\n').Zip(ShapeText.Of(again.Contracts).Split('\n'))
                .FirstOrDefault(static l => l.First != l.Second);
            if (differing != default)
            {
                faults.Add($"{file}: '{differing.First}' reads back as '{differing.Second}'");
            }
        }

        output.WriteLine($"{jars} jars, {services} services, {methods} methods, {types} types");
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.True(services > 200, "the jars have interfaces");
    }

    /// <summary>Each file once: most have a second name without their version.</summary>
    private static IEnumerable<string> Jars() => ((string[])["/usr/share/java", "/usr/share/maven-repo", "/usr/lib/jvm"])
        .Where(Directory.Exists)
        .SelectMany(static d => Directory.EnumerateFiles(d, "*.jar", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        .Order(StringComparer.Ordinal);
}
