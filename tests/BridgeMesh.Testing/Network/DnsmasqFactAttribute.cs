namespace BridgeMesh.Testing.Network;

/// <summary>
/// A test against a real nameserver. Skipped where none is installed, unless BRIDGEMESH_REQUIRE_ORACLES is 1, as it is in a run that has
/// installed one.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DnsmasqFactAttribute : FactAttribute
{
    public DnsmasqFactAttribute()
    {
        if (!DnsmasqServer.IsThere && Environment.GetEnvironmentVariable("BRIDGEMESH_REQUIRE_ORACLES") != "1")
        {
            Skip = "Debian's package dnsmasq-base is not installed";
        }
    }
}
