using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.ClassPaths;

/// <summary>A directory as javac's <c>-d</c> fills one. Links are not followed.</summary>
internal sealed class ClassDirectory : ClassContainer
{
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);

    private ClassDirectory(string directory)
        : base(directory)
    {
    }

    public override IReadOnlyCollection<string> Names => _paths.Keys;

    /// <summary>Null after a problem.</summary>
    public static ClassDirectory? Open(string directory, List<SourceProblem> problems)
    {
        var opened = new ClassDirectory(directory);
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        try
        {
            foreach (var path in Directory.EnumerateFiles(directory, "*.class", options))
            {
                if (ClassNames.OfEntry(Path.GetRelativePath(directory, path).Replace('\\', '/')) is not { } name)
                {
                    continue;
                }

                opened._paths.TryAdd(name, path);
                if (opened._paths.Count > JarFile.MaxEntries)
                {
                    problems.Add(new(directory, 0, 0, $"more than {JarFile.MaxEntries} classes", "name a directory of classes, not one above many"));
                    return null;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(directory, 0, 0, $"the directory cannot be read: {e.Message}", "correct the path or its permissions"));
            return null;
        }

        return opened;
    }

    public override string PlaceOf(string name) => _paths.GetValueOrDefault(name, name);

    public override ReadOnlyMemory<byte>? Read(string name, List<SourceProblem> problems)
    {
        if (!_paths.TryGetValue(name, out var path))
        {
            return null;
        }

        try
        {
            if (new FileInfo(path).Length <= ClassFileReader.MaxBytes)
            {
                return System.IO.File.ReadAllBytes(path);
            }

            problems.Add(new(path, 0, 0, $"more than {ClassFileReader.MaxBytes} bytes", "compile it anew: no compiler writes such a class"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(path, 0, 0, $"the class cannot be read: {e.Message}", "correct the file's permissions"));
        }

        return null;
    }
}
