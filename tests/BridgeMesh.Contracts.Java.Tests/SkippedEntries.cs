using System.IO.Compression;
using BridgeMesh.Contracts.Java.ClassPaths;

namespace BridgeMesh.Contracts.Java.Tests;

/// <summary>
/// What of archives is not read as a class, by reason. What is read is asked of the reader; each entry that it left must have a reason here,
/// or is unexplained.
/// </summary>
internal sealed class SkippedEntries
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public List<string> Unexplained { get; } = [];

    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Entries that were looked at, read or not.</summary>
    public int Entries { get; private set; }

    public int Read { get; private set; }

    /// <param name="path">A class path of this jar alone, whose classes have all been asked for.</param>
    public void AddJar(string file, ClassPath path)
    {
        using var archive = ZipFile.OpenRead(file);
        var taken = path.Roots.Select(path.PlaceOf).ToHashSet(StringComparer.Ordinal);
        var isMultiRelease = archive.GetEntry("META-INF/MANIFEST.MF") is { } manifest
            && Text(manifest).Contains("Multi-Release: true", StringComparison.OrdinalIgnoreCase);
        foreach (var entry in archive.Entries)
        {
            Entries++;
            if (taken.Remove($"{file}!/{entry.FullName}"))
            {
                Read++;
            }
            else
            {
                Add(file, entry.FullName, Reason(entry.FullName, path, isMultiRelease));
            }
        }

        // A class that is another by its own account was taken, and left when it was opened; the notes tell of each.
        foreach (var name in path.Roots.Where(n => path.Find(n) is null))
        {
            Read--;
            var isOther = path.Notes.Any(n => n.Place == path.PlaceOf(name) && n.Message.EndsWith("it is left out", StringComparison.Ordinal));
            Add(file, name, isOther ? "classes that lie under another name than their own" : null);
        }
    }

    /// <summary>An entry of a module of the JDK, of which every class is read.</summary>
    public void AddModule(string file, string entry, bool isRead)
    {
        Entries++;
        if (isRead)
        {
            Read++;
        }
        else
        {
            Add(file, entry, NoClass(entry));
        }
    }

    private static string? Reason(string entry, ClassPath path, bool isMultiRelease)
    {
        if (NoClass(entry) is { } none)
        {
            return none;
        }

        if (Path.GetFileName(entry) is "module-info.class")
        {
            return "`module-info`, which declares no types";
        }

        if (Path.GetFileName(entry) is "package-info.class")
        {
            return "`package-info`, which has annotations alone";
        }

        if (ClassNames.Versioned(entry) is { } versioned)
        {
            return !isMultiRelease ? "classes below `META-INF/versions` of a jar that is not multi-release"
                : IsInsteadOf(versioned.Path) ? "multi-release: classes of which a later release has one of its own"
                : null;
        }

        return entry.StartsWith("META-INF/", StringComparison.Ordinal) ? "classes below `META-INF`, which no code can name"
            : isMultiRelease && IsInsteadOf(entry) ? "multi-release: classes of which a later release has one of its own"
            : null;

        // The class that is read in place of this one lies below META-INF/versions.
        bool IsInsteadOf(string name) =>
            ClassNames.OfEntry(name) is { } type && path.PlaceOf(type).Contains("!/META-INF/versions/", StringComparison.Ordinal);
    }

    private static string? NoClass(string entry) => entry.EndsWith('/') ? "directories"
        : entry.EndsWith(".class", StringComparison.Ordinal) ? null
        : entry.EndsWith(".jar", StringComparison.OrdinalIgnoreCase) ? "jars inside, which are not opened"
        : entry.StartsWith("META-INF/", StringComparison.Ordinal) && Path.GetExtension(entry) is ".SF" or ".RSA" or ".DSA" or ".EC"
            ? "signature files: whose code it is, is not asked"
        : "manifests, resources and other files that are no classes";

    private static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    private void Add(string file, string entry, string? reason)
    {
        if (reason is null)
        {
            Unexplained.Add($"{file}!/{entry}");
        }
        else
        {
            _counts[reason] = _counts.GetValueOrDefault(reason) + 1;
        }
    }
}
