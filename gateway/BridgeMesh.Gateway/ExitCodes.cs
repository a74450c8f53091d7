namespace BridgeMesh.Gateway;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCodes
{
    /// <summary>Done; for <c>run</c>: told to stop, and drained.</summary>
    public const int Ok = 0;

    /// <summary>The configuration has problems, or cannot be put in force, as when a port is taken.</summary>
    public const int Configuration = 1;

    /// <summary><c>decode</c>: something could not be decoded.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>A fault of the gateway's own. Source of the number: EX_SOFTWARE of BSD's sysexits.</summary>
    public const int Internal = 70;
}
