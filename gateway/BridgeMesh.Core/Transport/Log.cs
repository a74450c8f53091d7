using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Transport;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Error, "A connection's handler failed; the connection is closed. This is a fault of the gateway's.")]
    internal static partial void HandlerFailed(ILogger log, Exception bug);

    [LoggerMessage(1002, LogLevel.Debug, "{Protocol} caller {Peer} sent what is not its protocol: {Fault}")]
    internal static partial void CallerBroke(ILogger log, string protocol, string? peer, string fault);

    [LoggerMessage(1003, LogLevel.Debug, "{Protocol} callee {Peer} sent what is not its protocol: {Fault}")]
    internal static partial void CalleeBroke(ILogger log, string protocol, string peer, string fault);

    [LoggerMessage(1004, LogLevel.Debug, "{Protocol} callee {Peer}: connection closed, {Reason}; {InFlight} calls were in flight")]
    internal static partial void CalleeClosed(ILogger log, string protocol, string peer, CloseReason reason, int inFlight);

    [LoggerMessage(1005, LogLevel.Debug, "{Protocol} callee {Peer} cannot be reached: {Why}; next try in {RetryMs} ms")]
    internal static partial void ConnectFailed(ILogger log, string protocol, string peer, string why, long retryMs);

    [LoggerMessage(1006, LogLevel.Error, "Listener {Name} cannot accept: {Why}")]
    internal static partial void AcceptFailed(ILogger log, string name, string why);

    [LoggerMessage(1007, LogLevel.Error, "A sweep of deadlines failed. This is a fault of the gateway's.")]
    internal static partial void SweepFailed(ILogger log, Exception bug);

    [LoggerMessage(1008, LogLevel.Debug, "{Protocol} caller {Peer}: connection closed, {Reason}")]
    internal static partial void CallerClosed(ILogger log, string protocol, string? peer, CloseReason reason);

    [LoggerMessage(1009, LogLevel.Warning, "Listener {Name} has {Connections} callers, as many as it may have; further ones are turned away")]
    internal static partial void CallersFull(ILogger log, string name, int connections);

    [LoggerMessage(1010, LogLevel.Critical, "A reactor cannot wait for its connections any longer and has closed them: {Why}. This is a fault of the gateway's.")]
    internal static partial void ReactorFailed(ILogger log, string why);
}
