using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Plugins;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Model;

/// <summary>The validated, immutable form of a configuration: everything the pipeline runs on. The host makes it, the runtime applies it.</summary>
public sealed record GatewayModel
{
    /// <summary>Id of this gateway among others; letters, digits, dash and dot, at most 64.</summary>
    public required string Id { get; init; }

    public ImmutableArray<ListenerModel> Listeners { get; init; } = [];

    public ImmutableArray<RegistryModel> Registries { get; init; } = [];

    /// <summary>In order of preference: the first that matches and has the service decides.</summary>
    public ImmutableArray<RouteModel> Routes { get; init; } = [];

    public ImmutableArray<ServiceContract> Contracts { get; init; } = [];

    /// <summary>By name.</summary>
    public ImmutableDictionary<string, ZoneModel> Zones { get; init; } = ImmutableDictionary<string, ZoneModel>.Empty;

    /// <summary>What is offered of one zone in another. The routes that they need are among <see cref="Routes"/>.</summary>
    public ImmutableArray<FacadeModel> Facades { get; init; } = [];

    /// <summary>Absolute path of the directory for what outlives the process; null keeps nothing.</summary>
    public string? StatePath { get; init; }

    public UpstreamModel Upstream { get; init; } = new();

    /// <summary>What carries the connections of framed protocols. Fixed at the start.</summary>
    public TransportKind Transport { get; init; }

    /// <summary>Threads that carry them with <see cref="TransportKind.Reactor"/>, 0 to 64; 0 takes a number that suits the machine.</summary>
    public int Reactors { get; init; }

    /// <summary>Zone, by registries' name for it, whose instances take the calls while one of them is available; empty prefers none.</summary>
    public string CalleeZone { get; init; } = string.Empty;

    /// <summary>Gateways that a call may pass, this one included, 1 to 16.</summary>
    public int MaxHops { get; init; } = 4;

    /// <summary>Time for callers of a listener that is taken away to finish and go, in ms, 0 to 600,000.</summary>
    public int DrainMs { get; init; } = 10_000;
}

/// <summary>What carries the connections of framed protocols.</summary>
public enum TransportKind
{
    /// <summary>What is best proven on this system: the sockets.</summary>
    Auto,

    /// <summary>Threads with epoll of their own, on Linux; the sockets elsewhere.</summary>
    Reactor,

    /// <summary>The framework's sockets and thread pool.</summary>
    Sockets,
}

/// <param name="Name">Unique.</param>
/// <param name="Protocol">A frame codec's or listener's name.</param>
/// <param name="Host">IP address to bind.</param>
/// <param name="Port">0 to 65,535; 0 takes a free one.</param>
/// <param name="Settings">What the protocol's listener understands beside.</param>
public sealed record ListenerModel(
    string Name, string Protocol, string Host, int Port, FrameLimits Limits, ImmutableDictionary<string, string> Settings);

/// <param name="Name">Unique; routes name it.</param>
/// <param name="Kind">A registry factory's kind.</param>
public sealed record RegistryModel(string Name, string Kind, ImmutableDictionary<string, string> Settings)
{
    /// <summary>When a list that has lost much is believed; null: always at once.</summary>
    public GuardModel? Guard { get; init; }
}

/// <summary>When a service's list that lost much of it at once, or all, is believed.</summary>
/// <param name="ShrinkPercent">Share of a list whose loss is believed at once, 0 to 99; an empty list never is.</param>
/// <param name="ConfirmMs">Time for which the registry must go on saying so, in ms, 0 to 3,600,000.</param>
public sealed record GuardModel(int ShrinkPercent = 50, int ConfirmMs = 10_000);

/// <summary>Which calls go where.</summary>
public sealed record RouteModel
{
    public required string Name { get; init; }

    public ServiceMatch Match { get; init; } = ServiceMatch.Any;

    /// <summary>Registries that are asked, in this order; empty means all, in configured order.</summary>
    public ImmutableArray<string> Registries { get; init; } = [];

    /// <summary>Service as the registry and the callee know it; null parts stay as the caller named them.</summary>
    public ServiceRewrite Rewrite { get; init; } = ServiceRewrite.None;

    /// <summary>Only instances of this protocol; null takes any.</summary>
    public string? Protocol { get; init; }

    /// <summary>What becomes of methods that their callees' protocol cannot carry.</summary>
    public RouteLint Lint { get; init; } = RouteLint.Warn;

    /// <summary>Time for a call whose caller says none, in ms, 1 to 3,600,000. Dubbo 2.7 consumers say none.</summary>
    public int TimeoutMs { get; init; } = 3_000;

    /// <summary>Longest time that a caller may ask for, in ms.</summary>
    public int MaxTimeoutMs { get; init; } = 600_000;

    /// <summary>
    /// The facade that it was made from; null for one that was written. It never leads to another gateway: two that offer what the other
    /// offers would pass the call between them.
    /// </summary>
    public string? Facade { get; init; }
}

/// <summary>What a route makes of methods that their callees' protocol cannot carry, as the protocol's lint says.</summary>
public enum RouteLint
{
    /// <summary>The configuration is refused where it is known; a call that finds such a callee is refused.</summary>
    Refuse,

    /// <summary>It is told, and calls of those methods are refused; the others pass.</summary>
    Warn,

    /// <summary>Nothing is looked at, and calls are tried.</summary>
    Off,
}

/// <summary>What a route takes. Null takes anything; empty text takes only "none".</summary>
/// <param name="Interface">A whole name, a prefix that ends in <c>*</c>, or null.</param>
/// <param name="Methods">Method names; empty takes all.</param>
public sealed record ServiceMatch(
    string? Interface = null, string? Version = null, string? Group = null, string? UniqueId = null, ImmutableArray<string> Methods = default)
{
    public static readonly ServiceMatch Any = new();

    /// <summary>
    /// A part that the caller leaves out is taken too, as registries do it: an HTTP caller knows no version. False takes parts exactly as
    /// the caller says them.
    /// </summary>
    public bool IsLoose { get; init; }
}

/// <summary>New parts of a service's name; null leaves a part as it is.</summary>
public sealed record ServiceRewrite(string? Interface = null, string? Version = null, string? Group = null, string? UniqueId = null)
{
    public static readonly ServiceRewrite None = new();
}

/// <summary>How callees are reached.</summary>
public sealed record UpstreamModel
{
    /// <summary>1 to 60,000.</summary>
    public int ConnectTimeoutMs { get; init; } = 1_000;

    /// <summary>Connections to one instance of a framed protocol, 1 to 64.</summary>
    public int ConnectionsPerInstance { get; init; } = 1;

    /// <summary>First pause before a lost connection is tried again, in ms; doubles, with jitter, up to <see cref="MaxReconnectMs"/>.</summary>
    public int ReconnectMs { get; init; } = 100;

    public int MaxReconnectMs { get; init; } = 10_000;

    public FrameLimits Limits { get; init; } = FrameLimits.Default;

    public UpstreamTls Tls { get; init; } = UpstreamTls.Default;
}
