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
}
