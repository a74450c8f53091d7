using System.Globalization;
using BridgeMesh.Core.Model;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Routing;

/// <summary>
/// Whether a service that a caller names is the one that a registry or contract names. Protocols know different parts of the name (an HTTP
/// caller knows neither group nor uniqueId), so a part that one side leaves out matches; parts that both give must be equal. Dubbo's
/// <c>*</c> asks for any version or group, its groups with commas for any of them, and its version <c>0.0.0</c> is none. Source:
/// org.apache.dubbo.common.utils.UrlUtils.isMatch; org.apache.dubbo.rpc.protocol.dubbo.Constants.
/// </summary>
internal static class ServiceMatching
{
    internal const string Any = "*";

    /// <summary>What Dubbo's consumers write for a service without a version.</summary>
    private const string NoVersion = "0.0.0";

    /// <summary>-1 when they differ, else higher for more parts in common.</summary>
    internal static int Score(in ServiceKey asked, in ServiceKey offered)
    {
        if (!string.Equals(asked.Interface, offered.Interface, StringComparison.Ordinal))
        {
            return -1;
        }

        var version = ScorePart(VersionOf(asked), VersionOf(offered));
        var group = ScoreGroup(asked.Group, offered.Group);
        var uniqueId = ScorePart(asked.UniqueId, offered.UniqueId);
        return version < 0 || group < 0 || uniqueId < 0 ? -1 : version + group + uniqueId;
    }

    /// <summary>
    /// Which of two services that score alike is meant, so that it does not depend on the order in which registries tell of them: less than
    /// 0 for the first. The higher version; then the group that is asked for earlier; then the names in their order.
    /// </summary>
    internal static int Compare(in ServiceKey asked, in ServiceKey left, in ServiceKey right)
    {
        var order = CompareVersions(VersionOf(right), VersionOf(left));
        order = order != 0 ? order : PlaceOf(asked.Group, left.Group).CompareTo(PlaceOf(asked.Group, right.Group));
        order = order != 0 ? order : string.CompareOrdinal(left.Group, right.Group);
        return order != 0 ? order : string.CompareOrdinal(left.UniqueId, right.UniqueId);
    }

    /// <summary>A part for a callee of which nothing more is known: what asks for one of several is no name.</summary>
    internal static string Plain(string part) => part == Any || part.Contains(',', StringComparison.Ordinal) ? string.Empty : part;

    internal static string VersionOf(in ServiceKey service) => service.Version == NoVersion ? string.Empty : service.Version;

    internal static bool Takes(ServiceMatch match, in ServiceKey service, string method) =>
        TakesName(match.Interface, service.Interface)
        && (match.IsLoose
            ? Score(service, NameOf(match) with { Interface = service.Interface }) >= 0
            : TakesPart(match.Version, VersionOf(service)) && TakesPart(match.Group, service.Group) && TakesPart(match.UniqueId, service.UniqueId))
        && (match.Methods.IsDefaultOrEmpty || match.Methods.Contains(method, StringComparer.Ordinal));

    /// <summary>The name that a match without a prefix has; parts that it leaves open are empty.</summary>
    internal static ServiceKey NameOf(ServiceMatch match) =>
        new(match.Interface ?? string.Empty, match.Version ?? string.Empty, match.Group ?? string.Empty, match.UniqueId ?? string.Empty);

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

        return asked.Length == 0 || offered.Length == 0 || asked == Any ? 1 : -1;
    }

    private static int ScoreGroup(string asked, string offered)
    {
        if (!asked.Contains(',', StringComparison.Ordinal))
        {
            return ScorePart(asked, offered);
        }

        var place = PlaceOf(asked, offered);
        return place < int.MaxValue ? 2 : offered.Length == 0 || PlaceOf(asked, Any) < int.MaxValue ? 1 : -1;
    }

    /// <summary>Place of a group among those with commas between them; int.MaxValue when it is none of them.</summary>
    private static int PlaceOf(string asked, string group)
    {
        var place = 0;
        foreach (var range in asked.AsSpan().Split(','))
        {
            if (asked.AsSpan(range).Trim().SequenceEqual(group))
            {
                return place;
            }

            place++;
        }

        return int.MaxValue;
    }

    /// <summary>Numbers by their size, whatever their length, and before texts: 1.10.0 is above 1.9.0, and 1.0.0 above none.</summary>
    private static int CompareVersions(string left, string right)
    {
        var lefts = left.Split('.', '-');
        var rights = right.Split('.', '-');
        for (var i = 0; i < Math.Min(lefts.Length, rights.Length); i++)
        {
            var bothNumbers = ulong.TryParse(lefts[i], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                & ulong.TryParse(rights[i], NumberStyles.None, CultureInfo.InvariantCulture, out var second);
            var order = bothNumbers ? first.CompareTo(second) : string.CompareOrdinal(lefts[i], rights[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return lefts.Length.CompareTo(rights.Length);
    }
}
