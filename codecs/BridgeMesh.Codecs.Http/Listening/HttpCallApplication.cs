using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Faults;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>What all calls of a listener share, and the bindings in force.</summary>
internal sealed class HttpCallSettings(IExchangeDispatcher dispatcher, FrameLimits limits, HttpListenerOptions options, Drain? drain = null)
{
    private HttpBindingTable _bindings = new(dispatcher.Contracts);

    internal IExchangeDispatcher Dispatcher { get; } = dispatcher;

    internal FrameLimits Limits { get; } = limits;

    internal CredentialPolicy Credentials { get; } = options.Credentials;

    internal CorsPolicy? Cors { get; } = options.Cors;

    internal Drain Drain { get; } = drain ?? new(dispatcher.Time);

    internal bool HasBootErrors { get; } = options.HasBootErrors;

    /// <summary>Longest body of the forward lane in bytes; null for no bound.</summary>
    internal long? MaxForwardedBytes { get; } = options.MaxForwardedMiB == 0 ? null : (long)options.MaxForwardedMiB << 20;

    /// <summary>Time without a byte after which a running stream ends. Until a callee begins its answer, the attempt's deadline counts.</summary>
    internal ForwarderRequestConfig Forwarding { get; } = new()
    {
        ActivityTimeout = TimeSpan.FromMilliseconds(options.StreamIdleTimeoutMs),
        Version = System.Net.HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <summary>Compiled anew when the dispatcher shows another array of contracts. Two threads may do so; either is right.</summary>
    internal HttpBindingTable Bindings
    {
        get
        {
            var known = Volatile.Read(ref _bindings);
            var current = Dispatcher.Contracts;
            if (known.Contracts == current)
            {
                return known;
            }

            var compiled = new HttpBindingTable(current);
            Volatile.Write(ref _bindings, compiled);
            return compiled;
        }
    }
}

/// <summary>Kestrel's way in. A connection keeps its call object from request to request, until the settings change.</summary>
internal sealed class HttpCallApplication(HttpCallSettings initial) : IHttpApplication<HttpCall>
{
    private HttpCallSettings _settings = initial;

    /// <summary>For the requests that begin from now on. The drain must be the same: it counts all of the listener's calls.</summary>
    internal void Use(HttpCallSettings settings) => Volatile.Write(ref _settings, settings);

    public HttpCall CreateContext(IFeatureCollection contextFeatures)
    {
        var settings = Volatile.Read(ref _settings);
        var container = contextFeatures as IHostContextContainer<HttpCall>;
        var call = container?.HostContext;
        if (call is null || !ReferenceEquals(call.Settings, settings))
        {
            call = new HttpCall(settings);
            if (container is not null)
            {
                container.HostContext = call;
            }
        }

        call.Begin(contextFeatures);
        settings.Drain.OnBegin();
        return call;
    }

    public Task ProcessRequestAsync(HttpCall context) => context.RunAsync();

    public void DisposeContext(HttpCall context, Exception? exception)
    {
        // Kestrel answers 500 or closes. What the connection did is the peer's affair; anything else is a bug of ours.
        if (exception is not (null or IOException or OperationCanceledException or BadHttpRequestException))
        {
            InternalFaults.Count(exception);
        }

        context.End();
        context.Settings.Drain.OnEnd();
    }
}
