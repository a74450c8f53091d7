using BridgeMesh.Core.Model;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Routing;

/// <summary>
/// Whether a service that a caller names is the one that a registry or contract names. Protocols know different parts of the name (an HTTP
/// caller knows neither group nor uniqueId), so a part that one side leaves out matches; parts that both give must be equal. Dubbo's <c>*</c>
/// asks for any.
/// </summary>
internal static class ServiceMatching
{
    /// <summary>-1 when they differ, else higher for more parts in common.</summary>
    internal static int Score(in ServiceKey asked, in ServiceKey offered)
    {
        if (!string.Equals(asked.Interface, offered.Interface, StringComparison.Ordinal))
        {
            return -1;
        }

        var version = ScorePart(asked.Version, offered.Version);
        var group = ScorePart(asked.Group, offered.Group);
        var uniqueId = ScorePart(asked.UniqueId, offered.UniqueId);
        return version < 0 || group < 0 || uniqueId < 0 ? -1 : version + group + uniqueId;
    }

    internal static bool Takes(ServiceMatch match, in ServiceKey service, string method) =>
        TakesName(match.Interface, service.Interface)
        && TakesPart(match.Version, service.Version)
        && TakesPart(match.Group, service.Group)
        && TakesPart(match.UniqueId, service.UniqueId)
        && (match.Methods.IsDefaultOrEmpty || match.Methods.Contains(method, StringComparer.Ordinal));

    private static bool TakesName(string? pattern, string name) =>
        pattern is null
        || (pattern.EndsWith('*') ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : pattern == name);

    private static bool TakesPart(string? wanted, string part) => wanted is null || wanted == part;

    private static int ScorePart(string asked, string offered)
    {
        if (asked == offered)
        {
            return 2;
        }

        return asked.Length == 0 || offered.Length == 0 || asked == "*" ? 1 : -1;
    }
}
