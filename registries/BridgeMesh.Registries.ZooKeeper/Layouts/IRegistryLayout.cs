using System.Collections.Immutable;

namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>
/// How services stand in ZooKeeper's tree. A layout knows which nodes matter and what they mean; following, coalescing, sessions and
/// registration are the same for all. Parts are pieces of the tree that are read on their own, such as the nodes of one interface, so that a
/// change costs the reading of its part alone. Stateless but for
/// <see cref="IAskingLayout"/>; safe for any thread.
/// </summary>
internal interface IRegistryLayout
{
    /// <summary>Stands for all parts where a node has a say in all of them.</summary>
    const string EveryPart = "*";

    /// <summary>Protocols that this layout's clients call by what they find.</summary>
    IReadOnlyList<string> PublishedProtocols { get; }

    /// <summary>Nodes below which everything lies; they need not exist. None lies below another.</summary>
    IReadOnlyList<string> Roots { get; }

    /// <param name="path">Of a root or of a node below one.</param>
    NodeInterest InterestIn(string path);

    /// <summary>Name of the part that the node has a say in; <see cref="EveryPart"/>; null where it has none in any.</summary>
    string? PartOf(string path);

    /// <summary>What the part's nodes say now. What peers wrote wrong is a problem in the result and nothing else.</summary>
    PartReading Read(string part, INodeTree tree);

    /// <summary>Instances with the same name are published by the same nodes.</summary>
    string GroupOf(ServiceInstance facade);

    /// <summary>
    /// Nodes that publish these instances of one group; the same for the same instances. FormatException where the layout has no words for
    /// one.
    /// </summary>
    ImmutableArray<NodeToPublish> NodesOf(ImmutableArray<ServiceInstance> facades);
}
