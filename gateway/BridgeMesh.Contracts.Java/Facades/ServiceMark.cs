namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>What annotations say of a service beside its methods.</summary>
/// <param name="Source">The class that says so.</param>
internal sealed record ServiceMark(string Version, string Group, string UniqueId, string Source)
{
    /// <summary>The three that make another service of one interface.</summary>
    public (string Version, string Group, string UniqueId) Key => (Version, Group, UniqueId);

    public override string ToString() => $"version '{Version}', group '{Group}', uniqueId '{UniqueId}' of {Source}";
}
