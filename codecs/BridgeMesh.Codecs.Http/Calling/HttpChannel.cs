using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Codecs.Web.Calling;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using Yarp.ReverseProxy.Forwarder;

namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>
/// Calls one instance of an HTTP service over a pool of connections of its own: no proxy, cookies, redirects or decompression, so that
/// what the callee says is what the caller gets. The instance's metadata may say <c>path</c>, a prefix for every path, and what
/// <see cref="WebUpstream"/> reads.
/// </summary>
internal sealed class HttpChannel : IUpstreamChannel
{
    private readonly AttemptGate _gate;
    private ForwarderRequestConfig? _forwarding;

    internal HttpChannel(ServiceInstance instance, ChannelSettings settings)
    {
        Settings = settings;
        _gate = new AttemptGate(settings.Limits.MaxInFlight);
        Reachability = new Reachability(settings);
        Upstream = new WebUpstream(instance, settings, version: null);
        var prefix = instance.Metadata.GetValueOrDefault("path", string.Empty).Trim('/');
        BaseUrl = prefix.Length == 0 ? Upstream.Origin : $"{Upstream.Origin}/{prefix}";
    }

    public string Protocol => HttpPlugin.ProtocolName;

    public StreamSupport Streams => StreamSupport.Server;

    public int InFlight => _gate.InFlight;

    public bool IsAvailable => Reachability.IsAvailable;

    internal Reachability Reachability { get; }

    internal ChannelSettings Settings { get; }

    /// <summary>Scheme, authority and path prefix without a slash at its end.</summary>
    internal string BaseUrl { get; }

    internal WebUpstream Upstream { get; }

    /// <summary>A request that came by the service's native path, or to an address of its own, is one that the service itself understands.</summary>
    public bool CanForward(Exchange exchange) => exchange.CallerItem is HttpCall { MayPass: true };

    /// <param name="idle">Time without a byte after which a running stream ends.</param>
    internal ForwarderRequestConfig ForwardingWith(TimeSpan idle)
    {
        var known = _forwarding;
        return known?.ActivityTimeout == idle
            ? known
            : _forwarding = new() { ActivityTimeout = idle, Version = Upstream.Version, VersionPolicy = Upstream.VersionPolicy };
    }

    public void Send(Exchange exchange, IAttemptSink sink)
    {
        var attempt = new HttpAttempt(this, exchange, sink);
        exchange.CalleeItem = attempt;
        if (_gate.TryEnter(exchange))
        {
            Reachability.OnSend();
            AttemptGate.Start(attempt);
        }
        else
        {
            attempt.Complete();
        }
    }

    public void Cancel(Exchange exchange) => (exchange.CalleeItem as HttpAttempt)?.Clock.GiveUp();

    public ValueTask DisposeAsync()
    {
        Upstream.Dispose();
        return ValueTask.CompletedTask;
    }

    internal void OnAttemptEnded() => _gate.Leave();
}
