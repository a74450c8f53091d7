using System.Collections.Immutable;
using System.Text;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Curator;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.DubboApplication;

/// <summary>
/// Dubbo's application level: instances of applications below <c>/services</c>, each of which names the revision of its metadata; the metadata
/// of each revision below <c>/dubbo/metadata/{application}</c>; and which applications have an interface, below <c>/dubbo/mapping</c> from 3.0
/// and <c>/dubbo/config/mapping</c> from 2.7.5 on.
/// </summary>
internal sealed class DubboApplicationLayout(LayoutSettings settings) : IAskingLayout
{
    internal const string DefaultRoot = "/services";
    internal const string DefaultMetadataRoot = "/dubbo";

    /// <summary>Revisions of one application that are followed at a time: as many as instances that are being rolled over differ in.</summary>
    private const int MaxRevisions = 256;

    /// <summary>What stands in 2.7's mapping is a time, which nobody reads.</summary>
    private static readonly byte[] AnyTime = "0"u8.ToArray();

    private readonly string _services = settings.Root;
    private readonly string _metadata = $"{settings.MetadataRoot}/metadata";
    private readonly string _mapping = $"{settings.MetadataRoot}/mapping";
    private readonly string _oldMapping = $"{settings.MetadataRoot}/config/mapping";

    /// <summary>Null where nobody can be asked.</summary>
    private MetadataAnswers? _answers;

    public IReadOnlyList<string> PublishedProtocols { get; } = ["dubbo", "triple"];

    public IReadOnlyList<string> Roots => [_services, _mapping, _oldMapping];

    public NodeInterest InterestIn(string path)
    {
        if (Depth(path, _services) is var depth && depth >= 0)
        {
            return depth < 2 ? NodeInterest.Children : depth == 2 ? NodeInterest.Data : NodeInterest.None;
        }

        return Depth(path, _mapping) is var below && below >= 0
            ? below == 0 ? NodeInterest.Children : below == 1 ? NodeInterest.Data : NodeInterest.None
            : Depth(path, _oldMapping) is 0 or 1 ? NodeInterest.Children : NodeInterest.None;
    }

    public string? PartOf(string path)
    {
        if (Depth(path, _services) is var depth && depth >= 0)
        {
            return depth == 0 ? null : path[(_services.Length + 1)..].Split('/')[0];
        }

        // An interface that comes to an application changes what is known of one without metadata, whichever it is.
        return IRegistryLayout.EveryPart;
    }

    public void Begin(Action<string> learned, Action<NodeProblem> tell) =>
        _answers = settings.Calls is { } calls ? new MetadataAnswers(calls, settings.Time, learned, tell) : null;

    public ValueTask DisposeAsync() => _answers?.DisposeAsync() ?? ValueTask.CompletedTask;

    public PartReading Read(string part, INodeTree tree)
    {
        var parent = $"{_services}/{part}";
        var nodes = new List<ApplicationNode>();
        var problems = ImmutableArray.CreateBuilder<NodeProblem>();
        foreach (var name in tree.ChildrenOf(parent))
        {
            var path = NodePath.Join(parent, name);
            if (tree.DataOf(path) is not { } data)
            {
                continue;
            }

            if (CuratorReader.Read(data, out var problem) is not { } curator)
            {
                problems.Add(new NodeProblem(path, problem));
            }
            else if (ApplicationNode.Of(part, curator) is { } node && node.Revision != ApplicationNode.EmptyRevision)
            {
                nodes.Add(node);
            }
        }

        var revisions = nodes.Select(static n => n.Revision).Distinct(StringComparer.Ordinal).Where(static r => IsName(r)).Take(MaxRevisions)
            .ToDictionary(static r => r, r => ReadMetadata(part, r, tree, problems), StringComparer.Ordinal);
        Ask(part, revisions, nodes);
        var mapped = nodes.Exists(n => revisions.GetValueOrDefault(n.Revision) is null) ? MappedTo(part, tree) : [];
        return new PartReading(
            [.. nodes.SelectMany(n => ApplicationServices.Of(n, revisions.GetValueOrDefault(n.Revision), mapped)).Distinct()])
        {
            Also = [.. revisions.Keys.Order(StringComparer.Ordinal).Select(r => MetadataPath(part, r))],
            Problems = problems.ToImmutable(),
        };
    }

    public string GroupOf(ServiceInstance facade) => $"{ApplicationOf(facade)}@{ApplicationServices.AddressOf(facade)}";

