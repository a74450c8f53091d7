using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>Takes calls of gRPC's family at one address: HTTP/2 as gRPC's own clients use it, HTTP/1.1 for the others.</summary>
internal sealed class RpcListener : IListener
{
    /// <summary>
    /// What callers may send on one connection ahead of being read, in bytes. Kestrel's 1 MiB is one stream's window (768 KiB) and little more:
    /// one stream whose callee does not read would hold up all others of its connection.
    /// </summary>
    internal const int ConnectionWindowBytes = 16 << 20;

    private readonly WebServer _server;
    private readonly CallApplication<RpcCall, RpcCallSettings> _application;

    internal RpcListener(
        RpcProtocol protocol, ListenerSettings settings, WebListenerOptions options, PackingRule? packing, CorsPolicy? cors, IExchangeDispatcher dispatcher)
    {
        _server = new WebServer(settings, options, dispatcher.Time);

        // A stream may carry any number of messages: each is bounded, the body as a whole is not. A stream may be silent for long.
        _server.Limits.MaxRequestBodySize = null;
        _server.Limits.MinRequestBodyDataRate = null;
        _server.Limits.MinResponseDataRate = null;
        _server.Limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;

        // A connection with open streams never idles: only pings tell one whose other end is gone without a word.
        _server.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        _server.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        var shared = new RpcCallSettings(protocol, dispatcher, settings.Limits, packing, cors, _server.Drain);
        _application = new(protocol.Name, shared, static calls => new RpcCall(calls));
    }

    public int Port => _server.Port;

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(_application, cancellationToken);

    /// <summary>Kestrel sends GOAWAY, so that clients open new streams elsewhere, and waits for those that are open.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
