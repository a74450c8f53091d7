using System.Net;
using System.Net.Security;
using System.Text;
using BridgeMesh.Codecs.Web.Tls;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
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

    /// <summary>Time for a TLS handshake; Kestrel's default.</summary>
    private const int HandshakeTimeoutMs = 10_000;

    // A peer that sends names or values in Latin-1 gets replacement characters instead of a closed connection.
    private static readonly Encoding HeaderEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    // Kestrel's TLS asks for its metrics, which come only through its registration; nothing else is taken from there.
    private static readonly Lazy<IServiceProvider> TlsServices = new(static () =>
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        return builder.Services.BuildServiceProvider();
    });

    private readonly KestrelServerOptions _kestrel = new()
    {
        AddServerHeader = false,
        AllowSynchronousIO = false,
        RequestHeaderEncodingSelector = static _ => HeaderEncoding,
        ResponseHeaderEncodingSelector = static _ => HeaderEncoding,
    };

    private readonly KestrelServer _server;
    private readonly ListenerTransport _transport;
    private readonly ConnectionGate _gate;
    private readonly FileBound<SslServerAuthenticationOptions>? _tls;
    private readonly WebListenerOptions _initial;

    public WebServer(ListenerSettings settings, WebListenerOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        _initial = options;
        _gate = new ConnectionGate(options.MaxConnections);
        Drain = new Drain(_gate, time);
        Limits.MaxRequestHeaderCount = Metadata.MaxEntries;
        Limits.MaxRequestLineSize = MaxRequestLineBytes;
        Set(settings, options);
        _tls = options.Tls?.Open(AlpnOf(options.Protocols), (isTrouble, text) => settings.Notice?.Invoke(new ListenerNotice(isTrouble, text)));
        if (_tls is not null)
        {
            _kestrel.ApplicationServices = TlsServices.Value;
        }

        var sorts = _tls is null && options.Protocols == HttpProtocols.Http1AndHttp2;
        var port = new IPEndPoint(options.Address, settings.Port);
        _kestrel.Listen(port, endpoint => Set(endpoint, sorts ? HttpProtocols.Http1 : options.Protocols));
        if (sorts)
        {
            _kestrel.Listen(new PrefaceEndPoint(port), endpoint => Set(endpoint, HttpProtocols.Http2));
        }

        var logging = NullLoggerFactory.Instance;
        _transport = new ListenerTransport(
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logging), _gate, sorts, () => Limits.KeepAliveTimeout, time);
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
        if (options.Protocols != _initial.Protocols || options.Tls != _initial.Tls)
        {
            return false;
        }

        _gate.Max = options.MaxConnections;
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
        _transport.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Set(ListenerSettings settings, WebListenerOptions options)
    {
        Limits.MaxRequestHeadersTotalSize = settings.Limits.MaxMetadataBytes;
        Limits.KeepAliveTimeout = TimeSpan.FromMilliseconds(options.KeepAliveTimeoutMs);
        Limits.RequestHeadersTimeout = TimeSpan.FromMilliseconds(options.HeadTimeoutMs);
        Limits.Http2.MaxStreamsPerConnection = options.MaxStreams;
    }

    private void Set(ListenOptions endpoint, HttpProtocols protocols)
    {
        endpoint.Protocols = protocols;
        endpoint.Use(Leaving);
        if (_tls is { } tls)
        {
            endpoint.UseHttps(new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = TimeSpan.FromMilliseconds(HandshakeTimeoutMs),
                OnConnection = _ => ValueTask.FromResult(tls.Current),
            });
        }

        if (protocols != HttpProtocols.Http1)
        {
            // Behind TLS, which says what was agreed on.
            endpoint.Use(next => connection => IsHttp2(connection, protocols) ? RunHttp2Async(connection, next) : next(connection));
        }
    }

    private static List<SslApplicationProtocol> AlpnOf(HttpProtocols protocols) => protocols switch
    {
        HttpProtocols.Http1 => [SslApplicationProtocol.Http11],
        HttpProtocols.Http2 => [SslApplicationProtocol.Http2],
        _ => [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };

    private static bool IsHttp2(ConnectionContext connection, HttpProtocols protocols) =>
        protocols == HttpProtocols.Http2
        || connection.Features.Get<ISslStreamFeature>()?.SslStream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2;

    private ConnectionDelegate Leaving(ConnectionDelegate next) => async connection =>
    {
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            _gate.Leave();
        }
    };

    private async Task RunHttp2Async(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<IConnectionLifetimeNotificationFeature>() is not { } lifetime)
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        Drain.OnHttp2Connected(lifetime);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Drain.OnHttp2Disconnected(lifetime);
        }
    }
}
