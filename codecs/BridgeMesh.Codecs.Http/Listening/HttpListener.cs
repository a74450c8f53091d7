using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>Takes HTTP calls at one address, 1.1 and 2. Kestrel bounds the head of a request, this listener its body.</summary>
internal sealed class HttpListener : IListener
{
    private const int MaxSkippedFrames = 8;

    private readonly WebServer _server;
    private readonly CallApplication<HttpCall, HttpCallSettings> _application;
    private readonly IExchangeDispatcher _dispatcher;

    internal HttpListener(ListenerSettings settings, HttpListenerOptions options, IExchangeDispatcher dispatcher)
    {
        _dispatcher = dispatcher;
        _server = new WebServer(settings, options.Web, dispatcher.Time);
        Set(settings, options);
        _application = new(HttpPlugin.ProtocolName, SettingsOf(settings, options), static calls => new HttpCall(calls));
    }

    public int Port => _server.Port;

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(_application, cancellationToken);

    /// <summary>
    /// For the requests that come next; time-outs for the connections that come next, where Kestrel reads them. The number of connections it
    /// reads once, at the start.
    /// </summary>
    public bool TryChange(ListenerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (HttpListenerOptions.Check(settings, out var options).Count > 0 || !_server.TryChange(settings, options.Web))
        {
            return false;
        }

        Set(settings, options);
        _application.Use(SettingsOf(settings, options));
        return true;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private HttpCallSettings SettingsOf(ListenerSettings settings, HttpListenerOptions options) =>
        new(_dispatcher, settings.Limits, options, _server.Drain);

    private void Set(ListenerSettings settings, HttpListenerOptions options)
    {
        // HttpCall refuses what is longer than a frame; Kestrel's own limit would cut the connection while the caller still sends, and the
        // caller would see a reset in place of the answer. Up to here the rest of a refused body passes unread, for 5 s at most.
        _server.Limits.MaxRequestBodySize = (long)settings.Limits.MaxFrameBytes * MaxSkippedFrames;
        _server.Limits.MinRequestBodyDataRate = _server.Limits.MinResponseDataRate = options.MinBytesPerS == 0
            ? null
            : new MinDataRate(options.MinBytesPerS, TimeSpan.FromMilliseconds(options.MinRateGraceMs));
    }
}
