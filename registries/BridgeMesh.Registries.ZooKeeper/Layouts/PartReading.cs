using System.Collections.Immutable;

namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>What a part of the tree says.</summary>
internal sealed record PartReading(ImmutableArray<ServiceInstance> Instances)
{
    internal static readonly PartReading Empty = new([]);

    /// <summary>
    /// Nodes outside of the roots whose data the part needs, such as a revision's metadata. They are followed for as long as a reading names
    /// them, and the part is read anew when they come or change.
    /// </summary>
    public ImmutableArray<string> Also { get; init; } = [];

    /// <summary>What is not used and why, to be told once.</summary>
    public ImmutableArray<NodeProblem> Problems { get; init; } = [];
}

/// <param name="Path">Of the node that it is about.</param>
/// <param name="Text">One line for people that goes on behind the path: "is no provider's URL".</param>
internal readonly record struct NodeProblem(string Path, string Text);
