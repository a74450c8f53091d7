namespace BridgeMesh.Registries.Eureka.Wire;

/// <summary>Status of an instance. Source: com.netflix.appinfo.InstanceInfo.InstanceStatus.</summary>
internal enum EurekaStatus
{
    Up,
    Down,
    Starting,
    OutOfService,
    Unknown,
}

/// <summary>What happened to an instance in a delta. Source: com.netflix.appinfo.InstanceInfo.ActionType.</summary>
internal enum EurekaAction
{
    Added,
    Modified,
    Deleted,
}

/// <summary>Both as they are written.</summary>
internal static class EurekaWords
{
    private static readonly string[] Statuses = ["UP", "DOWN", "STARTING", "OUT_OF_SERVICE", "UNKNOWN"];
    private static readonly string[] Actions = ["ADDED", "MODIFIED", "DELETED"];

    internal static string Of(EurekaStatus status) => Statuses[(int)status];

    internal static string Of(EurekaAction action) => Actions[(int)action];

    /// <summary>False, and unknown, for a word that is none: Netflix's reader takes it so too.</summary>
    internal static bool TryStatus(string? word, out EurekaStatus status)
    {
        var index = Array.FindIndex(Statuses, s => string.Equals(s, word, StringComparison.OrdinalIgnoreCase));
        status = index < 0 ? EurekaStatus.Unknown : (EurekaStatus)index;
        return index >= 0;
    }

    /// <summary>Netflix writes ADDED where nothing else is said.</summary>
    internal static EurekaAction ActionOf(string? word) =>
        (EurekaAction)Math.Max(0, Array.FindIndex(Actions, a => string.Equals(a, word, StringComparison.OrdinalIgnoreCase)));
}
