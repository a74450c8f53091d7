using System.Reflection;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Plugins;

/// <summary>A plugin in force.</summary>
/// <param name="Name">Its folder's name, or its class where it is built in.</param>
/// <param name="Path">Its assembly; null where it is built in.</param>
internal sealed record LoadedPlugin(string Name, string Version, string? Path);

/// <summary>Loads <c>name/name.dll</c> from each folder below one directory. What does not load is a problem with its path.</summary>
internal static class PluginFolder
{
    /// <param name="mustExist">Whether a missing directory is a problem.</param>
    public static IReadOnlyList<LoadedPlugin> Load(string directory, bool mustExist, PluginCatalog catalog, List<SourceProblem> problems)
    {
        var loaded = new List<LoadedPlugin>();
        if (!Directory.Exists(directory))
        {
            if (mustExist)
            {
                problems.Add(new(directory, 0, 0, "the plugin folder does not exist", "create it or correct 'plugins.path'"));
            }

            return loaded;
        }

        // In ordinal order, so that which of two plugins finds a name taken does not depend on the file system.
        foreach (var folder in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(folder);
            var path = Path.Combine(folder, $"{name}.dll");
            if (name.StartsWith('.'))
            {
                continue;
            }

            if (!File.Exists(path))
            {
                const string Cure = "name the folder after its assembly, or remove it";
                problems.Add(new(folder, 0, 0, $"there is no {name}.dll in this plugin folder", Cure));
            }
            else if (LoadOne(name, path, catalog, problems) is { } plugin)
            {
                loaded.Add(plugin);
            }
        }

        return loaded;
    }

    private static LoadedPlugin? LoadOne(string name, string path, PluginCatalog catalog, List<SourceProblem> problems)
    {
        // The plugin's own code runs here, and may throw anything.
        try
        {
            var assembly = new PluginLoadContext(name, path).LoadFromAssemblyPath(path);
            var types = assembly.GetExportedTypes().Where(t => t.IsAssignableTo(typeof(IBridgePlugin)) && !t.IsAbstract).ToArray();
            if (types is not [var type])
            {
                var cure = $"a plugin assembly has one public class that implements {nameof(IBridgePlugin)}";
                problems.Add(new(path, 0, 0, $"it has {types.Length} plugin classes instead of one", cure));
                return null;
            }

            if (type.GetConstructor(Type.EmptyTypes) is not { } constructor)
            {
                problems.Add(new(path, 0, 0, $"{type.FullName} has no public constructor without arguments", "add one"));
                return null;
            }

            catalog.Add((IBridgePlugin)constructor.Invoke([]));
            return new LoadedPlugin(name, VersionOf(assembly), path);
        }
        catch (BadImageFormatException)
        {
            const string Cure = "build the plugin for any CPU and the gateway's .NET version";
            problems.Add(new(path, 0, 0, "it is no .NET assembly, or one for another platform", Cure));
        }
        catch (InvalidOperationException e)
        {
            problems.Add(new(path, 0, 0, e.Message.TrimEnd('.'), "rebuild, rename or remove the plugin"));
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException or TypeLoadException or MissingMemberException)
        {
            const string Cure = "build it against this gateway's BridgeMesh.Abstractions, with its dependencies beside it";
            var cause = e.InnerException ?? e; // What the plugin's load context said, where it said why.
            problems.Add(new(path, 0, 0, $"it does not load: {cause.Message.ReplaceLineEndings(" ").TrimEnd('.')}", Cure));
        }
        catch (Exception e)
        {
            var cause = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            var text = $"it failed: {cause.GetType().FullName}: {cause.Message.ReplaceLineEndings(" ").TrimEnd('.')}";
            problems.Add(new(path, 0, 0, text, "ask its author, or remove it"));
        }

        return null;
    }

    internal static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? assembly.GetName().Version?.ToString() ?? "0";
}
