using System.Collections.Immutable;
using System.Net;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.Dns.Names;
using BridgeMesh.Registries.Dns.Wire;

namespace BridgeMesh.Registries.Dns.Resolving;

/// <summary>What a service's names lead to now.</summary>
/// <param name="TtlS">As <see cref="DnsAnswer.TtlS"/>, of the record that is kept for the shortest.</param>
internal sealed record ResolvedService(ImmutableArray<ServiceInstance> Instances, long? TtlS, string Problem);

/// <summary>Makes instances of a service's names. Safe for any thread.</summary>
internal sealed class InstanceResolver(DnsOptions options, Resolver resolver)
{
    /// <summary>Instances of one service; the rest is left out.</summary>
    internal const int MaxInstances = 1_024;

    /// <summary>Hosts of one SRV name whose addresses are asked for; the rest is left out.</summary>
    internal const int MaxTargets = 256;

    private const int MaxWeight = 10_000;
    private const int EvenWeight = 100;

    internal async Task<ResolvedService> ResolveAsync(ServiceKey service, ImmutableArray<FollowedName> names, CancellationToken cancellationToken)
    {
        var instances = new List<ServiceInstance>();
        long? ttl = long.MaxValue;
        foreach (var name in names)
        {
            var problem = string.Empty;
            long? lasts = long.MaxValue;
            if (name.IsService)
            {
                (lasts, problem) = await AddServiceAsync(service, name, instances, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                (lasts, problem) = await AddHostAsync(service, name, name.Name, name.Port, EvenWeight, instances, cancellationToken).ConfigureAwait(false);
            }

            if (problem.Length > 0)
            {
                // A part would look as if the rest had gone.
                return new ResolvedService([], null, problem);
            }

            ttl = DnsAnswer.Shorter(ttl, lasts);
        }

        // In an order of their own: servers turn theirs with each answer.
        return new ResolvedService(
            [
                .. instances.DistinctBy(static i => (i.Host, i.Port, i.Protocol))
                    .OrderBy(static i => i.Host, StringComparer.Ordinal).ThenBy(static i => i.Port).ThenBy(static i => i.Protocol, StringComparer.Ordinal)
                    .Take(MaxInstances),
            ],
            ttl,
            string.Empty);
    }

    private async Task<(long? TtlS, string Problem)> AddServiceAsync(
        ServiceKey service, FollowedName name, List<ServiceInstance> instances, CancellationToken cancellationToken)
    {
        var answer = await resolver.ResolveAsync(name.Name, RecordType.Srv, cancellationToken).ConfigureAwait(false);
        if (!answer.IsKnown || answer.Records.IsEmpty)
        {
            return (answer.TtlS, answer.Problem);
        }

        // Only those with the least priority are for now (RFC 2782); the root as a host, or no port, says that there is no such service.
        var least = answer.Records.Min(static r => r.Priority);
        var hosts = answer.Records.Where(r => r.Priority == least && !r.Target.IsRoot && r.Port > 0)
            .OrderBy(static r => r.Target.ToString(), StringComparer.Ordinal).ThenBy(static r => r.Port).Take(MaxTargets).ToArray();
        var heaviest = hosts.Select(static r => r.Weight).DefaultIfEmpty().Max();
        var ttl = answer.TtlS;
        foreach (var host in hosts)
        {
            // Without any weights all are the same; beside others one of 0 has little.
            var weight = heaviest switch
            {
                0 => EvenWeight,
                > MaxWeight => (int)Math.Max(1, (long)host.Weight * MaxWeight / heaviest),
                _ => Math.Max(1, host.Weight),
            };
            var (lasts, problem) = await AddHostAsync(service, name, host.Target, host.Port, weight, instances, cancellationToken).ConfigureAwait(false);
            if (problem.Length > 0)
            {
                return (null, problem);
            }

            ttl = DnsAnswer.Shorter(ttl, lasts);
        }

        return (ttl, string.Empty);
    }

    private async Task<(long? TtlS, string Problem)> AddHostAsync(
        ServiceKey service, FollowedName name, DomainName host, int port, int weight, List<ServiceInstance> instances, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.ToString(), out var literal))
        {
            instances.Add(Instance(service, name, host, literal, port, weight));
            return (long.MaxValue, string.Empty);
        }

        var (preferred, other) = options.PrefersIpv6 ? (RecordType.Aaaa, RecordType.A) : (RecordType.A, RecordType.Aaaa);
        var answer = await resolver.ResolveAsync(host, preferred, cancellationToken).ConfigureAwait(false);
        if (answer is { IsKnown: true, Records.IsEmpty: true })
        {
            var second = await resolver.ResolveAsync(host, other, cancellationToken).ConfigureAwait(false);
            answer = second.Records.IsEmpty ? second with { TtlS = DnsAnswer.Shorter(answer.TtlS, second.TtlS) } : second;
        }

        // Both kinds of one host would give it a double share.
        instances.AddRange(answer.Records.Select(static r => r.Address).OfType<IPAddress>().Select(a => Instance(service, name, host, a, port, weight)));
        return (answer.TtlS, answer.Problem);
    }

    private ServiceInstance Instance(ServiceKey service, FollowedName name, DomainName host, IPAddress address, int port, int weight) => new()
    {
        Service = service,
        Protocol = name.Protocol,
        Host = address.ToString(),
        Port = port,
        IsSecure = name.IsSecure,
        Weight = weight,
        Zone = options.Zone,

        // Certificates are for names and not for their addresses.
        Metadata = name.IsSecure ? ImmutableDictionary<string, string>.Empty.Add("serverName", host.ToString()) : ImmutableDictionary<string, string>.Empty,
    };
}
