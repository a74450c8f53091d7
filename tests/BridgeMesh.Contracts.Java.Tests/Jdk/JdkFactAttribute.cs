namespace BridgeMesh.Contracts.Java.Tests.Jdk;

/// <summary>A test that needs javac, skipped where there is none; a run that installed it (tests/run.sh) fails instead.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JdkFactAttribute : FactAttribute
{
    public JdkFactAttribute()
    {
        if (!JavaCompiler.IsThere && Environment.GetEnvironmentVariable("BRIDGEMESH_REQUIRE_ORACLES") != "1")
        {
            Skip = "no javac; apt-get install default-jdk-headless";
        }
    }
}