    public ImmutableArray<NodeToPublish> NodesOf(ImmutableArray<ServiceInstance> facades)
    {
        foreach (var facade in facades)
        {
            var application = ApplicationOf(facade);
            if (!IsName(application) || application.Contains(',', StringComparison.Ordinal) || !IsName(facade.Service.Interface))
            {
                throw new FormatException(
                    $"Dubbo's layout has no words for the service '{facade.Service.Interface}' of '{application}': give it the name of a Java interface");
            }
        }

        var (node, info) = ApplicationServices.ToApplication(ApplicationOf(facades[0]), facades);
        return
        [
            new NodeToPublish(MetadataPath(node.Name, info.Revision), MetadataWriter.Write(info)),

            // Consumers before 3.1 watch the list of instances alone (ZookeeperServiceDiscovery.registerServiceWatcher), and Dubbo itself
            // registers an instance anew when its revision changes (AbstractServiceDiscovery.doUpdate).
            new NodeToPublish($"{_services}/{node.Name}/{node.Id}", CuratorWriter.Write(node)) { IsMadeAnew = true },
            .. info.Services.Select(static s => s.Service.Interface).Distinct(StringComparer.Ordinal).SelectMany(s => MappingsOf(s, node.Name)),
        ];
    }

    /// <summary>Below the root by so many names; -1 where it is not the root's.</summary>
    private static int Depth(string path, string root) =>
        !path.StartsWith(root, StringComparison.Ordinal) || (path.Length > root.Length && path[root.Length] != '/')
            ? -1
            : path.AsSpan(root.Length).Count('/');

    private static bool IsName(string text) => text.Length > 0 && !text.Contains('/', StringComparison.Ordinal) && NodePath.Check($"/{text}") is null;

    private string ApplicationOf(ServiceInstance facade) => facade.Application.Length == 0 ? settings.Application : facade.Application;

    private string MetadataPath(string application, string revision) => $"{_metadata}/{application}/{revision}";

    /// <summary>Source: org.apache.dubbo.registry.client.metadata.MetadataServiceNameMapping; 2.7's DynamicConfigurationServiceNameMapping.</summary>
    private IEnumerable<NodeToPublish> MappingsOf(string service, string application)
    {
        var behind = $"{_services}/{application}";
        yield return new NodeToPublish($"{_mapping}/{service}", default)
        {
            IsEphemeral = false,
            Entry = new SharedEntry(
                data => MappingNode.With((data ?? default).Span, application), data => MappingNode.Without(data.Span, application), behind),
        };
        yield return new NodeToPublish($"{_oldMapping}/{service}/{application}", default)
        {
            IsEphemeral = false,
            Entry = new SharedEntry(static data => data is null ? AnyTime : null, static _ => [], behind),
        };
    }

    /// <summary>Puts in what instances have told of revisions that the metadata centre does not have.</summary>
    private void Ask(string application, Dictionary<string, MetadataInfo?> revisions, List<ApplicationNode> nodes)
    {
        if (_answers is not { } answers)
        {
            return;
        }

        var asked = new List<string>();
        foreach (var revision in revisions.Where(static r => r.Value is null).Select(static r => r.Key).ToArray())
        {
            var instances = nodes.Where(n => n.Revision == revision && !n.IsRemote).ToArray();
            if (instances.Length > 0)
            {
                asked.Add(revision);
                revisions[revision] = answers.Find(application, revision, instances);
            }
        }

        answers.Keep(application, asked);
    }

    private MetadataInfo? ReadMetadata(string application, string revision, INodeTree tree, ImmutableArray<NodeProblem>.Builder problems)
    {
        var path = MetadataPath(application, revision);
        if (tree.DataOf(path) is not { Length: > 0 } data)
        {
            return null;
        }

        if (MetadataReader.Read(data, out var problem) is not { } info)
        {
            problems.Add(new NodeProblem(path, problem));
            return null;
        }

        return info;
    }

    /// <summary>Interfaces that the mapping names the application for.</summary>
    private List<string> MappedTo(string application, INodeTree tree)
    {
        var found = new List<string>();
        var name = Encoding.UTF8.GetBytes(application);
        foreach (var service in tree.ChildrenOf(_mapping))
        {
            // Most interfaces are other applications': their names are not worth being made texts.
            if (tree.DataOf($"{_mapping}/{service}") is { } data && data.Span.IndexOf(name) >= 0
                && MappingNode.Read(data.Span).Contains(application, StringComparer.Ordinal))
            {
                found.Add(service);
            }
        }

        foreach (var service in tree.ChildrenOf(_oldMapping))
        {
            if (tree.ChildrenOf($"{_oldMapping}/{service}").BinarySearch(application, StringComparer.Ordinal) >= 0
                && !found.Contains(service, StringComparer.Ordinal))
            {
                found.Add(service);
            }
        }

        found.RemoveAll(static s => s.StartsWith(MetadataReader.OwnPackage, StringComparison.Ordinal));
        return found;
    }
}
