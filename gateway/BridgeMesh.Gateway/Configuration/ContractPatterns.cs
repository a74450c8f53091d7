using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>The contract files that a configuration names.</summary>
internal static class ContractPatterns
{
    /// <summary>A repository of contracts has some hundreds; more is a pattern gone astray.</summary>
    private const int MaxFiles = 10_000;

    /// <summary>Absolute paths, each once.</summary>
    public static IReadOnlyList<string> Files(ConfigReading reading, List<SourceProblem> problems)
    {
        var files = new List<string>();
        var contracts = reading.Config.Contracts;
        for (var i = 0; i < contracts.Count; i++)
        {
            if (contracts[i].Path is not { } path)
            {
                continue;
            }

            var at = reading.Places.Find($"contracts[{i}]");
            var found = FilePatterns.Expand(path, reading.Source.BaseDirectory);
            if (found.Count == 0 && !FilePatterns.IsPattern(path))
            {
                problems.Add(at, $"there is no contract file '{path}'", "create it or correct its path");
            }
            else if (found.Count > MaxFiles)
            {
                problems.Add(at, $"the pattern matches {found.Count} files", "narrow it");
            }
            else
            {
                files.AddRange(found);
            }
        }

        return [.. files.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Directories in which such files may appear or change. Absolute; some may not exist.</summary>
    public static IEnumerable<string> Directories(ConfigReading reading) =>
        reading.Config.Contracts.Select(static c => c.Path).OfType<string>()
            .Select(p => FilePatterns.Root(p, reading.Source.BaseDirectory)).Distinct(StringComparer.Ordinal);
}
