namespace BridgeMesh.Testing.Network;

/// <summary>As <see cref="ZooKeeperFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ZooKeeperTheoryAttribute : TheoryAttribute
{
    public ZooKeeperTheoryAttribute() => Skip = new ZooKeeperFactAttribute().Skip;
}
