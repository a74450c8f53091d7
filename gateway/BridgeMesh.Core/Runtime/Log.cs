using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Runtime;

/// <summary>Event ids 1200 to 1299.</summary>
internal static partial class Log
{
    [LoggerMessage(1200, LogLevel.Information, "Listener {Listener} takes no new callers; those it has may finish within {DrainMs} ms")]
    internal static partial void ListenerLeaves(ILogger log, string listener, int drainMs);

    [LoggerMessage(1201, LogLevel.Error, "Listener {Listener} did not stop as it should")]
    internal static partial void ListenerStuck(ILogger log, string listener, Exception failed);

    [LoggerMessage(1202, LogLevel.Error, "Registry {Registry} did not stop as it should")]
    internal static partial void RegistryStuck(ILogger log, string registry, Exception failed);

    [LoggerMessage(1203, LogLevel.Error, "Listener {Listener}: {Text}")]
    internal static partial void ListenerTrouble(ILogger log, string listener, string text);

    [LoggerMessage(1204, LogLevel.Information, "Listener {Listener}: {Text}")]
    internal static partial void ListenerTroubleOver(ILogger log, string listener, string text);

    [LoggerMessage(1205, LogLevel.Warning, "Calls of {Service} {Method} are refused: {Why}; see contract lint, or the route's lint setting")]
    internal static partial void MethodRefused(ILogger log, string service, string method, string why);
}
