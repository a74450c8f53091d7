namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>
/// An entry in a node that several programs write, each in its turn: it is added to and taken from what stands there, by compare and set.
/// </summary>
/// <param name="Add">What the data becomes; null where the entry stands there already. It is given null where there is no node.</param>
/// <param name="Remove">What is left; null where the entry does not stand there, empty where nothing is left and the node goes.</param>
/// <param name="KeptWhile">Path of a node: while it has children, others stand behind the entry, and it stays.</param>
internal sealed record SharedEntry(Func<ReadOnlyMemory<byte>?, byte[]?> Add, Func<ReadOnlyMemory<byte>, byte[]?> Remove, string KeptWhile);
