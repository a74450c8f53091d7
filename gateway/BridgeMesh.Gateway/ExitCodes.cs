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

    /// <summary><c>call</c>: the callee threw an exception, declared or not.</summary>
    public const int CalleeThrew = 3;

    /// <summary><c>call</c>: the callee refused the call: unknown service or method, wrong arguments, not allowed, too large. <c>registry publish</c>: the
    /// registry does not take the instance.</summary>
    public const int Refused = 4;

    /// <summary><c>call</c>: nobody is there, or the callee has no room. <c>registry</c>: a registry has not answered in time.</summary>
    public const int Unavailable = 5;

    /// <summary><c>call</c>: no answer came in time.</summary>
    public const int TimedOut = 6;

    /// <summary><c>call</c>: the answer cannot be read, does not fit the contract, or tells of a fault inside of the callee's framework.</summary>
    public const int BadAnswer = 7;

    /// <summary><c>contract lint</c>: a protocol cannot carry a method.</summary>
    public const int Unsupported = 8;

    /// <summary><c>contract diff</c>: the newer contract breaks callers that have the older.</summary>
    public const int CallersBreak = 9;

    /// <summary><c>registry diff</c>: the two differ.</summary>
    public const int Differs = 9;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>A fault of the gateway's own. Source of the number: EX_SOFTWARE of BSD's sysexits.</summary>
    public const int Internal = 70;
}
