using System.ComponentModel.DataAnnotations;
using BridgeMesh.Core.Model;
using BridgeMesh.Gateway.Configuration.Binding;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// A whole <c>bridgemesh.yaml</c>, as written. Keys are the property names in camel case. A key that the file leaves out is as in the
/// built-in configuration: a listener for each protocol on the loopback address, a registry file <c>services.yaml</c>, one route for everything.
/// </summary>
public sealed record GatewayConfig
{
    /// <summary>Id of this gateway among others; letters, digits, dash and dot, at most 64. Default: the machine's name.</summary>
    [TextRule("^[A-Za-z0-9.-]{1,64}$", "1 to 64 letters, digits, dashes and dots")]
    public string? Id { get; init; }

    /// <summary>
    /// Gateways that a call may pass, this one included, 1 to 16; a call that has passed more is refused, and so is one that was here before.
    /// </summary>
    [Range(1, 16)]
    public int MaxHops { get; init; } = 4;

    /// <summary>Where callers are taken; at least one.</summary>
    [MinLength(1)]
    public IReadOnlyList<ListenerConfig> Listeners { get; init; } = [];

    /// <summary>Where callees are found; at least one.</summary>
    [MinLength(1)]
    public IReadOnlyList<RegistryConfig> Registries { get; init; } = [];

    /// <summary>Where contracts come from: paths or patterns of files, and servers with reflection.</summary>
    public IReadOnlyList<ContractConfig> Contracts { get; init; } = [];

    /// <summary>Which calls go where, in order of preference: the first that matches and has the service decides.</summary>
    [MinLength(1)]
    public IReadOnlyList<RouteConfig> Routes { get; init; } = [];

    /// <summary>
    /// Zones by name: sets of registries and those who read them. Facades name them; a name is 1 to 64 letters, digits, dashes and underscores.
    /// </summary>
    [TextRule(TextRuleAttribute.NamePattern, TextRuleAttribute.NameWords)]
    public IReadOnlyDictionary<string, ZoneConfig> Zones { get; init; } = new Dictionary<string, ZoneConfig>();

    /// <summary>Which services of one zone are offered in another. Calls under a facade's name need no route of their own.</summary>
    public IReadOnlyList<FacadeConfig> Facades { get; init; } = [];

    public StateConfig State { get; init; } = new();

    public UpstreamConfig Upstream { get; init; } = new();

    /// <summary>
    /// What carries the connections of Bolt, Dubbo and other framed protocols: <c>reactor</c>, which are threads with epoll of their own, on Linux;
    /// <c>sockets</c>, which are .NET's; or <c>auto</c>, which today is <c>sockets</c>. A change needs a restart.
    /// </summary>
    public TransportKind Transport { get; init; }

    /// <summary>
    /// Threads of <c>transport: reactor</c>, 0 to 64; 0 takes half of the processors, at most 8. Each has connections
    /// of its own to every callee. A change needs a restart.
    /// </summary>
    [Range(0, 64)]
    public int Reactors { get; init; }

    public PluginsConfig Plugins { get; init; } = new();

    public AdminConfig Admin { get; init; } = new();

    public LoggingConfig Logging { get; init; } = new();

    /// <summary>Time for calls in flight to finish when the gateway, or a listener of it, is told to stop, in ms, 0 to 600,000.</summary>
    [Range(0, 600_000)]
    public int DrainMs { get; init; } = 10_000;

    /// <summary>
    /// Time from the moment the gateway is told to stop, from which on <c>/readyz</c> answers 503, until it takes no more callers, in ms,
    /// 0 to 600,000. As long as the load balancers and registries in front of it need to notice. Default: 5,000 where there are facades, which are
    /// withdrawn at its beginning, else 0.
    /// </summary>
    [Range(0, 600_000)]
    public int? DrainAnnounceMs { get; init; }

    /// <summary>Callers that watch their registry notice within a second; those that ask it now and then need a setting of their own.</summary>
    internal int AnnounceMs => DrainAnnounceMs ?? (Facades.Count > 0 ? 5_000 : 0);
}
