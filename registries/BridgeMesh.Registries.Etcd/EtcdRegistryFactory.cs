using BridgeMesh.Plugins;
using BridgeMesh.Registries.Etcd.Wire;

namespace BridgeMesh.Registries.Etcd;

/// <summary>Kind <c>etcd</c>: instances as keys below a prefix, in the form that docs/etcd.md describes.</summary>
internal sealed class EtcdRegistryFactory : IRegistryFactory
{
    public string Kind => EtcdOptions.Kind;

    public IReadOnlyList<SettingDescription> Settings => EtcdOptions.Descriptions;

    public IReadOnlyList<SettingProblem> Check(RegistrySettings settings)
    {
        _ = EtcdOptions.Read(settings, out var reader);
        return reader.Problems;
    }

    /// <summary>The form has a place for the protocol, so that any may be found there.</summary>
    public IReadOnlyList<string>? PublishedProtocols(RegistrySettings settings) => null;

    public IRegistryAdapter Create(RegistrySettings settings)
    {
        var options = EtcdOptions.Read(settings, out var reader);
        reader.ThrowIfAny();
        return new EtcdRegistryAdapter(options, settings, EtcdRequests.CreateHandler(options));
    }
}
