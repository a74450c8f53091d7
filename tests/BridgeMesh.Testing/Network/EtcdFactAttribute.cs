namespace BridgeMesh.Testing.Network;

/// <summary>
/// A test against a real etcd server. Skipped where none is installed, unless BRIDGEMESH_REQUIRE_ORACLES is 1, as it is in a run that has
/// installed one.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EtcdFactAttribute : FactAttribute
{
    public EtcdFactAttribute()
    {
        if (!EtcdServer.IsThere && Environment.GetEnvironmentVariable("BRIDGEMESH_REQUIRE_ORACLES") != "1")
        {
            Skip = "Debian's package etcd-server is not installed";
        }
    }
}
