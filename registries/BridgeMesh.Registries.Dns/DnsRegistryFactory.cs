using BridgeMesh.Plugins;

namespace BridgeMesh.Registries.Dns;

/// <summary>Kind <c>dns</c>: names that the configuration lists, followed by their time to live.</summary>
internal sealed class DnsRegistryFactory : IRegistryFactory
{
    public string Kind => DnsOptions.Kind;

    public IReadOnlyList<SettingDescription> Settings => DnsOptions.Descriptions;

    public IReadOnlyList<SettingProblem> Check(RegistrySettings settings)
    {
        _ = DnsOptions.Read(settings, out var reader);
        return reader.Problems;
    }

    /// <summary>Zones are written by their operators.</summary>
    public IReadOnlyList<string>? PublishedProtocols(RegistrySettings settings) => [];

    public IRegistryAdapter Create(RegistrySettings settings)
    {
        var options = DnsOptions.Read(settings, out var reader);
        reader.ThrowIfAny();
        return new DnsRegistryAdapter(options, settings);
    }
}
