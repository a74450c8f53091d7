using BridgeMesh.Plugins;

namespace BridgeMesh.Registries.Eureka.Client;

/// <summary>Kind <c>eureka</c>: a registry of Netflix's kind, wherever its servers stand.</summary>
internal sealed class EurekaRegistryFactory : IRegistryFactory
{
    public string Kind => EurekaClientOptions.Kind;

    public IReadOnlyList<SettingDescription> Settings => EurekaClientOptions.Descriptions;

    public IReadOnlyList<SettingProblem> Check(RegistrySettings settings)
    {
        _ = EurekaClientOptions.Read(settings, out var reader);
        return reader.Problems;
    }

    /// <summary>Spring's clients know HTTP alone.</summary>
    public IReadOnlyList<string>? PublishedProtocols(RegistrySettings settings) => ["http"];

    public IRegistryAdapter Create(RegistrySettings settings)
    {
        var options = EurekaClientOptions.Read(settings, out var reader);
        reader.ThrowIfAny();
        return new EurekaClientAdapter(options, settings, EurekaRequests.CreateHandler(options));
    }
}
