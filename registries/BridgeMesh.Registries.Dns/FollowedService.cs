using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Dns.Names;
using BridgeMesh.Registries.Dns.Resolving;

namespace BridgeMesh.Registries.Dns;

/// <summary>
/// One service, asked for anew whenever what is known of it has lasted its time. What nobody knows now stays as it was, marked stale; a name
/// that is not there is a service without instances.
/// </summary>
internal sealed class FollowedService(
    ServiceKey service, ImmutableArray<FollowedName> names, DnsOptions options, InstanceResolver resolver, RegistrySettings settings)
{
    private readonly ServiceFeed _feed = new();
    private ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>>? _known;
    private int _failures;

    internal IAsyncEnumerable<ServiceSnapshot> WatchAsync(CancellationToken cancellationToken) => _feed.WatchAsync(service, cancellationToken);

    internal void End() => _feed.End();

    internal async Task RunAsync(CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (true)
            {
                var resolved = await resolver.ResolveAsync(service, names, stopping).ConfigureAwait(false);
                await Task.Delay(Take(resolved), settings.Time, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nobody watches any longer.
        }
    }

    /// <summary>Time until it is asked for again.</summary>
    private TimeSpan Take(ResolvedService resolved)
    {
        if (resolved.Problem.Length > 0)
        {
            if (_failures++ == 0)
            {
                settings.Notice?.Invoke(new RegistryNotice(IsTrouble: true, _known is null
                    ? $"{service}: {resolved.Problem}; it is tried again"
                    : $"{service}: {resolved.Problem}; what was known stays in use and it is tried again"));
            }

            _feed.MarkStale();
            return Pauses.After(_failures, options.FirstPause, options.LongestPause);
        }

        if (_failures > 0)
        {
            settings.Notice?.Invoke(new RegistryNotice(IsTrouble: false, $"{service} is answered again: {resolved.Instances.Length} instances"));
        }

        _failures = 0;
        if (_known is null || !_known[service].AsSpan().SequenceEqual(resolved.Instances.AsSpan()))
        {
            _known = ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>>.Empty.Add(service, resolved.Instances);
        }

        _feed.Publish(_known, isStale: false);
        var ttl = TimeSpan.FromSeconds(Math.Min(resolved.TtlS ?? 0, (long)options.MostTtl.TotalSeconds + 1));
        ttl = ttl > options.MostTtl ? options.MostTtl : ttl;

        // Never before its time: a cache in between would give the same answer with what is left of it.
        return (ttl < options.LeastTtl ? options.LeastTtl : ttl) * (1 + (Random.Shared.NextDouble() / 10));
    }
}
