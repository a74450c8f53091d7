namespace BridgeMesh.Exchanges;

/// <summary>What an attempt that failed says of its connection.</summary>
public enum ConnectionOutcome : byte
{
    /// <summary>The connection is not what failed, or nothing is known of it.</summary>
    Kept,

    /// <summary>None could be made: nothing has reached the callee.</summary>
    NotMade,

    /// <summary>It ended before anything of the answer had gone to the caller.</summary>
    Lost,
}
