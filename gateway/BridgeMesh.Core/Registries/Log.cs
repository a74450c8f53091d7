using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Registries;

internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Error, "Registry {Name}: watching {What} failed; what was known stays in use and it is tried again.")]
    internal static partial void WatchFailed(ILogger log, string name, string what, Exception failed);

    [LoggerMessage(1105, LogLevel.Information, "Registry {Name}: all watches run again.")]
    internal static partial void WatchRecovered(ILogger log, string name);

    [LoggerMessage(1106, LogLevel.Warning,
        "Registry {Name} has suddenly lost {Count} instances that still accept connections; they stay in use until it has said so for {ConfirmMs} ms.")]
    internal static partial void HeldBack(ILogger log, string name, int count, int confirmMs);

    [LoggerMessage(1107, LogLevel.Information, "Registry {Name}: nothing that it lost is in use any longer.")]
    internal static partial void HeldBackNoLonger(ILogger log, string name);

    [LoggerMessage(1108, LogLevel.Error, "Registry {Name} lists {Count} services; those beyond {Most} are left out.")]
    internal static partial void TooManyServices(ILogger log, string name, int count, int most);

    [LoggerMessage(1109, LogLevel.Warning, "Registry {Name}: what was kept of it in {Path} is not used: {Why}.")]
    internal static partial void StoredUnusable(ILogger log, string name, string path, string why);

    [LoggerMessage(1110, LogLevel.Error, "Registry {Name} cannot be kept in {Path}: {Why}. Everything else goes on.")]
    internal static partial void NotStored(ILogger log, string name, string path, string why);

    [LoggerMessage(1111, LogLevel.Information, "Registry {Name} is kept in {Path} again.")]
    internal static partial void StoredAgain(ILogger log, string name, string path);

    [LoggerMessage(1112, LogLevel.Warning, "Registry {Name} does not answer; the gateway starts with the {Services} services that it had in an earlier life.")]
    internal static partial void StartsWithStored(ILogger log, string name, int services);

    [LoggerMessage(1102, LogLevel.Warning, "Registry {Name} has not answered within {Seconds} s; the gateway starts without it.")]
    internal static partial void NotReady(ILogger log, string name, double seconds);

    [LoggerMessage(1103, LogLevel.Error, "Registry {Name}: {Text}")]
    internal static partial void Trouble(ILogger log, string name, string text);

    [LoggerMessage(1104, LogLevel.Information, "Registry {Name}: {Text}")]
    internal static partial void TroubleOver(ILogger log, string name, string text);
}
