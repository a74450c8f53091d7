using System.CommandLine;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Commands;

/// <summary>The option by which commands without a configuration find plugins.</summary>
internal static class PluginOption
{
    public static Option<string?> Create() => new("--plugins")
    {
        Description = $"Folder of plugins, whose protocols are then known too; ./{PluginsConfig.DefaultPath} without it, where it exists.",
        HelpName = "folder",
    };

    /// <summary>Null after problems, which have been told.</summary>
    public static PluginCatalog? Load(string? folder, CommandSurroundings surroundings)
    {
        var problems = new List<SourceProblem>();
        var catalog = new PluginCatalog();
        BuiltInPlugins.Register(catalog);
        var directory = Path.GetFullPath(folder ?? PluginsConfig.DefaultPath, surroundings.WorkingDirectory);
        PluginFolder.Load(directory, mustExist: folder is not null, catalog, problems);
        foreach (var problem in problems)
        {
            surroundings.Error.WriteLine(Ink.Plain(problem.ToString()));
        }

        return problems.Count == 0 ? catalog : null;
    }
}
