using BridgeMesh.Core.Channels;
using BridgeMesh.Core.Facades;
using BridgeMesh.Core.Pipeline;
using BridgeMesh.Core.Routing;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Runtime;

/// <summary>A running gateway as an operator sees it. Numbers are since start.</summary>
public sealed record GatewayStatus
{
    public required string Id { get; init; }

    public required bool Ready { get; init; }

    public required IReadOnlyList<ListenerStatus> Listeners { get; init; }

    public required IReadOnlyList<string> Routes { get; init; }

    public required IReadOnlyList<string> Contracts { get; init; }

    public required IReadOnlyList<RegistryStatus> Registries { get; init; }

    public required IReadOnlyList<ServiceStatus> Services { get; init; }

    /// <summary>Methods whose calls are refused because of what their callees speak; the first 200.</summary>
    public required IReadOnlyList<RefusedMethod> Refused { get; init; }

    /// <summary>Services of one zone that this gateway offers in another.</summary>
    public required IReadOnlyList<OfferedService> Facades { get; init; }

    public required IReadOnlyList<ChannelStatus> Channels { get; init; }

    public required CallStatus Calls { get; init; }

    internal static GatewayStatus Of(GatewayRuntime runtime, ExchangeDispatcher dispatcher, PipelineCounters counters, ChannelPool channels, FacadeSet facades)
    {
        var model = runtime.Model;
        var ports = runtime.Ports;
        return new GatewayStatus
        {
            Id = model.Id,
            Ready = runtime.IsReady,
            Listeners = [.. model.Listeners.Select(l => new ListenerStatus(l.Name, l.Protocol, l.Host, ports.GetValueOrDefault(l.Name)))],
            Routes = [.. model.Routes.Select(r => r.Name)],
            Contracts = [.. model.Contracts.Select(c => c.Service.ToString())],
            Registries = [.. runtime.RegistryStatuses()],
            Services = [.. (dispatcher.Table?.Services ?? [])
                .Select(s => new ServiceStatus(s.Registry, s.Snapshot.Service.ToString(), s.Snapshot.Revision, s.Snapshot.Stale,
                    [.. s.Snapshot.Instances.Select(i => $"{i.Protocol}://{i.Host}:{i.Port}")]))],
            Refused = [.. (dispatcher.Table?.Refused() ?? []).Take(RefusedMethods.MaxTold)],
            Facades = [.. facades.Status.OrderBy(static f => f.Rule, StringComparer.Ordinal)
                .Select(static f => new OfferedService(
                    f.Rule, f.Key.Registry, f.Key.Service.ToString(), $"{f.Key.Protocol}://{f.Key.Host}:{f.Key.Port}", f.State, f.Behind, f.Why))],
            Channels = [.. channels.List().Select(c => new ChannelStatus(c.Protocol, $"{c.Host}:{c.Port}", c.InFlight, c.Available))],
            Calls = new CallStatus(
                counters.InFlight,
                counters.Completed,
                counters.TotalMicroseconds,
                Enum.GetValues<ExchangeStatus>().ToDictionary(s => s.ToString(), counters.Of),
                Enum.GetValues<Lane>().ToDictionary(l => l.ToString(), counters.Of)),
        };
    }
}

/// <param name="Port">0 while it is not bound.</param>
public sealed record ListenerStatus(string Name, string Protocol, string Host, int Port);

/// <summary>How a registry is followed.</summary>
/// <param name="Answered">It has told all it knows at least once.</param>
/// <param name="Stale">Services of which what was known last is in use, because the registry is away.</param>
/// <param name="HeldBack">Instances that it has suddenly lost, and that stay in use until it has said so for long enough.</param>
public sealed record RegistryStatus(string Name, bool Answered, int Services, int Stale, int HeldBack);

/// <summary>A service as a registry has it now.</summary>
public sealed record ServiceStatus(string Registry, string Service, long Revision, bool Stale, IReadOnlyList<string> Instances);

/// <summary>A facade of this gateway in a registry.</summary>
/// <param name="Facade">Its rule.</param>
/// <param name="State">standing, publishing, withdrawing, withdrawn, failed, or left by an earlier life.</param>
/// <param name="Behind">Instances that take its calls.</param>
/// <param name="Why">Why it does not stand, or will not for long; null when there is nothing to say.</param>
public sealed record OfferedService(string Facade, string Registry, string Service, string Address, string State, int Behind, string? Why);

/// <summary>A way to one instance.</summary>
public sealed record ChannelStatus(string Protocol, string Address, int InFlight, bool Available);

/// <param name="TotalMicroseconds">Time spent in completed exchanges, callees included.</param>
public sealed record CallStatus(
    long InFlight, long Completed, long TotalMicroseconds, IReadOnlyDictionary<string, long> ByStatus, IReadOnlyDictionary<string, long> ByLane);
