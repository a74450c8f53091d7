using System.Globalization;
using BridgeMesh.Registries;

namespace BridgeMesh.Gateway.Registries;

/// <summary>How parts of instances are written for people and in JSON: as in a services file.</summary>
internal static class InstanceWords
{
    public static string HealthOf(InstanceHealth health) => health == InstanceHealth.OutOfService ? "out-of-service" : health.ToString().ToLowerInvariant();

    public static bool TryHealth(string word, out InstanceHealth health)
    {
        foreach (var known in Enum.GetValues<InstanceHealth>())
        {
            if (HealthOf(known) == word)
            {
                health = known;
                return true;
            }
        }

        health = InstanceHealth.Unknown;
        return false;
    }

    /// <summary>host:port, [address]:port for IPv6.</summary>
    public static string AddressOf(ServiceInstance instance) => string.Create(
        CultureInfo.InvariantCulture, $"{(instance.Host.Contains(':', StringComparison.Ordinal) ? $"[{instance.Host}]" : instance.Host)}:{instance.Port}");

    public static bool TryAddress(string text, out string host, out int port)
    {
        var colon = text.LastIndexOf(':');
        host = colon < 0 ? string.Empty : text[..colon];
        var isIpv6 = host.StartsWith('[') && host.EndsWith(']');
        host = isIpv6 ? host[1..^1] : host;
        return int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port is > 0 and <= 65_535
            && (isIpv6 ? Uri.CheckHostName(host) == UriHostNameType.IPv6 : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4);
    }

    /// <summary>protocol://host:port group/service:version, by which people know an instance.</summary>
    public static string NameOf(ServiceInstance instance) => $"{instance.Protocol}://{AddressOf(instance)} {instance.Service}";

    /// <summary>What an instance says beside its name, in the order in which it is shown; what it does not say is empty.</summary>
    public static IEnumerable<(string Name, string Text)> Of(ServiceInstance instance)
    {
        yield return ("health", HealthOf(instance.Health));
        yield return ("weight", instance.Weight.ToString(CultureInfo.InvariantCulture));
        yield return ("zone", instance.Zone);
        yield return ("application", instance.Application);
        yield return ("secure", instance.IsSecure ? "true" : string.Empty);
        yield return ("warmUpMs", instance.WarmUpMs == 0 ? string.Empty : instance.WarmUpMs.ToString(CultureInfo.InvariantCulture));
        yield return ("startedAt", instance.StartedAt?.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture) ?? string.Empty);
        yield return ("tags", string.Join(',', instance.Tags));
        yield return ("serializations", string.Join(',', instance.Serializations));
        yield return ("methods", string.Join(',', instance.Methods));
        foreach (var (name, value) in instance.Metadata.OrderBy(static m => m.Key, StringComparer.Ordinal))
        {
            yield return ($"metadata.{name}", value);
        }
    }
}
