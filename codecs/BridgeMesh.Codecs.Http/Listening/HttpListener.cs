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

    internal HttpListener(ListenerSettings settings, HttpListenerOptions options, IExchangeDispatcher dispatcher)
    {
        var kestrel = new KestrelServerOptions
        {
            AddServerHeader = false,
            AllowSynchronousIO = false,
            RequestHeaderEncodingSelector = static _ => HeaderEncoding,
            ResponseHeaderEncodingSelector = static _ => HeaderEncoding,
        };

        // HttpCall refuses what is longer than a frame; Kestrel's own limit would cut the connection while the caller still sends, and the
        // caller would see a reset in place of the answer. Up to here the rest of a refused body passes unread, for 5 s at most.
        kestrel.Limits.MaxRequestBodySize = (long)settings.Limits.MaxFrameBytes * MaxSkippedFrames;
        kestrel.Limits.MaxRequestHeadersTotalSize = settings.Limits.MaxMetadataBytes;
        kestrel.Limits.MaxRequestHeaderCount = Metadata.MaxEntries;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMilliseconds(options.KeepAliveTimeoutMs);
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromMilliseconds(options.HeadTimeoutMs);
        kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
        kestrel.Limits.MinRequestBodyDataRate = kestrel.Limits.MinResponseDataRate = options.MinBytesPerS == 0
            ? null
            : new MinDataRate(options.MinBytesPerS, TimeSpan.FromMilliseconds(options.MinRateGraceMs));
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

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _transport.CloseAsync(cancellationToken).ConfigureAwait(false);
        await _drain.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _server.StopAsync(cancellationToken).ConfigureAwait(false);
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
