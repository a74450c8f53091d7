using System.Collections.Immutable;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Registries;

/// <summary>
/// One reachable instance of a service, in words that every registry's can be turned into and back. Two are equal when all that they say is
/// equal, whatever the order of their metadata. Immutable; safe for any thread.
/// </summary>
public sealed record ServiceInstance
{
    public required ServiceKey Service { get; init; }

    /// <summary>Name of the protocol it speaks: bolt, dubbo, http, grpc, triple, or a plugin's.</summary>
    public required string Protocol { get; init; }

    /// <summary>Host name or IP address.</summary>
    public required string Host { get; init; }

    /// <summary>1 to 65,535.</summary>
    public required int Port { get; init; }

    /// <summary>Whether the port speaks TLS. False where the registry says nothing.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Application that the instance belongs to: spring.application.name, Dubbo's application, SOFARPC's appName. Empty: not told.</summary>
    public string Application { get; init; } = string.Empty;

    /// <summary>Relative share of calls, 0 to 10,000; 0 takes none.</summary>
    public int Weight { get; init; } = 100;

    /// <summary>Time from <see cref="StartedAt"/> on in which its share grows to the whole, in ms, 0 or more; 0 takes the whole share at once.</summary>
    public int WarmUpMs { get; init; }

    /// <summary>When it began to serve, by its own clock or the registry's. Null: not told, and then it counts as warm.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Zone that it stands in, in the registry's own name for it. Empty: not told.</summary>
    public string Zone { get; init; } = string.Empty;

    /// <summary>Up where the registry keeps no health.</summary>
    public InstanceHealth Health { get; init; }

    /// <summary>Words that routing rules ask for, such as Dubbo's <c>dubbo.tag</c>; in the registry's order. Empty: none.</summary>
    public ImmutableArray<string> Tags { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// Names of the serializations that it takes, the preferred one first, as its protocol names them: hessian2, fastjson2. Empty: not told,
    /// and then the protocol's own default.
    /// </summary>
    public ImmutableArray<string> Serializations { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// Names of the methods that it has, overloads once, in ordinal order; what Dubbo's registries say in <c>methods</c>. Empty: not told.
    /// </summary>
    public ImmutableArray<string> Methods { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// What the registry says beside, in its own words: path prefix, release, management port. Names that begin with <c>bridgemesh.</c> are
    /// the gateways' own (<see cref="InstanceMarks"/>) and pass through every registry.
    /// </summary>
    public ImmutableDictionary<string, string> Metadata { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>A record's own equality would ask whether collections are the same object; snapshots are compared by what is in them.</summary>
    public bool Equals(ServiceInstance? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Port == other.Port && Weight == other.Weight && Health == other.Health && IsSecure == other.IsSecure
            && WarmUpMs == other.WarmUpMs && StartedAt == other.StartedAt
            && Host == other.Host && Protocol == other.Protocol && Service == other.Service
            && Application == other.Application && Zone == other.Zone
            && Tags.AsSpan().SequenceEqual(other.Tags.AsSpan())
            && Serializations.AsSpan().SequenceEqual(other.Serializations.AsSpan())
            && Methods.AsSpan().SequenceEqual(other.Methods.AsSpan())
            && HasSameMetadata(other.Metadata));

    public override int GetHashCode() => HashCode.Combine(Service, Protocol, Host, Port);

    public override string ToString() => $"{Protocol}://{Host}:{Port}/{Service}";

    private bool HasSameMetadata(ImmutableDictionary<string, string> other)
    {
        if (ReferenceEquals(Metadata, other))
        {
            return true;
        }

        if (Metadata.Count != other.Count)
        {
            return false;
        }

        foreach (var (name, value) in Metadata)
        {
            if (!other.TryGetValue(name, out var theirs) || theirs != value)
            {
                return false;
            }
        }

        return true;
    }
}
