using BridgeMesh.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Registries.File;

/// <summary>Kind <c>file</c>. Its one setting is <c>path</c>, relative to the configuration file; default <c>services.yaml</c>.</summary>
internal sealed class FileRegistryFactory : IRegistryFactory
{
    private const string PathSetting = "path";
    private const string DefaultPath = "services.yaml";

    public string Kind => "file";

    public bool IsCurated => true;

    public IReadOnlyList<SettingDescription> Settings { get; } =
    [
        new(PathSetting, SettingKind.Text, "File that lists the instances, relative to the configuration file. It need not exist yet.", DefaultPath),
    ];

    /// <summary>A file that does not exist yet is no problem: the registry waits for it.</summary>
    public IReadOnlyList<SettingProblem> Check(RegistrySettings settings)
    {
        var problems = new List<SettingProblem>();
        foreach (var name in settings.Settings.Keys.Where(n => n != PathSetting))
        {
            problems.Add(new(name, $"a registry of kind 'file' has no setting '{name}'", NearMiss.Cure(name, [PathSetting])));
        }

        if (PathOf(settings) is not { } path)
        {
            problems.Add(new(PathSetting, "the path is empty", "name the file, or leave 'path' out for services.yaml"));
        }
        else if (System.IO.File.Exists(path))
        {
            var found = new List<SourceProblem>();
            ServicesFile.Read(path, found);
            problems.AddRange(found.Select(p =>
                new SettingProblem(PathSetting, p.Message, p.Cure) { File = p.File, Line = p.Line, Column = p.Column }));
        }
        else if (Directory.Exists(path))
        {
            problems.Add(new(PathSetting, $"'{path}' is a directory", "name a file"));
        }

        return problems;
    }

    public IReadOnlyList<ServiceSnapshot>? Known(RegistrySettings settings)
    {
        var problems = new List<SourceProblem>();
        return PathOf(settings) is { } path && System.IO.File.Exists(path)
            ? [.. ServicesFile.Read(path, problems).Select(static s => new ServiceSnapshot(s.Key, 1, false, s.Value))]
            : null;
    }

    public IRegistryAdapter Create(RegistrySettings settings) =>
        new FileRegistryAdapter(PathOf(settings) ?? throw new FormatException("path: the path is empty: name the file"), settings);

    private static string? PathOf(RegistrySettings settings)
    {
        var path = settings.Settings.GetValueOrDefault(PathSetting, DefaultPath);
        return path.Length == 0 ? null : Path.GetFullPath(path, settings.BaseDirectory);
    }
}
