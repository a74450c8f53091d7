using BridgeMesh.Testing;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>A test that needs what tests/oracles/prepare.sh installs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OracleFactAttribute() : InstalledFactAttribute(Oracles.ArePrepared, "tests/oracles/prepare.sh has not run here");
