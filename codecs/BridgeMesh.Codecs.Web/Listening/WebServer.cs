using System.Text;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BridgeMesh.Codecs.Web.Listening;

/// <summary>
/// A Kestrel server of its own for one address. No host, no configuration files, no logging of its own; what a peer does wrong is answered,
/// not logged. Kestrel bounds the head of a request, its listener the body. It is started once and stopped once.
/// </summary>
public sealed class WebServer : IAsyncDisposable
{
    /// <summary>Verb, target and version of HTTP/1.1; Tomcat's and Kestrel's default.</summary>
    private const int MaxRequestLineBytes = 8 << 10;

    // A peer that sends names or values in Latin-1 gets replacement characters instead of a closed connection.
    private static readonly Encoding HeaderEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private readonly KestrelServerOptions _kestrel = new()
    {
        AddServerHeader = false,
        AllowSynchronousIO = false,
        RequestHeaderEncodingSelector = static _ => HeaderEncoding,
        ResponseHeaderEncodingSelector = static _ => HeaderEncoding,
    };

    private readonly KestrelServer _server;
    private readonly ClosableTransport _transport;
    private readonly HttpProtocols _protocols;
    private readonly int _maxConnections;

    /// <param name="options">Address, time-outs and bounds.</param>
    /// <param name="protocols">Http1 or Http2: in clear text a port speaks one of them.</param>
    public WebServer(ListenerSettings settings, WebListenerOptions options, HttpProtocols protocols, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        _protocols = protocols;
        _maxConnections = options.MaxConnections;
        Drain = new Drain(time);
        Limits.MaxRequestHeaderCount = Metadata.MaxEntries;
        Limits.MaxConcurrentConnections = options.MaxConnections;
        Limits.MaxRequestLineSize = MaxRequestLineBytes;
        Set(settings, options);
        _kestrel.Listen(options.Address, settings.Port, endpoint =>
        {
            endpoint.Protocols = protocols;
            endpoint.Use(Watched);
        });

        var logging = NullLoggerFactory.Instance;
        _transport = new ClosableTransport(new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logging));
        _server = new KestrelServer(Options.Create(_kestrel), _transport, logging);
    }

    /// <summary>The port bound, once started.</summary>
    public int Port { get; private set; }

    /// <summary>Whether it is stopping, for answers that must say so.</summary>
    public Drain Drain { get; }

    /// <summary>Bounds of bodies and their rates, which are the protocol's to set: before the start, or for the connections that come next.</summary>
    public KestrelServerLimits Limits => _kestrel.Limits;

    /// <summary>Throws <see cref="IOException"/> when the port is taken.</summary>
    public async Task StartAsync<TCall>(IHttpApplication<TCall> application, CancellationToken cancellationToken)
        where TCall : notnull
    {
        await _server.StartAsync(new CountedCalls<TCall>(application, Drain), cancellationToken).ConfigureAwait(false);
        Port = _transport.Bound?.Port ?? throw new InvalidOperationException("Kestrel started without an address");
    }

    /// <summary>
    /// Other time-outs for the connections that come next, where Kestrel reads them; false for what it reads once, at the start.
    /// </summary>
    public bool TryChange(ListenerSettings settings, WebListenerOptions options)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        if (options.MaxConnections != _maxConnections)
        {
            return false;
        }

        Set(settings, options);
        return true;
    }

    /// <summary>
    /// Takes no new connections, asks those that there are to go (GOAWAY over HTTP/2; over HTTP/1.1 the answers say it), and closes them once
    /// they are silent or the token is cancelled.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _transport.CloseAsync(cancellationToken).ConfigureAwait(false);
        await Drain.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _server.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Set(ListenerSettings settings, WebListenerOptions options)
    {
        Limits.MaxRequestHeadersTotalSize = settings.Limits.MaxMetadataBytes;
        Limits.KeepAliveTimeout = TimeSpan.FromMilliseconds(options.KeepAliveTimeoutMs);
        Limits.RequestHeadersTimeout = TimeSpan.FromMilliseconds(options.HeadTimeoutMs);
        Limits.Http2.MaxStreamsPerConnection = options.MaxStreams;
    }

    private ConnectionDelegate Watched(ConnectionDelegate next) => async connection =>
    {
        var http2 = _protocols == HttpProtocols.Http2 ? connection.Features.Get<IConnectionLifetimeNotificationFeature>() : null;
        Drain.OnConnected(http2);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Drain.OnDisconnected(http2);
        }
    };
}
