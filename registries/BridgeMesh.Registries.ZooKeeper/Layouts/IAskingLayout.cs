namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>
/// A layout of which the tree does not tell everything: it asks others, and remembers what they said. Each adapter has its own. Disposing it
/// ends the questions.
/// </summary>
internal interface IAskingLayout : IRegistryLayout, IAsyncDisposable
{
    /// <summary>Called once, before anything is read.</summary>
    /// <param name="learned">Takes the part of which something was learned; called on any thread, takes no time.</param>
    /// <param name="tell">Takes what cannot be had, as often as it is tried.</param>
    void Begin(Action<string> learned, Action<NodeProblem> tell);
}
