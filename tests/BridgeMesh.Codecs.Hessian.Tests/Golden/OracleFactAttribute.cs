using System.Runtime.InteropServices;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>A test that needs what tests/oracles/prepare.sh installs. Skipped without, unless BRIDGEMESH_REQUIRE_ORACLES is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OracleFactAttribute : FactAttribute
{
    public OracleFactAttribute()
    {
        if (!Oracles.ArePrepared && Environment.GetEnvironmentVariable("BRIDGEMESH_REQUIRE_ORACLES") != "1")
        {
            Skip = $"tests/oracles/prepare.sh has not run here ({RuntimeInformation.OSDescription})";
        }
    }
}
