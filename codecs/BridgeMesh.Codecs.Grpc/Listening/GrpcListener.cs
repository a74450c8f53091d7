using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>Takes gRPC calls at one address: HTTP/2 in clear text with prior knowledge, as gRPC's own clients use it.</summary>
internal sealed class GrpcListener : IListener
{
    private readonly WebServer _server;
    private readonly GrpcCallApplication _application;

    internal GrpcListener(ListenerSettings settings, WebListenerOptions options, IExchangeDispatcher dispatcher)
    {
        _server = new WebServer(settings, options, HttpProtocols.Http2, dispatcher.Time);

        // A stream may carry any number of messages: each is bounded, the body as a whole is not. A stream may be silent for long.
        _server.Limits.MaxRequestBodySize = null;
        _server.Limits.MinRequestBodyDataRate = null;
        _server.Limits.MinResponseDataRate = null;
        _application = new GrpcCallApplication(new GrpcCallSettings(dispatcher, settings.Limits));
    }

    public int Port => _server.Port;

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(_application, cancellationToken);

    /// <summary>Kestrel sends GOAWAY, so that clients open new streams elsewhere, and waits for those that are open.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
