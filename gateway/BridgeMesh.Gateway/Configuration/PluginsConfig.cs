namespace BridgeMesh.Gateway.Configuration;

/// <summary>Codecs and registries from outside. They are loaded at start-up: a change needs a restart.</summary>
public sealed record PluginsConfig
{
    /// <summary>
    /// Folder with one folder a plugin, <c>name/name.dll</c>; relative to the configuration file. The default,
    /// <c>plugins</c>, need not exist.
    /// </summary>
    public string Path { get; init; } = DefaultPath;

    internal const string DefaultPath = "plugins";
}
