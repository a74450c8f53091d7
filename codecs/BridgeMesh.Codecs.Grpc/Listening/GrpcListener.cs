using System.Text;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>
/// A Kestrel server of its own for one address: HTTP/2 in clear text with prior knowledge, as gRPC's own clients use it. No host and no
/// logging of its own; what a peer does wrong is answered, not logged.
/// </summary>
internal sealed class GrpcListener : IListener
{
    // A peer that sends values in Latin-1 gets replacement characters instead of a closed connection.
    private static readonly Encoding HeaderEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private readonly KestrelServer _server;
    private readonly GrpcCallApplication _application;

    internal GrpcListener(ListenerSettings settings, GrpcListenerOptions options, IExchangeDispatcher dispatcher)
    {
        var kestrel = new KestrelServerOptions
        {
            AddServerHeader = false,
            AllowSynchronousIO = false,
            RequestHeaderEncodingSelector = static _ => HeaderEncoding,
        };

        // A stream may carry any number of messages: each is bounded, the body as a whole is not. A stream may be silent for long.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = settings.Limits.MaxMetadataBytes;
        kestrel.Limits.MaxRequestHeaderCount = Metadata.MaxEntries;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMilliseconds(options.KeepAliveTimeoutMs);
        kestrel.Limits.Http2.MaxStreamsPerConnection = options.MaxStreams;
        kestrel.Listen(options.Address, settings.Port, static endpoint => endpoint.Protocols = HttpProtocols.Http2);

        var logging = NullLoggerFactory.Instance;
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logging);
        _server = new KestrelServer(Options.Create(kestrel), transport, logging);
        _application = new GrpcCallApplication(new GrpcCallSettings(dispatcher, settings.Limits));
    }

    public int Port { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _server.StartAsync(_application, cancellationToken).ConfigureAwait(false);
        var bound = _server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("Kestrel started without an address");
        Port = BindingAddress.Parse(bound).Port;
    }

    /// <summary>Kestrel sends GOAWAY, so that clients open new streams elsewhere, and waits for those that are open.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }
}
