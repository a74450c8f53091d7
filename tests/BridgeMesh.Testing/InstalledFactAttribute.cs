namespace BridgeMesh.Testing;

/// <summary>
/// A test that needs a program from elsewhere. Skipped where it is not installed, unless BRIDGEMESH_REQUIRE_ORACLES is 1, as it is in a run
/// that has installed it: there the test fails instead.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class InstalledFactAttribute : FactAttribute
{
    /// <param name="isThere">Whether what it needs is installed.</param>
    /// <param name="without">Why it is skipped without.</param>
    protected InstalledFactAttribute(bool isThere, string without)
    {
        if (!isThere && Environment.GetEnvironmentVariable("BRIDGEMESH_REQUIRE_ORACLES") != "1")
        {
            Skip = without;
        }
    }
}
