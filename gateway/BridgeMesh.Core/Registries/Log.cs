using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Registries;

internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Error, "Registry {Name}: watching {What} failed; what was known stays in use and it is tried again.")]
    internal static partial void WatchFailed(ILogger log, string name, string what, Exception failed);

    [LoggerMessage(1102, LogLevel.Warning, "Registry {Name} has not answered within {Seconds} s; the gateway starts without it.")]
    internal static partial void NotReady(ILogger log, string name, double seconds);

    [LoggerMessage(1103, LogLevel.Error, "Registry {Name}: {Text}")]
    internal static partial void Trouble(ILogger log, string name, string text);

    [LoggerMessage(1104, LogLevel.Information, "Registry {Name}: {Text}")]
    internal static partial void TroubleOver(ILogger log, string name, string text);
}
