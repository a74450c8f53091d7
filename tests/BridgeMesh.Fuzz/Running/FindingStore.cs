using BridgeMesh.Fuzz.Corpus;

namespace BridgeMesh.Fuzz.Running;

/// <summary>Findings as files in the source tree, so that they become tests.</summary>
internal static class FindingStore
{
    internal static void Keep(Finding finding) => Keep(finding, SourceTree.Findings);

    internal static string Keep(Finding finding, string folder)
    {
        var path = Path.Combine(folder, finding.FileName);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? folder);
        File.WriteAllBytes(path, finding.Input);
        return path;
    }

    /// <summary>Everything that was ever found: name of the target and file.</summary>
    internal static IEnumerable<(string Target, string Path)> All(string folder) => !Directory.Exists(folder)
        ? []
        : Directory.EnumerateFiles(folder, "*.bin", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(static path => (Path.GetFileName(Path.GetDirectoryName(path)) ?? string.Empty, path));
}
