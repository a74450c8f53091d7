using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Facades;

/// <summary>Event ids 1300 to 1399.</summary>
internal static partial class Log
{
    [LoggerMessage(1300, LogLevel.Information, "Facade {Facade} stands in {Registry}: {Behind} instances behind it")]
    internal static partial void Stands(ILogger log, FacadeKey facade, string registry, int behind);

    [LoggerMessage(1301, LogLevel.Information, "Facade {Facade} is withdrawn from {Registry}: {Why}")]
    internal static partial void Withdrawn(ILogger log, FacadeKey facade, string registry, string why);

    [LoggerMessage(1302, LogLevel.Information, "{Count} more facades {What}; the status has all")]
    internal static partial void Further(ILogger log, int count, string what);

    [LoggerMessage(1303, LogLevel.Error, "Registry {Registry}: {Facade} and perhaps others could not be {What}: {Why}; it is tried again")]
    internal static partial void Failed(ILogger log, string registry, FacadeKey facade, string what, string why);

    [LoggerMessage(1304, LogLevel.Information, "Registry {Registry} takes facades again")]
    internal static partial void Recovered(ILogger log, string registry);

    [LoggerMessage(1305, LogLevel.Error, "Registry {Registry} cannot hold {Facade}: {Why}")]
    internal static partial void Refused(ILogger log, string registry, FacadeKey facade, string why);

    [LoggerMessage(1306, LogLevel.Warning, "{Problem}")]
    internal static partial void Problem(ILogger log, string problem);

    [LoggerMessage(1307, LogLevel.Error, "What this gateway published before is not known: {Path} cannot be read: {Why}")]
    internal static partial void LedgerUnreadable(ILogger log, string path, string why);

    [LoggerMessage(1308, LogLevel.Error, "What this gateway publishes cannot be kept in {Path}: {Why}; it goes on without")]
    internal static partial void LedgerUnwritable(ILogger log, string path, string why);

    [LoggerMessage(1309, LogLevel.Information, "What this gateway publishes is kept in {Path} again")]
    internal static partial void LedgerWritten(ILogger log, string path);

    [LoggerMessage(1310, LogLevel.Error, "Facades could not be looked at")]
    internal static partial void RoundFailed(ILogger log, Exception failed);

    [LoggerMessage(1311, LogLevel.Warning, "{Count} facades were not withdrawn in time; the next start does it, or their leases end")]
    internal static partial void LeftBehind(ILogger log, int count);
}
