using System.Text;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>
/// A Kestrel server of its own for one address: HTTP/1.1 in clear text. No host, no configuration files, no logging of its own; what a
/// peer does wrong is answered, not logged. Kestrel bounds the head of a request, this listener its body.
/// </summary>
internal sealed class HttpListener : IListener
{
    // A peer that sends names or values in Latin-1 gets replacement characters instead of a closed connection.
    private static readonly Encoding HeaderEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private const int MaxSkippedFrames = 8;

    /// <summary>Verb, target and version; Tomcat's and Kestrel's default.</summary>
    private const int MaxRequestLineBytes = 8 << 10;

    private readonly KestrelServer _server;
    private readonly ClosableTransport _transport;
    private readonly HttpCallApplication _application;
    private readonly Drain _drain;
    private readonly KestrelServerLimits _kestrelLimits;
    private readonly IExchangeDispatcher _dispatcher;
    private readonly int _maxConnections;

    internal HttpListener(ListenerSettings settings, HttpListenerOptions options, IExchangeDispatcher dispatcher)
    {
        var kestrel = new KestrelServerOptions
        {
            AddServerHeader = false,
            AllowSynchronousIO = false,
            RequestHeaderEncodingSelector = static _ => HeaderEncoding,
            ResponseHeaderEncodingSelector = static _ => HeaderEncoding,
        };
        kestrel.Limits.MaxRequestHeaderCount = Metadata.MaxEntries;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
        Set(kestrel.Limits, settings, options);
        _kestrelLimits = kestrel.Limits;
        _dispatcher = dispatcher;
        _maxConnections = options.MaxConnections;
        var calls = new HttpCallSettings(dispatcher, settings.Limits, options);
        _drain = calls.Drain;
        kestrel.Listen(options.Address, settings.Port, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.Use(CountedBy(calls.Drain));
        });

        var logging = NullLoggerFactory.Instance;
        _transport = new ClosableTransport(new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logging));
        _server = new KestrelServer(Options.Create(kestrel), _transport, logging);
        _application = new HttpCallApplication(calls);
    }

    public int Port { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _server.StartAsync(_application, cancellationToken).ConfigureAwait(false);
        var bound = _server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("Kestrel started without an address");
        Port = BindingAddress.Parse(bound).Port;
    }

    /// <summary>
    /// For the requests that come next; time-outs for the connections that come next, where Kestrel reads them. The number of connections it
    /// reads once, at the start.
    /// </summary>
    public bool TryChange(ListenerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (HttpListenerOptions.Check(settings, out var options).Count > 0 || options.MaxConnections != _maxConnections)
        {
            return false;
        }

        Set(_kestrelLimits, settings, options);
        _application.Use(new HttpCallSettings(_dispatcher, settings.Limits, options, _drain));
        return true;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _transport.CloseAsync(cancellationToken).ConfigureAwait(false);
        await _drain.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _server.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void Set(KestrelServerLimits limits, ListenerSettings settings, HttpListenerOptions options)
    {
        // HttpCall refuses what is longer than a frame; Kestrel's own limit would cut the connection while the caller still sends, and the
        // caller would see a reset in place of the answer. Up to here the rest of a refused body passes unread, for 5 s at most.
        limits.MaxRequestBodySize = (long)settings.Limits.MaxFrameBytes * MaxSkippedFrames;
        limits.MaxRequestHeadersTotalSize = settings.Limits.MaxMetadataBytes;
        limits.KeepAliveTimeout = TimeSpan.FromMilliseconds(options.KeepAliveTimeoutMs);
        limits.RequestHeadersTimeout = TimeSpan.FromMilliseconds(options.HeadTimeoutMs);
        limits.MinRequestBodyDataRate = limits.MinResponseDataRate = options.MinBytesPerS == 0
            ? null
            : new MinDataRate(options.MinBytesPerS, TimeSpan.FromMilliseconds(options.MinRateGraceMs));
    }

    private static Func<ConnectionDelegate, ConnectionDelegate> CountedBy(Drain drain) => next => async connection =>
    {
        drain.OnConnected();
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            drain.OnDisconnected();
        }
    };

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }
}
