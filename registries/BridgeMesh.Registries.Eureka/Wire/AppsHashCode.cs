using System.Globalization;
using System.Text;

namespace BridgeMesh.Registries.Eureka.Wire;

/// <summary>
/// How many instances there are of each status, such as <c>DOWN_1_UP_4_</c>, the statuses in the order of their names. Whoever has applied a
/// delta and counts otherwise has missed something. Source: com.netflix.discovery.shared.Applications.getReconcileHashCode.
/// </summary>
internal static class AppsHashCode
{
    private static readonly EurekaStatus[] Ordered = [.. Enum.GetValues<EurekaStatus>().OrderBy(EurekaWords.Of, StringComparer.Ordinal)];

    internal static string Of(IEnumerable<EurekaInstance> instances)
    {
        var counts = new int[Ordered.Length];
        foreach (var instance in instances)
        {
            counts[(int)instance.Status]++;
        }

        var text = new StringBuilder();
        foreach (var status in Ordered)
        {
            if (counts[(int)status] > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{EurekaWords.Of(status)}_{counts[(int)status]}_");
            }
        }

        return text.ToString();
    }
}
