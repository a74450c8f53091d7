using System.Net;
using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Codecs.Web.Calling;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Grpc.Calling;

/// <summary>
/// Calls one instance of a service of gRPC's family over HTTP/2 connections of its own; a second one is opened when the callee's limit of
/// streams is reached. The instance's metadata may say what <see cref="WebUpstream"/> reads.
/// </summary>
internal sealed class RpcChannel : IUpstreamChannel
{
    private readonly WebUpstream _upstream;
    private readonly AttemptGate _gate;

    internal RpcChannel(RpcProtocol protocol, ServiceInstance instance, ChannelSettings settings)
    {
        Protocol = protocol.Name;
        Dialect = protocol.CalleeDialectOf(instance);
        Packing = PackingRule.Of(instance);
        Settings = settings;
        _gate = new AttemptGate(settings.Limits.MaxInFlight);
        Reachability = new Reachability(settings);
        _upstream = new WebUpstream(instance, settings, HttpVersion.Version20);
    }

    public string Protocol { get; }

    public StreamSupport Streams => Dialect.Streams;

    public int InFlight => _gate.InFlight;

    public bool IsAvailable => Reachability.IsAvailable;

    internal Reachability Reachability { get; }

    internal ChannelSettings Settings { get; }

    internal CalleeDialect Dialect { get; }

    /// <summary>How requests are compressed; null for not at all.</summary>
    internal PackingRule? Packing { get; }

    /// <summary>Scheme and authority.</summary>
    internal string BaseUrl => _upstream.Origin;

    internal HttpMessageInvoker Invoker => _upstream.Invoker;

    public bool CanForward(Exchange exchange) => exchange.CallerItem is RpcCall call && Dialect.Takes(exchange, call.Dialect);

    public void Send(Exchange exchange, IAttemptSink sink)
    {
        var attempt = new RpcAttempt(this, exchange, sink);
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

    public void Cancel(Exchange exchange) => (exchange.CalleeItem as RpcAttempt)?.GiveUp();

    public ValueTask DisposeAsync()
    {
        _upstream.Dispose();
        return ValueTask.CompletedTask;
    }

    internal void OnAttemptEnded() => _gate.Leave();
}
