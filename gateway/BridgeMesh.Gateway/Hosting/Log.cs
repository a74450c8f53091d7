using Microsoft.Extensions.Logging;

namespace BridgeMesh.Gateway.Hosting;

/// <summary>Event ids 1000 to 1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "Gateway {Id}, version {Version}, starts with {Configuration}")]
    public static partial void Starting(ILogger logger, string id, string version, string configuration);

    [LoggerMessage(1001, LogLevel.Information, "Plugin {Plugin} {Version} is loaded")]
    public static partial void PluginLoaded(ILogger logger, string plugin, string version);

    [LoggerMessage(1002, LogLevel.Information, "Listener {Listener} takes {Protocol} on {Host}:{Port}")]
    public static partial void Listening(ILogger logger, string listener, string protocol, string host, int port);

    [LoggerMessage(1003, LogLevel.Information, "Started")]
    public static partial void Started(ILogger logger);

    [LoggerMessage(1004, LogLevel.Information, "Stopping: calls in flight have {DrainMs} ms")]
    public static partial void Draining(ILogger logger, int drainMs);

    [LoggerMessage(1005, LogLevel.Information, "Stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(1006, LogLevel.Information, "Health, readiness and status are at {Address} (port {Port})")]
    public static partial void AdminListening(ILogger logger, string address, int port);

    [LoggerMessage(1007, LogLevel.Information, "Told to stop: not ready from now on, callers are still taken for {AnnounceMs} ms")]
    public static partial void Announcing(ILogger logger, int announceMs);

    [LoggerMessage(1010, LogLevel.Information, "The changed configuration is in force: {Routes} routes, {Contracts} contracts")]
    public static partial void Reloaded(ILogger logger, int routes, int contracts);

    [LoggerMessage(1011, LogLevel.Error, "{Problem}")]
    public static partial void ReloadProblem(ILogger logger, string problem);

    [LoggerMessage(1012, LogLevel.Error, "The changed configuration has {Count} problems; the last good one stays in force")]
    public static partial void ReloadRefused(ILogger logger, int count);

    [LoggerMessage(1013, LogLevel.Warning, "Changed, but in force only after a restart: {Parts}")]
    public static partial void NeedRestart(ILogger logger, string parts);

    [LoggerMessage(1015, LogLevel.Information, "Contracts of servers are in force: {Contracts} in all")]
    public static partial void ContractsFetched(ILogger logger, int contracts);

    [LoggerMessage(1016, LogLevel.Warning, "{Problem}")]
    public static partial void ContractsMissing(ILogger logger, string problem);

    [LoggerMessage(1017, LogLevel.Error, "Contracts could not be fetched")]
    public static partial void FetchFailed(ILogger logger, Exception exception);

    [LoggerMessage(1018, LogLevel.Information, "{Note}")]
    public static partial void ContractsNoted(ILogger logger, string note);

    [LoggerMessage(1019, LogLevel.Information, "{Count} further notes on contracts of servers: see the status")]
    public static partial void FurtherNotes(ILogger logger, int count);

    [LoggerMessage(1014, LogLevel.Error, "The changed configuration could not be put in force")]
    public static partial void ReloadFailed(ILogger logger, Exception exception);
}
