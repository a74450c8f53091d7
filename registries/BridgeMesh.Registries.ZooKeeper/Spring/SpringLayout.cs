using System.Collections.Immutable;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Curator;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Spring;

/// <summary>
/// Spring Cloud ZooKeeper's: <c>/services/{spring.application.name}/{id}</c>, an ephemeral node for each instance that holds Curator's JSON.
/// </summary>
/// <param name="root">With a slash before and none behind; <c>spring.cloud.zookeeper.discovery.root</c>.</param>
internal sealed class SpringLayout(string root) : IRegistryLayout
{
    internal const string DefaultRoot = "/services";

    public IReadOnlyList<string> PublishedProtocols { get; } = ["http"];

    public IReadOnlyList<string> Roots { get; } = [root];

    public NodeInterest InterestIn(string path) => path.AsSpan(root.Length).Count('/') switch
    {
        0 or 1 => NodeInterest.Children,
        2 => NodeInterest.Data,
        _ => NodeInterest.None,
    };

    public string? PartOf(string path)
    {
        var below = path.AsSpan(Math.Min(root.Length + 1, path.Length));
        return below.IsEmpty ? null : below.IndexOf('/') is > 0 and var end ? below[..end].ToString() : below.ToString();
    }

    public PartReading Read(string part, INodeTree tree)
    {
        var parent = $"{root}/{part}";
        var instances = ImmutableArray.CreateBuilder<ServiceInstance>();
        var problems = ImmutableArray.CreateBuilder<NodeProblem>();
        foreach (var name in tree.ChildrenOf(parent))
        {
            var path = NodePath.Join(parent, name);
            if (tree.DataOf(path) is not { } data)
            {
                continue;
            }

            if (CuratorReader.Read(data, out var problem) is not { } node)
            {
                problems.Add(new NodeProblem(path, problem));
            }
            else if (SpringInstances.Of(part, node) is { } instance)
            {
                instances.Add(instance);
            }
        }

        return new PartReading(instances.ToImmutable()) { Problems = problems.ToImmutable() };
    }

    public string GroupOf(ServiceInstance facade) => facade.ToString();

    public ImmutableArray<NodeToPublish> NodesOf(ImmutableArray<ServiceInstance> facades) => [.. facades.Select(NodeOf)];

    private NodeToPublish NodeOf(ServiceInstance facade)
    {
        var service = facade.Service.Interface;
        var path = $"{root}/{service}/{SpringInstances.NodeNameOf(facade)}";
        if (service.Contains('/', StringComparison.Ordinal) || NodePath.Check(path) is not null)
        {
            throw new FormatException(
                $"Spring's layout has no words for a service named '{service}' at {facade.Host}: give it the name of a Spring application");
        }

        return new NodeToPublish(path, CuratorWriter.Write(SpringInstances.ToNode(facade)));
    }
}
