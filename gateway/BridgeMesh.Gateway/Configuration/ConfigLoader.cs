using System.Collections.Immutable;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Gateway.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>Plugins in force, the built-in ones first. Made once a process: an assembly that is loaded stays.</summary>
internal sealed record PluginSet(PluginCatalog Catalog, IReadOnlyList<LoadedPlugin> Plugins);

/// <summary>A configuration and what became of it.</summary>
/// <param name="Reading">Null when the file could not be read at all.</param>
/// <param name="Plugins">Null when the configuration did not say where they are.</param>
/// <param name="Model">Null when there are problems.</param>
/// <param name="Problems">All of them, by file and place.</param>
internal sealed record ConfigOutcome(
    ConfigReading? Reading, PluginSet? Plugins, GatewayModel? Model, ImmutableArray<SourceProblem> Problems)
{
    /// <summary>What the contracts' sources hold that is not carried over whole; one line each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>From a source to a model: reads, loads plugins and contracts, checks, and tells all problems together.</summary>
internal static class ConfigLoader
{
    /// <param name="plugins">
    /// Plugins of an earlier load; null loads them. With them, what is wrong in a registry's own files is left to the registry, which keeps
    /// its last good version: an edit of a contract must not wait for somebody else's edit of a services file.
    /// </param>
    public static ConfigOutcome Load(ConfigSource source, PluginSet? plugins = null)
    {
        var problems = new List<SourceProblem>();
        if (ConfigReader.Read(source, problems) is not { } reading)
        {
            return new(null, plugins, null, [.. problems]);
        }

        var isReload = plugins is not null;
        plugins ??= LoadPlugins(reading, problems);
        var contracts = ContractFiles.Load(ContractPatterns.Files(reading, problems));
        problems.AddRange(contracts.Problems);
        LiveContracts.Check(reading, plugins.Catalog, problems);
        var model = new ModelBuilder(reading, plugins.Catalog, isReload, problems).Build(contracts.Contracts);
        var notes = problems.Count == 0 ? RoutePlans.Check(reading, plugins.Catalog, model, problems) : [];
        return new(reading, plugins, problems.Count == 0 ? model : null, InOrder(problems, source)) { Notes = [.. contracts.Notes, .. notes] };
    }

    /// <summary>The plugins that a configuration names, with the built-in ones.</summary>
    internal static PluginSet LoadPlugins(ConfigReading reading, List<SourceProblem> problems)
    {
        var catalog = new PluginCatalog();
        var builtIn = BuiltInPlugins.Register(catalog);
        var path = reading.Config.Plugins.Path;
        var directory = Path.GetFullPath(path, reading.Source.BaseDirectory);
        var loaded = PluginFolder.Load(directory, mustExist: path != PluginsConfig.DefaultPath, catalog, problems);
        return new(catalog, [.. builtIn, .. loaded]);
    }

    /// <summary>By file, the configuration first, then by place.</summary>
    private static ImmutableArray<SourceProblem> InOrder(List<SourceProblem> problems, ConfigSource source) =>
        [.. problems
            .Select(p => Path.IsPathRooted(p.File) ? p with { File = Shorten(p.File, source.WorkingDirectory) } : p)
            .Distinct()
            .OrderBy(p => p.File != source.File).ThenBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line).ThenBy(p => p.Column)];

    /// <summary>What lies below the working directory is shown relative to it, as people and editors name it.</summary>
    private static string Shorten(string path, string workingDirectory)
    {
        var relative = Path.GetRelativePath(workingDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
