namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>A node that says what the gateway publishes.</summary>
/// <param name="Path">The same after a restart, so that the node takes the place of the one before. Parents are made where they are missing.</param>
internal sealed record NodeToPublish(string Path, ReadOnlyMemory<byte> Data)
{
    /// <summary>Goes with the session, and when it is no longer wanted; otherwise it stays for good.</summary>
    public bool IsEphemeral { get; init; } = true;

    /// <summary>Other data makes another node in its place, in one transaction: who watches only the list that it stands in hears of it.</summary>
    public bool IsMadeAnew { get; init; }

    /// <summary>
    /// Whether a neighbour, by its name, says the same of the same instance in other words: this gateway's own from before, under settings
    /// since changed. Such are taken out in the transaction that brings this one.
    /// </summary>
    public Func<string, bool>? Supersedes { get; init; }

    /// <summary>The node is not this gateway's alone: what is to stand in it instead of <see cref="Data"/>. Such a node stays for good.</summary>
    public SharedEntry? Entry { get; init; }
}
