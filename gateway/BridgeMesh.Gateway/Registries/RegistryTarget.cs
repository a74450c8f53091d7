using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Gateway.Registries;

/// <summary>A registry that a command reads or writes, as a client of its own beside a gateway that may be running. Immutable.</summary>
/// <param name="Name">As configured; the kind where no configuration names it.</param>
/// <param name="Kind">As configured, also where another kind's client is what reaches it.</param>
internal sealed record RegistryTarget(string Name, string Kind, IRegistryFactory Factory, RegistrySettings Settings)
{
    /// <summary>The caller disposes it. Throws <see cref="FormatException"/> where the settings are wrong.</summary>
    public IRegistryAdapter Open(Action<RegistryNotice> notice) => Factory.Create(Settings with { Notice = notice });

    /// <summary>
    /// For a registry that a gateway itself serves, the client that reaches it: opening it as configured would start a second server.
    /// </summary>
    public static RegistryTarget Of(RegistrySettings settings, string kind, IReadOnlyDictionary<string, IRegistryFactory> factories)
    {
        var factory = factories[kind];
        return factory.ClientOf(settings) is { } client && factories.TryGetValue(client.Kind, out var clients)
            ? new(settings.Name, kind, clients, settings with { Settings = client.Settings })
            : new(settings.Name, kind, factory, settings);
    }
}
