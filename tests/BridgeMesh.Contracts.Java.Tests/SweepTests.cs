using System.Diagnostics;
using System.Globalization;
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
    private const string Begin = "<!-- sweep:begin -->\n";
    private const string End = "<!-- sweep:end -->";

    /// <summary>
    /// docs/java.md has a row for everything that is skipped. Its counts are those of one machine's libraries, written by a run with
    /// BRIDGEMESH_WRITE_FIGURES=1: others have other jars.
    /// </summary>
    [JdkFact]
    public void Sweep_WhatIsSkipped_HasAReasonInTheDocument()
    {
        var (jars, modules) = (new SkippedEntries(), new SkippedEntries());
        var files = Jars().ToList();
        foreach (var file in files)
        {
            using var path = ClassPath.Open([file], [], []);
            foreach (var name in path.Roots)
            {
                _ = path.Find(name);
            }

            jars.AddJar(file, path);
        }

        var homes = Modules();
        foreach (var module in homes)
        {
            var bytes = File.ReadAllBytes(module);
            using var archive = new ZipArchive(new MemoryStream(bytes, 4, bytes.Length - 4));
            foreach (var entry in archive.Entries)
            {
                modules.AddModule(module, entry.FullName, entry.FullName.EndsWith(".class", StringComparison.Ordinal));
            }
        }

        Assert.Empty(jars.Unexplained);
        Assert.Empty(modules.Unexplained);
        Assert.Equal(jars.Entries, jars.Read + jars.Counts.Values.Sum());
        Assert.Equal(modules.Entries, modules.Read + modules.Counts.Values.Sum());
        var reasons = jars.Counts.Keys.Union(modules.Counts.Keys).Order(StringComparer.Ordinal).ToList();
        string Row(string what, Func<SkippedEntries, int> count) =>
            string.Create(CultureInfo.InvariantCulture, $"| {what} | {count(jars):N0} | {count(modules):N0} |\n");
        var table = string.Concat(
        [
            string.Create(CultureInfo.InvariantCulture, $"| entries | {files.Count} jars of Debian's | {homes.Count} modules of the JDK |\n"),
            "|---|---|---|\n",
            Row("all", static s => s.Entries),
            Row("classes read, without a fault", static s => s.Read),
            .. reasons.Select(r => Row($"skipped: {r}", s => s.Counts.GetValueOrDefault(r))),
        ]);
        output.WriteLine(table);
        var page = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(JavaCompiler.Samples)) ?? string.Empty, "docs", "java.md");
        var document = File.ReadAllText(page);
        var from = document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var to = document.IndexOf(End, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("BRIDGEMESH_WRITE_FIGURES") == "1")
        {
            document = string.Concat(document.AsSpan(0, from), table, document.AsSpan(to));
            File.WriteAllText(page, document);
        }

        Assert.All(reasons, r => Assert.Contains($"| skipped: {r} | ", document, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("module-info.class", "`module-info`, which declares no types")]
    [InlineData("META-INF/versions/11/module-info.class", "`module-info`, which declares no types")]
    [InlineData("a/package-info.class", "`package-info`, which has annotations alone")]
    [InlineData("META-INF/A.SF", "signature files: whose code it is, is not asked")]
    [InlineData("META-INF/x/B.class", "classes below `META-INF`, which no code can name")]
    [InlineData("META-INF/versions/11/a/B.class", "classes below `META-INF/versions` of a jar that is not multi-release")]
    [InlineData("lib/b.jar", "jars inside, which are not opened")]
    [InlineData("a/", "directories")]
    [InlineData("a/readme.txt", "manifests, resources and other files that are no classes")]
    [InlineData("a/Broken.class", null)]
    public void Skipped_EachKindOfEntry_HasItsReasonOrIsUnexplained(string entry, string? reason)
    {
        var folder = Directory.CreateTempSubdirectory("bridgemesh-");
        try
        {
            var file = Path.Combine(folder.FullName, "a.jar");
            using (var archive = ZipFile.Open(file, ZipArchiveMode.Create))
            {
                using var content = archive.CreateEntry(entry).Open();
                content.Write("x"u8[..(entry.EndsWith('/') ? 0 : 1)]);
            }

            using var path = ClassPath.Open([file], [], []);
            var skipped = new SkippedEntries();
            skipped.AddJar(file, path);
            Assert.Equal(reason is null ? [] : [reason], skipped.Counts.Keys);
            Assert.Equal((1, 0, reason is null ? 1 : 0), (skipped.Entries, skipped.Read, skipped.Unexplained.Count));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

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
        var modules = Modules();
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

    private static List<string> Modules() =>
        [.. Directory.EnumerateFiles(Path.Combine(JavaCompiler.Home ?? string.Empty, "jmods"), "*.jmod").Order(StringComparer.Ordinal)];

    /// <summary>Each file once: most have a second name without their version.</summary>
    private static IEnumerable<string> Jars() => ((string[])["/usr/share/java", "/usr/share/maven-repo", "/usr/lib/jvm"])
        .Where(Directory.Exists)
        .SelectMany(static d => Directory.EnumerateFiles(d, "*.jar", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        .Order(StringComparer.Ordinal);
}
