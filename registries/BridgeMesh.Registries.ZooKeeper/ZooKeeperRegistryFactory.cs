using BridgeMesh.Plugins;

namespace BridgeMesh.Registries.ZooKeeper;

/// <summary>Kind <c>zookeeper</c>: services in ZooKeeper's tree, in the layout that the setting <c>layout</c> names.</summary>
internal sealed class ZooKeeperRegistryFactory : IRegistryFactory
{
    public string Kind => ZooKeeperOptions.Kind;

    public IReadOnlyList<SettingDescription> Settings => ZooKeeperOptions.Descriptions;

    public IReadOnlyList<SettingProblem> Check(RegistrySettings settings)
    {
        _ = ZooKeeperOptions.Read(settings, out var reader);
        return reader.Problems;
    }

    public IReadOnlyList<string>? PublishedProtocols(RegistrySettings settings) =>
        ZooKeeperOptions.Read(settings, out _) is { } options ? options.Layout.Create(options.LayoutSettings).PublishedProtocols : [];

    public IRegistryAdapter Create(RegistrySettings settings)
    {
        var options = ZooKeeperOptions.Read(settings, out var reader);
        reader.ThrowIfAny();
        return new ZooKeeperAdapter(options!, settings); // There are options where there is no problem.
    }
}
