using System.Collections.Immutable;

namespace BridgeMesh.Registries.Eureka.Wire;

/// <summary>
/// One instance as Eureka's documents have it. Times are ms since 1970 by the clock of whoever wrote them; 0 is not told. Source:
/// com.netflix.appinfo.InstanceInfo.
/// </summary>
internal sealed record EurekaInstance
{
    /// <summary>Unique in its application.</summary>
    public required string Id { get; init; }

    /// <summary>In capitals, as Netflix's own reader makes it.</summary>
    public required string App { get; init; }

    public required string HostName { get; init; }

    public string IpAddr { get; init; } = string.Empty;

    public string? AppGroupName { get; init; }

    /// <summary>Names that clients look it up by, joined with commas; Spring's is spring.application.name.</summary>
    public string? VipAddress { get; init; }

    public string? SecureVipAddress { get; init; }

    public EurekaStatus Status { get; init; }

    /// <summary>Set by operators; unknown is none.</summary>
    public EurekaStatus OverriddenStatus { get; init; } = EurekaStatus.Unknown;

    /// <summary>0 to 65,535; 0 where it has none that counts.</summary>
    public int Port { get; init; }

    public bool IsPortEnabled { get; init; }

    public int SecurePort { get; init; }

    public bool IsSecurePortEnabled { get; init; }

    public int CountryId { get; init; } = 1;

    public DataCenter DataCenter { get; init; } = DataCenter.MyOwn;

    public EurekaLease Lease { get; init; } = EurekaLease.Default;

    public ImmutableDictionary<string, string> Metadata { get; init; } = ImmutableDictionary<string, string>.Empty;

    public string? HomePageUrl { get; init; }

    public string? StatusPageUrl { get; init; }

    public string? HealthCheckUrl { get; init; }

    public string? SecureHealthCheckUrl { get; init; }

    public string? AsgName { get; init; }

    /// <summary>When the server last changed it.</summary>
    public long LastUpdatedTimestamp { get; init; }

    /// <summary>When the instance itself last changed what it says; the later one wins between servers.</summary>
    public long LastDirtyTimestamp { get; init; }

    public EurekaAction Action { get; init; }

    internal InstanceName Name => new(App, Id);
}

/// <summary>What names an instance among all.</summary>
internal readonly record struct InstanceName(string App, string Id);

/// <param name="Name">MyOwn, Amazon or Netflix.</param>
/// <param name="Metadata">Amazon's alone: availability-zone, instance-id and others.</param>
internal sealed record DataCenter(string Name, ImmutableDictionary<string, string> Metadata)
{
    internal static readonly DataCenter MyOwn = new("MyOwn", ImmutableDictionary<string, string>.Empty);

    internal bool IsAmazon => Name == "Amazon";

    /// <summary>The Java class that readers made with XStream ask for.</summary>
    internal string JavaClass => IsAmazon ? "com.netflix.appinfo.AmazonInfo" : "com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo";
}

/// <param name="RenewalIntervalS">Time between renewals, in s, 1 to 3,600.</param>
/// <param name="DurationS">Time without a renewal after which it is given up, in s, 1 to 86,400.</param>
internal sealed record EurekaLease(int RenewalIntervalS, int DurationS)
{
    /// <summary>Source: com.netflix.appinfo.LeaseInfo.DEFAULT_LEASE_RENEWAL_INTERVAL and DEFAULT_LEASE_DURATION.</summary>
    internal static readonly EurekaLease Default = new(30, 90);

    public long RegistrationTimestamp { get; init; }

    public long LastRenewalTimestamp { get; init; }

    public long ServiceUpTimestamp { get; init; }
}
