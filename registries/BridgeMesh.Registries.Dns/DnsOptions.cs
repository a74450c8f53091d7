using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Dns.Names;

namespace BridgeMesh.Registries.Dns;

/// <summary>Settings of the registry kind <c>dns</c>.</summary>
/// <param name="Servers">Nameservers in the order in which they are asked.</param>
/// <param name="Services">Names that are followed for each service.</param>
/// <param name="Timeout">For one answer of one nameserver.</param>
/// <param name="LeastTtl">However short a record may be kept.</param>
/// <param name="MostTtl">However long a record may be kept.</param>
internal sealed record DnsOptions(
    ImmutableArray<IPEndPoint> Servers,
    ImmutableDictionary<ServiceKey, ImmutableArray<FollowedName>> Services,
    TimeSpan Timeout,
    TimeSpan LeastTtl,
    TimeSpan MostTtl)
{
    internal const string Kind = "dns";

    internal const int MaxServers = 16;

    /// <summary>Services that one registry follows.</summary>
    internal const int MaxServices = 10_000;

    private const string ServersSetting = "servers";
    private const string ServicesSetting = "services";
    private const string PreferSetting = "prefer";
    private const int Port = 53;

    /// <summary>Rounds over all nameservers before a name counts as not answered.</summary>
    internal int Rounds { get; init; } = 2;

    /// <summary>IPv6 addresses where a name has both kinds.</summary>
    internal bool PrefersIpv6 { get; init; }

    /// <summary>Of all instances; empty leaves it open.</summary>
    internal string Zone { get; init; } = string.Empty;

    /// <summary>First pause after a failure; it doubles up to <see cref="LongestPause"/>, and half of it is by chance.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    internal TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    internal static IReadOnlyList<SettingDescription> Descriptions { get; } =
    [
        new(ServicesSetting, SettingKind.Map,
            "Names by service: http://orders.example:8080 for addresses, http://_http._tcp.orders.example without a port for SRV records; commas between several. A service may be name?version=1.0.0&group=g&uniqueId=u."),
        new(ServersSetting, SettingKind.Texts, "Nameservers as IP addresses, with a port where it is not 53; those of /etc/resolv.conf without it."),
        new("timeoutMs", SettingKind.Number, "Time for one answer of one nameserver, in ms.", "2000") { Min = 50, Max = 60_000 },
        new("leastTtlS", SettingKind.Number, "Time for which an answer is kept at least, in s.", "1") { Min = 1, Max = 86_400 },
        new("mostTtlS", SettingKind.Number, "Time for which an answer is kept at most, in s.", "60") { Min = 1, Max = 86_400 },
        new(PreferSetting, SettingKind.Text, "Addresses that count where a name has both kinds.", "ipv4") { Choices = ["ipv4", "ipv6"] },
        new("zone", SettingKind.Text, "Zone of all instances."),
    ];

    internal static DnsOptions Read(RegistrySettings settings, out RegistrySettingReader reader)
    {
        reader = new RegistrySettingReader(settings, Descriptions);
        reader.RefuseOthers(Kind, ServicesSetting + ".");
        var prefer = reader.Text(PreferSetting);
        if (prefer is not (null or "ipv4" or "ipv6"))
        {
            reader.Add(PreferSetting, $"'{PreferSetting}' is '{prefer}'", "write ipv4 or ipv6");
        }

        var (least, most) = (reader.Number("leastTtlS"), reader.Number("mostTtlS"));
        if (least > most)
        {
            reader.Add("leastTtlS", "it is more than mostTtlS", "make it less");
        }

        return new DnsOptions(
            ServersOf(reader),
            ServicesOf(settings, reader),
            TimeSpan.FromMilliseconds(reader.Number("timeoutMs")),
            TimeSpan.FromSeconds(least),
            TimeSpan.FromSeconds(most))
        {
            PrefersIpv6 = prefer == "ipv6",
            Zone = reader.Text("zone") ?? string.Empty,
        };
    }

    private static ImmutableArray<IPEndPoint> ServersOf(RegistrySettingReader reader)
    {
        var texts = reader.Texts(ServersSetting);
        if (texts.Length == 0)
        {
            return ResolverFile.Nameservers(ResolverFile.Path, Port);
        }

        if (texts.Length > MaxServers)
        {
            reader.Add(ServersSetting, $"there are {texts.Length.ToString(CultureInfo.InvariantCulture)} nameservers", $"write {MaxServers} at most");
        }

        var servers = ImmutableArray.CreateBuilder<IPEndPoint>(texts.Length);
        foreach (var text in texts)
        {
            // In this order: an address in brackets is parsed alone too, without what comes after it.
            if (IPEndPoint.TryParse(text, out var server) && server.Port > 0)
            {
                servers.Add(server);
            }
            else if (IPAddress.TryParse(text, out var address))
            {
                servers.Add(new IPEndPoint(address, Port));
            }
            else
            {
                reader.Add(ServersSetting, $"'{text}' is no IP address", "write addresses such as 10.0.0.53 or 10.0.0.53:5353; names would need a nameserver");
            }
        }

        return servers.ToImmutable();
    }

    private static ImmutableDictionary<ServiceKey, ImmutableArray<FollowedName>> ServicesOf(RegistrySettings settings, RegistrySettingReader reader)
    {
        var services = ImmutableDictionary.CreateBuilder<ServiceKey, ImmutableArray<FollowedName>>();
        foreach (var (setting, text) in settings.Settings.Where(static s => s.Key.StartsWith(ServicesSetting + ".", StringComparison.Ordinal)))
        {
            if (!ServiceName.TryParse(setting[(ServicesSetting.Length + 1)..], out var service))
            {
                reader.Add(setting, "it is no name of a service", "write name, or name?version=1.0.0&group=g&uniqueId=u with those that it has");
                continue;
            }

            var names = ImmutableArray.CreateBuilder<FollowedName>();
            foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (FollowedName.Parse(part, out var problem) is { } name)
                {
                    names.Add(name);
                }
                else
                {
                    reader.Add(setting, $"'{part}' {problem}", "write http://orders.example:8080, or http://_http._tcp.orders.example for SRV records");
                }
            }

            if (names.Count is 0 or > FollowedName.MaxPerService && reader.Problems.Count == 0)
            {
                reader.Add(setting, names.Count == 0 ? "it has no name" : "it has too many names", $"write 1 to {FollowedName.MaxPerService}");
            }

            if (!services.TryAdd(service, names.ToImmutable()))
            {
                reader.Add(setting, $"'{service}' is there already", "write all its names in one place, with commas between them");
            }
        }

        if (services.Count is 0 or > MaxServices && reader.Problems.Count == 0)
        {
            reader.Add(ServicesSetting, services.Count == 0 ? "there is no service" : "there are too many services", $"write 1 to {MaxServices}");
        }

        return services.ToImmutable();
    }
}
