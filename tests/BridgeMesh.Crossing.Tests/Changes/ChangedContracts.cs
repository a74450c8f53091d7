using BridgeMesh.Codecs.Bolt;
using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Codecs.Grpc;
using BridgeMesh.Codecs.Http;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Comparing;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Plugins;

namespace BridgeMesh.Crossing.Changes;

/// <summary>Two versions of a contract, and what each protocol's rules say of what differs.</summary>
internal static class ChangedContracts
{
    private static readonly Dictionary<string, IChangeRules> Rules = All();

    internal static IReadOnlyList<ServiceContract> Load(string yaml)
    {
        var loaded = ContractLoader.LoadTexts(("a.yaml", yaml));
        Assert.True(loaded.IsOk, string.Join('\n', loaded.Problems));
        return loaded.Contracts;
    }

    internal static IReadOnlyList<ContractChange> Compare(string old, string now) => ContractComparison.Compare(Load(old), Load(now));

    internal static ChangeVerdict Judge(string protocol, ContractChange change) => Rules[protocol].Judge(change);

    /// <summary>All effects of all changes together.</summary>
    internal static ChangeEffect Effect(string protocol, IEnumerable<ContractChange> changes) =>
        changes.Aggregate(ChangeEffect.Compatible, (effect, c) => effect | Judge(protocol, c).Effect);

    private static Dictionary<string, IChangeRules> All()
    {
        var catalog = new PluginCatalog();
        foreach (var plugin in (IBridgePlugin[])[new BoltPlugin(), new DubboPlugin(), new HttpPlugin(), new GrpcPlugin()])
        {
            catalog.Add(plugin);
        }

        return catalog.ChangeRules;
    }
}
