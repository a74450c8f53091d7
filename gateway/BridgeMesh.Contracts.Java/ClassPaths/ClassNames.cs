namespace BridgeMesh.Contracts.Java.ClassPaths;

/// <summary>Names of entries and the classes they hold.</summary>
internal static class ClassNames
{
    private const string Ending = ".class";

    /// <summary>Where Spring Boot's and servlet archives keep the application's own classes.</summary>
    private static readonly string[] Roots = ["BOOT-INF/classes/", "WEB-INF/classes/"];

    /// <summary>Binary name of the class at a path; null for what holds no class that code could name.</summary>
    public static string? OfEntry(string path)
    {
        if (!path.EndsWith(Ending, StringComparison.Ordinal) || path.StartsWith("META-INF/", StringComparison.Ordinal))
        {
            return null;
        }

        var root = Roots.FirstOrDefault(r => path.StartsWith(r, StringComparison.Ordinal)) ?? string.Empty;
        var name = path[root.Length..^Ending.Length];
        return name.Length == 0 || name.EndsWith("module-info", StringComparison.Ordinal) || name.EndsWith("package-info", StringComparison.Ordinal)
            ? null
            : name.Replace('/', '.');
    }

    /// <summary>The release that <c>META-INF/versions/N/</c> is for, and the path below it; null for other paths.</summary>
    public static (int Release, string Path)? Versioned(string path)
    {
        const string Versions = "META-INF/versions/";
        if (!path.StartsWith(Versions, StringComparison.Ordinal))
        {
            return null;
        }

        var slash = path.IndexOf('/', Versions.Length);
        return slash > 0 && int.TryParse(path.AsSpan(Versions.Length, slash - Versions.Length), out var release) && release >= 9
            ? (release, path[(slash + 1)..])
            : null;
    }

    /// <summary>Whether a path leads out of the place it is unpacked to: such archives attack those who unpack them.</summary>
    public static bool LeavesArchive(string path) =>
        path.StartsWith('/') || path.Contains('\\') || path.Contains('\0') || (path.Length > 1 && path[1] == ':') || path.Split('/').Contains("..");
}
