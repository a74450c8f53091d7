using System.Collections.Immutable;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Sofa;

/// <summary>
/// SOFARPC's: <c>/sofa-rpc/{interface}/providers/{encoded URL}</c>, an ephemeral node for each provider whose data is one byte. Beside the
/// providers stand <c>consumers</c>, <c>configs</c> and <c>overrides</c>, which hold what SOFARPC's own callers make of themselves: their
/// time-out, serialization and balancer (ZookeeperRegistryHelper.convertOverrideToAttribute), and nothing about any provider.
/// </summary>
/// <param name="root">With a slash before and none behind.</param>
internal sealed class SofaLayout(string root) : IRegistryLayout
{
    internal const string DefaultRoot = "/sofa-rpc";

    private const string Providers = "/providers";

    /// <summary>What Java writes for a provider that takes calls.</summary>
    private static readonly byte[] Online = [1];

    public IReadOnlyList<string> PublishedProtocols { get; } = ["bolt"];

    public IReadOnlyList<string> Roots { get; } = [root];

    public NodeInterest InterestIn(string path)
    {
        var below = path.AsSpan(root.Length);
        return below.Count('/') switch
        {
            0 or 1 => NodeInterest.Children,
            2 => below.EndsWith(Providers) ? NodeInterest.Children : NodeInterest.None,

            // Its name says where a provider is; its data, whether it takes calls.
            3 => NodeInterest.Data,
            _ => NodeInterest.None,
        };
    }

    public string? PartOf(string path)
    {
        var below = path.AsSpan(Math.Min(root.Length + 1, path.Length));
        return below.IndexOf('/') is > 0 and var end ? below[..end].ToString() : null;
    }

    public PartReading Read(string part, INodeTree tree)
    {
        var parent = $"{root}/{part}{Providers}";
        var instances = ImmutableArray.CreateBuilder<ServiceInstance>();
        var problems = ImmutableArray.CreateBuilder<NodeProblem>();
        foreach (var name in tree.ChildrenOf(parent))
        {
            var path = NodePath.Join(parent, name);
            if (tree.DataOf(path) is not { } data)
            {
                // On its way in, or already out again: whether it takes calls is not known.
                continue;
            }

            if (SofaInstances.Of(part, name, data.Span) is { } instance)
            {
                instances.Add(instance);
            }
            else
            {
                problems.Add(new NodeProblem(path, "is no provider's URL"));
            }
        }

        return new PartReading(instances.ToImmutable()) { Problems = problems.ToImmutable() };
    }

    public string GroupOf(ServiceInstance facade) => facade.ToString();

    public ImmutableArray<NodeToPublish> NodesOf(ImmutableArray<ServiceInstance> facades) => [.. facades.Select(NodeOf)];

    private NodeToPublish NodeOf(ServiceInstance facade)
    {
        var service = facade.Service.Interface;
        var path = $"{root}/{service}{Providers}/{SofaInstances.ToNodeName(facade)}";
        if (service.Contains('/', StringComparison.Ordinal) || NodePath.Check(path) is not null)
        {
            throw new FormatException($"SOFARPC's layout has no words for a service named '{service}': give it the name of a Java interface");
        }

        return new NodeToPublish(path, Online) { Supersedes = other => IsSame(service, other, facade) };
    }

    private static bool IsSame(string service, string nodeName, ServiceInstance facade) =>
        SofaInstances.Of(service, nodeName, []) is { } found
        && found.Service == facade.Service && found.Protocol == facade.Protocol && found.Host == facade.Host && found.Port == facade.Port;
}
