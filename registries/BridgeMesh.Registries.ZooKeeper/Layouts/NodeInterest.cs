namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>What a layout needs to know of a node. A name alone, which its parent's list tells, costs no watch.</summary>
[Flags]
internal enum NodeInterest
{
    /// <summary>Its name.</summary>
    None = 0,

    /// <summary>Names of its children, and what <see cref="IRegistryLayout.InterestIn"/> says of each.</summary>
    Children = 1,

    Data = 2,
}
