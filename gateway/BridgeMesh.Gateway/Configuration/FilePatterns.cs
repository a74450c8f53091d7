using Microsoft.Extensions.FileSystemGlobbing;
using Microsoft.Extensions.FileSystemGlobbing.Abstractions;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>Finds the files that a path or pattern names.</summary>
internal static class FilePatterns
{
    public static bool IsPattern(string path) => path.AsSpan().Contains('*');

    /// <summary>Absolute paths in ordinal order; empty when the pattern matches nothing or its directory does not exist.</summary>
    /// <param name="pattern"><c>*</c> within a name, <c>**</c> for any directories.</param>
    public static IReadOnlyList<string> Expand(string pattern, string baseDirectory)
    {
        var (root, rest) = Split(pattern, baseDirectory);
        if (!Directory.Exists(root))
        {
            return [];
        }

        var found = new Matcher(StringComparison.Ordinal).AddInclude(rest).Execute(new DirectoryInfoWrapper(new DirectoryInfo(root)));
        return [.. found.Files.Select(f => Path.GetFullPath(f.Path, root)).Order(StringComparer.Ordinal)];
    }

    /// <summary>As above; a path without a pattern may also name a directory, which then stands for itself.</summary>
    public static IReadOnlyList<string> ExpandWithDirectories(string pattern, string baseDirectory)
    {
        var path = Path.GetFullPath(pattern, baseDirectory);
        return !IsPattern(pattern) && Directory.Exists(path) ? [Path.TrimEndingDirectorySeparator(path)] : Expand(pattern, baseDirectory);
    }

    /// <summary>Deepest directory without a wildcard, absolute: the one to watch.</summary>
    public static string Root(string pattern, string baseDirectory) => Split(pattern, baseDirectory).Root;

    private static (string Root, string Pattern) Split(string pattern, string baseDirectory)
    {
        var wildcard = pattern.AsSpan().IndexOf('*');
        var slash = wildcard < 0 ? pattern.LastIndexOf('/') : pattern.LastIndexOf('/', wildcard);
        return (Path.GetFullPath(pattern[..(slash + 1)], baseDirectory), pattern[(slash + 1)..]);
    }
}
