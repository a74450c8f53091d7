using System.Reflection;
using System.Runtime.Loader;
using BridgeMesh.Plugins;

namespace BridgeMesh.Gateway.Plugins;

/// <summary>
/// One plugin's assemblies. It shares the plugin contract and the .NET shared frameworks with the gateway, and nothing else: a library that
/// the gateway happens to use would otherwise stand in for a missing one, in a version that the next release changes.
/// </summary>
internal sealed class PluginLoadContext(string name, string path) : AssemblyLoadContext(name)
{
    private static readonly string Contract = typeof(IBridgePlugin).Assembly.GetName().Name!; // A loaded assembly has a name.

    private readonly AssemblyDependencyResolver _resolver = new(path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == Contract)
        {
            return typeof(IBridgePlugin).Assembly;
        }

        if (_resolver.ResolveAssemblyToPath(assemblyName) is { } own)
        {
            return LoadFromAssemblyPath(own);
        }

        if (File.Exists(Path.Combine(AppContext.BaseDirectory, $"{assemblyName.Name}.dll")))
        {
            throw new FileNotFoundException($"{assemblyName.Name} is not in the plugin's folder, and the gateway's own copy is not shared");
        }

        return null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } own ? LoadUnmanagedDllFromPath(own) : 0;
}
