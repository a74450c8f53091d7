using BridgeMesh.Gateway.Configuration.Binding;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>Where a configuration comes from.</summary>
/// <param name="File">Configuration file as the user named it; null for the built-in configuration.</param>
/// <param name="Overrides">Options <c>--set</c>, in order.</param>
/// <param name="WorkingDirectory">Absolute. Relative paths of the built-in configuration refer to it.</param>
internal sealed record ConfigSource(string? File, IReadOnlyList<string> Overrides, string WorkingDirectory)
{
    /// <summary>Used when no file is named and this one is there.</summary>
    public const string UsualFile = "bridgemesh.yaml";

    /// <summary>Absolute; null for the built-in configuration.</summary>
    public string? FullPath => File is null ? null : Path.GetFullPath(File, WorkingDirectory);

    /// <summary>Directory to which relative paths inside the configuration refer.</summary>
    public string BaseDirectory => FullPath is { } path ? Path.GetDirectoryName(path) ?? WorkingDirectory : WorkingDirectory;

    /// <summary>The named file, else <see cref="UsualFile"/> where it exists, else the built-in configuration.</summary>
    public static ConfigSource Of(string? file, IReadOnlyList<string> overrides, string workingDirectory)
    {
        var usual = System.IO.File.Exists(Path.Combine(workingDirectory, UsualFile)) ? UsualFile : null;
        return new ConfigSource(file ?? usual, overrides, workingDirectory);
    }
}

/// <summary>A configuration as written, with the place of each of its values.</summary>
internal sealed record ConfigReading(ConfigSource Source, GatewayConfig Config, ConfigPlaces Places);

/// <summary>Reads the built-in configuration, over it the top-level keys of the user's file, and over both the command line.</summary>
internal static class ConfigReader
{
    public const string BuiltIn = "built-in configuration";

    /// <summary>Null when the file cannot be read at all; every problem found is added either way.</summary>
    public static ConfigReading? Read(ConfigSource source, List<SourceProblem> problems)
    {
        var root = ReadBuiltIn();
        if (source.FullPath is { } path)
        {
            var before = problems.Count;
            var node = YamlTree.ReadFile(path, problems, source.File);
            if (node is null && problems.Count > before)
            {
                return null;
            }

            if (node is not (null or YamlMap))
            {
                problems.Add(node.At, $"the file is {node.Describe()}", "write a map of keys and values");
                return null;
            }

            foreach (var (key, value) in (node as YamlMap)?.Entries ?? [])
            {
                root.Set(key, value);
            }
        }

        ConfigOverrides.Apply(root, source.Overrides, problems);
        var places = new ConfigPlaces(new(source.File ?? BuiltIn, 1, 1));
        return new ConfigReading(source, new ConfigBinder(problems, places).BindRoot<GatewayConfig>(root), places);
    }

    /// <summary>Text of the built-in configuration.</summary>
    public static string BuiltInText()
    {
        using var stream = typeof(ConfigReader).Assembly.GetManifestResourceStream("default.yaml")
            ?? throw new InvalidOperationException("The built-in configuration is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static YamlMap ReadBuiltIn()
    {
        var problems = new List<SourceProblem>();
        return YamlTree.Read(BuiltIn, new StringReader(BuiltInText()), problems) as YamlMap
            ?? throw new InvalidOperationException($"The built-in configuration is not a map: {string.Join("; ", problems)}");
    }
}
