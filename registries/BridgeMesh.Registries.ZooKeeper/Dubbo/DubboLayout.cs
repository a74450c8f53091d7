using System.Collections.Immutable;
using System.Net.NetworkInformation;
using System.Text;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Dubbo;

/// <summary>
/// Dubbo's registry by interfaces, of 2.5 to 3.x: a node for each provider, whose name is the provider's URL. A part is an interface.
/// </summary>
internal sealed class DubboLayout(LayoutSettings settings) : IRegistryLayout
{
    private readonly DubboPaths _paths = new(settings.Root);
    private readonly ProviderUrlWriter _writer = new(settings.Application);
    private readonly Func<string, bool> _isOwnHost = OwnHosts().Contains;

    /// <summary>
    /// Not Triple: consumers of 2.7 and those of other languages take any provider of an interface for one of theirs.
    /// </summary>
    public IReadOnlyList<string> PublishedProtocols => ["dubbo"];

    public IReadOnlyList<string> Roots => [settings.Root];

    public NodeInterest InterestIn(string path) => _paths.Below(path) switch
    {
        [] => NodeInterest.Children,
        [var name] => DubboPaths.IsInterface(name) || path == _paths.Config ? NodeInterest.Children : NodeInterest.None,
        [var name, DubboPaths.Providers or DubboPaths.Configurators or DubboPaths.Routers] when DubboPaths.IsInterface(name) => NodeInterest.Children,
        [_, _] => path == _paths.Rules ? NodeInterest.Children : NodeInterest.None,
        [_, _, var name] => DubboPaths.IsRule(name) && path == _paths.Rule(name) ? NodeInterest.Data : NodeInterest.None,
        _ => NodeInterest.None,
    };

    public string? PartOf(string path) => _paths.Below(path) switch
    {
        [var name, DubboPaths.Providers or DubboPaths.Configurators or DubboPaths.Routers] when DubboPaths.IsInterface(name) => name,
        [_, _, var name] when path == _paths.Rule(name) => DubboPaths.InterfaceOfRule(name) ?? IRegistryLayout.EveryPart,
        _ => null,
    };

    public PartReading Read(string part, INodeTree tree)
    {
        var instances = ImmutableArray.CreateBuilder<ServiceInstance>();
        var problems = ImmutableArray.CreateBuilder<NodeProblem>();
        var service = JavaUrlText.Decode(part) ?? part;
        var rules = new RuleBook(_paths, tree, part, service, settings.Application, _isOwnHost);
        foreach (var name in tree.ChildrenOf(_paths.Of(part, DubboPaths.Providers)))
        {
            if (RegistryUrl.ParseName(name) is not { } url)
            {
                problems.Add(new NodeProblem(_paths.Of(part, DubboPaths.Providers, name), "is no provider's URL"));
            }
            else if (ProviderUrl.IsProvider(url) && ProviderUrl.ProtocolOf(url.Protocol) is { } protocol)
            {
                if (ProviderUrl.ToInstance(url, protocol, service) is { } instance)
                {
                    instances.Add(rules.Apply(instance));
                }
                else
                {
                    problems.Add(new NodeProblem(_paths.Of(part, DubboPaths.Providers, name), "says no address"));
                }
            }
        }

        rules.TellOthers();
        problems.AddRange(rules.Problems);
        return new PartReading(instances.ToImmutable()) { Problems = problems.ToImmutable() };
    }

    public string GroupOf(ServiceInstance facade) => facade.ToString();

    public ImmutableArray<NodeToPublish> NodesOf(ImmutableArray<ServiceInstance> facades)
    {
        // Of several that say the same in other words, the newest counts.
        var facade = facades[^1];
        var name = JavaUrlText.Encode(_writer.Write(facade).ToString());
        return
        [
            new NodeToPublish(_paths.Of(facade.Service.Interface, DubboPaths.Providers, name), Encoding.UTF8.GetBytes(facade.Host))
            {
                Supersedes = other => IsSame(other, facade),
            },
        ];
    }

    private static bool IsSame(string name, ServiceInstance facade) =>
        RegistryUrl.ParseName(name) is { } url && ProviderUrl.IsProvider(url) && ProviderUrl.ProtocolOf(url.Protocol) == facade.Protocol
        && url.Host == facade.Host && url.Port == facade.Port
        && ProviderUrl.KeyOf(url, facade.Service.Interface) == facade.Service;

    /// <summary>Addresses of this machine, by which rules name single consumers.</summary>
    private static HashSet<string> OwnHosts()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(static n => n.GetIPProperties().UnicastAddresses.Select(static a => a.Address.ToString()))
                .ToHashSet(StringComparer.Ordinal);
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }
}
