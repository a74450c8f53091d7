using BridgeMesh.Gateway.Protoc;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>The contract files that a configuration names.</summary>
internal static class ContractPatterns
{
    /// <summary>A repository of contracts has some hundreds; more is a pattern gone astray.</summary>
    internal const int MaxFiles = 10_000;

    public static ContractFileSet Files(ConfigReading reading, List<SourceProblem> problems)
    {
        var files = new List<ContractFile>();
        var classPath = new List<string>();
        var contracts = reading.Config.Contracts;
        for (var i = 0; i < contracts.Count; i++)
        {
            var entry = contracts[i];
            if (entry.Path is { } path)
            {
                var includes = Includes(entry, i, reading, problems);
                YamlMark[] places = [.. entry.Services.Select((_, j) => reading.Places.Find($"contracts[{i}].services[{j}]"))];
                files.AddRange(Expand(path, $"contracts[{i}]", reading, problems).Select(f => new ContractFile(f, entry.Services)
                {
                    ServicePlaces = places,
                    ImportRoot = FilePatterns.IsPattern(path) ? FilePatterns.Root(path, reading.Source.BaseDirectory) : null,
                    Includes = includes,
                    Compiler = entry.Protoc is { } compiler ? Path.GetFullPath(compiler, reading.Source.BaseDirectory) : null,
                }));
            }

            for (var j = 0; j < entry.ClassPath.Count; j++)
            {
                classPath.AddRange(Expand(entry.ClassPath[j], $"contracts[{i}].classPath[{j}]", reading, problems));
            }
        }

        return ContractFileSet.Of(files, classPath);
    }

    /// <summary>Absolute paths of the files that a change of may change contracts; of a directory the classes in it.</summary>
    public static IReadOnlyList<string> Watched(ConfigReading reading)
    {
        var files = Files(reading, []);
        var java = files.Java.Roots.Select(static r => r.File).Concat(files.Java.ClassPath).SelectMany(static f => !Directory.Exists(f)
            ? [f]
            : Directory.EnumerateFiles(f, "*.class", new EnumerationOptions { RecurseSubdirectories = true }).Take(MaxFiles));
        var protos = files.Protos.SelectMany(ProtoImports.Closure).Distinct(StringComparer.Ordinal);
        var json = files.Definitions.Select(static f => f.Path).Concat(files.UnknownJson);
        return [.. files.Yaml, .. files.Descriptors, .. files.OpenApi.SelectMany(OpenApiSources.FilesOf), .. json, .. java, .. protos];
    }

    /// <summary>Directories in which such files may appear or change. Absolute; some may not exist.</summary>
    public static IEnumerable<string> Directories(ConfigReading reading) => reading.Config.Contracts
        .SelectMany(static c => c.Path is { } path ? c.ClassPath.Append(path) : c.ClassPath)
        .Select(p => FilePatterns.Root(p, reading.Source.BaseDirectory))
        .Concat(reading.Config.Contracts.SelectMany(static c => c.Includes).Select(p => Path.GetFullPath(p, reading.Source.BaseDirectory)))
        .Distinct(StringComparer.Ordinal);

    private static List<string> Includes(ContractConfig entry, int ordinal, ConfigReading reading, List<SourceProblem> problems)
    {
        var directories = new List<string>();
        for (var i = 0; i < entry.Includes.Count; i++)
        {
            var directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(entry.Includes[i], reading.Source.BaseDirectory));
            if (Directory.Exists(directory))
            {
                directories.Add(directory);
            }
            else
            {
                problems.Add(reading.Places.Find($"contracts[{ordinal}].includes[{i}]"), $"there is no directory '{entry.Includes[i]}'", "create it or correct its path");
            }
        }

        return directories;
    }

    private static IReadOnlyList<string> Expand(string path, string key, ConfigReading reading, List<SourceProblem> problems)
    {
        var found = FilePatterns.ExpandWithDirectories(path, reading.Source.BaseDirectory);
        if (found.Count == 0 && !FilePatterns.IsPattern(path))
        {
            problems.Add(reading.Places.Find(key), $"there is no contract file '{path}'", "create it or correct its path");
        }
        else if (found.Count > MaxFiles)
        {
            problems.Add(reading.Places.Find(key), $"the pattern matches {found.Count} files", "narrow it");
            return [];
        }

        return found;
    }
}
