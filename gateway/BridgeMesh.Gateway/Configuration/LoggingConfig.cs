namespace BridgeMesh.Gateway.Configuration;

/// <summary>What is written to standard output.</summary>
public sealed record LoggingConfig
{
    /// <summary>The least severity that is written. A change takes effect at once.</summary>
    public LogSeverity Level { get; init; } = LogSeverity.Information;
}

/// <summary>The least severe entries that are logged.</summary>
public enum LogSeverity
{
    Trace,
    Debug,
    Information,
    Warning,

    /// <summary>Only what an operator must act on.</summary>
    Error,
}
