using System.Diagnostics;
using System.IO.Compression;
using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Contracts.Java.Tests.Jdk;
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

    /// <summary>Each file once: most have a second name without their version.</summary>
    private static IEnumerable<string> Jars() => ((string[])["/usr/share/java", "/usr/share/maven-repo", "/usr/lib/jvm"])
        .Where(Directory.Exists)
        .SelectMany(static d => Directory.EnumerateFiles(d, "*.jar", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        .Order(StringComparer.Ordinal);
}
