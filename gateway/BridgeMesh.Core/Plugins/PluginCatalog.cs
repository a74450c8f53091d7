using BridgeMesh.Contracts.Linting;
using BridgeMesh.Core.Translation.Plans;
using BridgeMesh.Plugins;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Plugins;

/// <summary>Everything that plugins have brought, by name. Filled at start-up, read afterwards.</summary>
public sealed class PluginCatalog
{
    private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);

    public Dictionary<string, IFrameCodec> FrameCodecs { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, IListenerFactory> Listeners { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, IChannelFactory> Channels { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, IRegistryFactory> Registries { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, IContractSource> ContractSources { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, INodeStoreFactory> NodeStores { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, IMethodLint> MethodLints { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, IChangeRules> ChangeRules { get; } = new(StringComparer.Ordinal);

    /// <summary>Compiles contracts for the data path, with what the lints say of them.</summary>
    internal PlanCompiler Plans => field ??= new PlanCompiler(MethodLints);

    /// <summary>Lets a plugin register. Throws <see cref="InvalidOperationException"/> when its contract differs or a name is taken.</summary>
    public void Add(IBridgePlugin plugin)
    {
        var name = plugin.GetType().FullName ?? plugin.GetType().Name;
        if (plugin.ContractVersion != PluginContract.Version)
        {
            throw new InvalidOperationException(
                $"{name} was built for plugin contract {plugin.ContractVersion}, this gateway offers {PluginContract.Version}: rebuild it.");
        }

        plugin.Configure(new Builder(this, name));
    }

    private void Claim(string what, string owner)
    {
        if (!_owners.TryAdd(what, owner))
        {
            throw new InvalidOperationException($"{owner} offers {what}, which {_owners[what]} has already taken.");
        }
    }

    private sealed class Builder(PluginCatalog catalog, string owner) : IPluginBuilder
    {
        public IPluginBuilder AddFrameCodec(IFrameCodec codec)
        {
            catalog.Claim($"listener protocol {codec.Protocol}", owner);
            catalog.Claim($"channel protocol {codec.Protocol}", owner);
            catalog.FrameCodecs.Add(codec.Protocol, codec);
            return this;
        }

        public IPluginBuilder AddListener(IListenerFactory factory)
        {
            catalog.Claim($"listener protocol {factory.Protocol}", owner);
            catalog.Listeners.Add(factory.Protocol, factory);
            return this;
        }

        public IPluginBuilder AddChannel(IChannelFactory factory)
        {
            catalog.Claim($"channel protocol {factory.Protocol}", owner);
            catalog.Channels.Add(factory.Protocol, factory);
            return this;
        }

        public IPluginBuilder AddRegistry(IRegistryFactory factory)
        {
            catalog.Claim($"registry kind {factory.Kind}", owner);
            catalog.Registries.Add(factory.Kind, factory);
            return this;
        }

        public IPluginBuilder AddNodeStore(INodeStoreFactory factory)
        {
            catalog.Claim($"node store {factory.Scheme}", owner);
            catalog.NodeStores.Add(factory.Scheme, factory);
            return this;
        }

        public IPluginBuilder AddContractSource(IContractSource source)
        {
            catalog.Claim($"contract source {source.Kind}", owner);
            catalog.ContractSources.Add(source.Kind, source);
            return this;
        }

        public IPluginBuilder AddMethodLint(IMethodLint lint)
        {
            catalog.Claim($"lint of protocol {lint.Protocol}", owner);
            catalog.MethodLints.Add(lint.Protocol, lint);
            return this;
        }

        public IPluginBuilder AddChangeRules(IChangeRules rules)
        {
            catalog.Claim($"change rules of {rules.Protocol}", owner);
            catalog.ChangeRules.Add(rules.Protocol, rules);
            return this;
        }
    }
}
