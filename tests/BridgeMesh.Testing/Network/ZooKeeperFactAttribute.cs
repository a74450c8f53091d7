namespace BridgeMesh.Testing.Network;

/// <summary>
/// A test against a real ZooKeeper server. Skipped where none is installed, unless BRIDGEMESH_REQUIRE_ORACLES is 1, as it is in a run that
/// has installed one.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ZooKeeperFactAttribute : FactAttribute
{
    public ZooKeeperFactAttribute()
    {
        if (!ZooKeeperServer.IsThere && Environment.GetEnvironmentVariable("BRIDGEMESH_REQUIRE_ORACLES") != "1")
        {
            Skip = "Debian's packages zookeeper and default-jdk-headless are not installed";
        }
    }
}
