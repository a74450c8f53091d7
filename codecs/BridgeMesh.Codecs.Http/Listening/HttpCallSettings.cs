using System.Collections.Frozen;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>What all calls of a listener share, and the bindings in force.</summary>
internal sealed class HttpCallSettings(IExchangeDispatcher dispatcher, FrameLimits limits, HttpListenerOptions options, Drain drain)
{
    private readonly BindingsInForce _others = new(dispatcher, options.Pins.Default);

    // Null where no host has a service of its own, which is the rule.
    private readonly FrozenDictionary<string, BindingsInForce>? _byHost = options.Pins.Hosts.Count == 0
        ? null
        : options.Pins.Hosts.ToFrozenDictionary(static h => h.Key, h => new BindingsInForce(dispatcher, h.Value), StringComparer.OrdinalIgnoreCase);

    internal IExchangeDispatcher Dispatcher { get; } = dispatcher;

    internal FrameLimits Limits { get; } = limits;

    internal CredentialPolicy Credentials { get; } = options.Credentials;

    internal CorsPolicy? Cors { get; } = options.Cors;

    internal Drain Drain { get; } = drain;

    internal bool HasBootErrors { get; } = options.HasBootErrors;

    /// <summary>Longest body of the forward lane in bytes; null for no bound.</summary>
    internal long? MaxForwardedBytes { get; } = options.MaxForwardedMiB == 0 ? null : (long)options.MaxForwardedMiB << 20;

    /// <summary>Time without a byte after which a running stream ends. Until a callee begins its answer, the attempt's deadline counts.</summary>
    internal TimeSpan StreamIdle { get; } = TimeSpan.FromMilliseconds(options.StreamIdleTimeoutMs);

    /// <summary>What a request may call.</summary>
    /// <param name="host">The Host header as it came.</param>
    internal BindingsInForce BindingsOf(string rawTarget, string? host) =>
        _byHost is not null
        && _byHost.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(HostName.Of(rawTarget, host), out var bindings) ? bindings : _others;
}
