using System.Collections.Immutable;
using System.Net;
using System.Text;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Eureka.Client;
using BridgeMesh.Registries.Eureka.Services;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>Settings of the registry kind <c>eureka-server</c>.</summary>
/// <param name="Peers">Other servers that hear of every change; empty for one that stands alone.</param>
/// <param name="RenewalShare">Share of the renewals that should have come in the last minute, below which nothing is given up; null never holds back.</param>
/// <param name="Credentials">What callers' <c>Authorization</c> must be, in bytes; null takes anybody.</param>
/// <param name="Lease">Of what the gateway itself publishes.</param>
internal sealed record EurekaServerOptions(
    IPEndPoint Address,
    ImmutableArray<EurekaServerAddress> Peers,
    double? RenewalShare,
    TimeSpan EvictionInterval,
    int MaxInstances,
    byte[]? Credentials,
    EurekaLease Lease,
    InstanceMapping Mapping)
{
    internal const string Kind = "eureka-server";

    private const string DefaultAddress = "127.0.0.1:8761";

    /// <summary>Time in which changes for a peer gather before they are sent; Netflix's own is 500 ms.</summary>
    internal TimeSpan ReplicationPause { get; init; } = TimeSpan.FromMilliseconds(200);

    internal TimeSpan LongestReplicationPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For one answer of one peer.</summary>
    internal TimeSpan PeerTimeout { get; init; } = TimeSpan.FromSeconds(2);

    internal static IReadOnlyList<SettingDescription> Descriptions { get; } =
    [
        new("address", SettingKind.Text, "IP address and port of the server, which clients call http://address/eureka.", DefaultAddress),
        new("peers", SettingKind.Texts, "Other servers that hear of every change and are asked at the start, such as http://user:password@host:8761/eureka."),
        new("selfPreservation", SettingKind.Flag, "Gives up nothing while fewer renewals come than should, as then the network is at fault rather than instances.", "true"),
        new("renewalPercent", SettingKind.Number, "Share of the renewals due in a minute below which self-preservation begins, in percent.", "85") { Min = 1, Max = 100 },
        new("evictionIntervalMs", SettingKind.Number, "Time between two looks for leases that have ended, in ms.", "5000") { Min = 100, Max = 600_000 },
        new("maxInstances", SettingKind.Number, "Instances that are taken; further ones are answered 503.", "100000") { Min = 1, Max = RegistryDocument.MaxInstances },
        new("username", SettingKind.Text, "What callers must name themselves, by HTTP's basic authentication; anybody may call without it.") { Needs = "password" },
        new("password", SettingKind.Text, "Goes with the username.") { Needs = "username" },
        new("leaseRenewalS", SettingKind.Number, "Time between renewals of what the gateway itself publishes, in s.", "30") { Min = 1, Max = 3_600 },
        new("leaseDurationS", SettingKind.Number, "Time without a renewal after which clients and peers are told that it ends, in s.", "90") { Min = 2, Max = 86_400 },
        new("preferIpAddress", SettingKind.Flag, "Calls go to an instance's address rather than to its host name.", "false"),
        new("preferSecure", SettingKind.Flag, "Calls go to the secure port where both ports are enabled, as Spring's clients do.", "true"),
    ];

    internal static EurekaServerOptions Read(RegistrySettings settings, out RegistrySettingReader reader)
    {
        reader = new RegistrySettingReader(settings, Descriptions);
        reader.RefuseOthers(Kind);
        var text = reader.Text("address") ?? DefaultAddress;
        if (!IPEndPoint.TryParse(text, out var address) || (address.Port == 0 && !text.EndsWith(":0", StringComparison.Ordinal)))
        {
            reader.Add("address", $"'{text}' is no IP address and port", "write 127.0.0.1:8761, or 0.0.0.0:8761 for every interface");
            address = new IPEndPoint(IPAddress.Loopback, 0);
        }

        var peers = ImmutableArray.CreateBuilder<EurekaServerAddress>();
        foreach (var peer in reader.Texts("peers"))
        {
            if (peers.Count < EurekaClientOptions.MaxServers && EurekaServerAddress.Parse(peer) is { } parsed)
            {
                peers.Add(parsed);
            }
            else
            {
                reader.Add("peers", "one of the peers is no http or https address, or there are too many", $"write up to {EurekaClientOptions.MaxServers}, such as http://host:8761/eureka");
            }
        }

        var (user, password) = (reader.Text("username"), reader.Text("password"));
        if (user is null != password is null)
        {
            reader.Add(user is null ? "username" : "password", "username and password go together", "write both, or neither");
        }

        var lease = new EurekaLease(reader.Number("leaseRenewalS"), reader.Number("leaseDurationS"));
        if (lease.DurationS <= lease.RenewalIntervalS)
        {
            reader.Add("leaseDurationS", "a lease would end before it is renewed", "make it longer than leaseRenewalS, best three times as long");
        }

        var percent = reader.Number("renewalPercent");
        return new EurekaServerOptions(
            address,
            peers.ToImmutable(),
            reader.Flag("selfPreservation") ? percent / 100d : null,
            TimeSpan.FromMilliseconds(reader.Number("evictionIntervalMs")),
            reader.Number("maxInstances"),
            user is null || password is null ? null : Encoding.UTF8.GetBytes($"{user}:{password}"),
            lease,
            new InstanceMapping(reader.Flag("preferIpAddress"), reader.Flag("preferSecure")));
    }
}
