using System.Collections.Immutable;

namespace BridgeMesh.Architecture;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    /// <summary>Folders that builds and tools make; version control ignores them.</summary>
    private static readonly string[] NotKept =
        [".git", "bin", "obj", "node_modules", "artifacts", "TestResults", "plugins", "BenchmarkDotNet.Artifacts", ".vs", ".idea", ".vscode"];

    internal static string Root { get; } = FindRoot();

    /// <summary>Files that are kept in version control, or soon will be, relative to the root, with forward slashes.</summary>
    internal static ImmutableArray<string> Tracked { get; } = ReadTracked();

    /// <summary>Every project outside tests/: the ones that ship and the samples.</summary>
    internal static ImmutableArray<ProjectFile> Projects { get; } =
        [.. Files("*.csproj").Where(f => !f.StartsWith("tests/", StringComparison.Ordinal)).Select(ProjectFile.Read)];

    internal static IEnumerable<string> Files(string pattern) => Tracked
        .Where(f => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(f)));

    internal static string Absolute(string file) => Path.Combine(Root, file);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "BridgeMesh.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("the tests run outside the repository");
    }

    private static ImmutableArray<string> ReadTracked()
    {
        var files = new List<string>();
        Walk(new DirectoryInfo(Root), string.Empty, files);
        return [.. files.Order(StringComparer.Ordinal)];
    }

    private static void Walk(DirectoryInfo directory, string prefix, List<string> files)
    {
        foreach (var entry in directory.EnumerateFileSystemInfos())
        {
            if (entry is FileInfo)
            {
                files.Add(prefix + entry.Name);
            }
            else if (!NotKept.Contains(entry.Name) && entry.LinkTarget is null)
            {
                Walk((DirectoryInfo)entry, $"{prefix}{entry.Name}/", files);
            }
        }
    }
}
