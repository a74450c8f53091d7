using System.Collections.Immutable;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Core.Channels;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Pipeline;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Routing;
using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Values;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Core.Tests.Pipeline;

/// <summary>Texts as a stream of messages, which a test may end in its own way.</summary>
/// <param name="end">Runs when all texts were read, and says what the last read is.</param>
internal sealed class TextStream(IEnumerable<string> texts, Func<MessageRead>? end = null) : IMessageStream
{
    private readonly Queue<string> _texts = new(texts);

    internal int Left => _texts.Count;

    internal int Disposals { get; private set; }

    public ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken)
    {
        into.Reset();
        if (!_texts.TryDequeue(out var text))
        {
            return ValueTask.FromResult(end?.Invoke() ?? MessageRead.Ended);
        }

        into.AddString(text);
        return ValueTask.FromResult(MessageRead.Of);
    }

    public ValueTask DisposeAsync()
    {
        Disposals++;
        return ValueTask.CompletedTask;
    }
}

/// <summary>A caller in memory, of protocol "asking".</summary>
internal sealed class MemoryCaller(StreamSupport streams) : ICallerSide
{
    internal IMessageStream? Requests { get; init; }

    internal int Answers { get; private set; }

    public string Protocol => "asking";

    public StreamSupport Streams => streams;

    public CodecStatus ReadRequest(Exchange exchange)
    {
        exchange.Shape = exchange.Contract?.Find(exchange.Method, null);
        exchange.RequestStream = Requests;
        if (Requests is null)
        {
            exchange.Request.AddString("1");
        }

        return CodecStatus.Ok;
    }

    public void OnReply(Exchange exchange) => Answers++;
}

/// <summary>The dispatcher over a callee in memory, of protocol "answering", whose only service is "orders".</summary>
internal sealed class MemoryPipeline : IAsyncDisposable
{
    private readonly ChannelPool _pool;

    internal MemoryPipeline(
        string contract, StreamSupport calleeStreams, Action<Exchange> callee, IMethodLint? lint = null, RouteLint routeLint = RouteLint.Warn)
    {
        Callee = new MemoryCallee(calleeStreams, callee);
        var plugins = new PluginCatalog();
        plugins.Channels.Add(Callee.Protocol, Callee);
        if (lint is not null)
        {
            plugins.MethodLints.Add(lint.Protocol, lint);
        }

        var transport = new SocketTransport(TimeProvider.System, NullLogger.Instance);
        _pool = new ChannelPool(plugins, new UpstreamModel(), transport, TimeProvider.System, NullLogger.Instance);
        var model = new GatewayModel
        {
            Id = "test",
            Registries = [new RegistryModel("local", "file", ImmutableDictionary<string, string>.Empty)],
            Routes = [new RouteModel { Name = "all", Lint = routeLint }],
            Contracts = ContractLoader.LoadTexts(("test.yaml", contract)).Contracts,
        };
        var service = new ServiceSnapshot(new ServiceKey("orders"), 1, false, [TestGateway.Instance("orders", 1, Callee.Protocol)]);
        Dispatcher = new ExchangeDispatcher(TimeProvider.System, Counters);
        Dispatcher.Use(new RoutingTable(model, new Dictionary<string, ImmutableArray<ServiceSnapshot>> { ["local"] = [service] }, _pool, plugins.Plans));
    }

    internal PipelineCounters Counters { get; } = new();

    internal ExchangeDispatcher Dispatcher { get; }

    internal MemoryCallee Callee { get; }

    internal Exchange Call(MemoryCaller caller, string method)
    {
        var exchange = Dispatcher.Rent(caller);
        exchange.Service = new ServiceKey("orders");
        exchange.Method = method;
        Dispatcher.Dispatch(exchange);
        return exchange;
    }

    /// <summary>Reads what a reply stream has, up to its end.</summary>
    internal static async Task<List<string>> ReadAsync(Exchange exchange)
    {
        var texts = new List<string>();
        while ((await exchange.ReplyStream!.ReadAsync(exchange.Reply, CancellationToken.None)).HasMessage)
        {
            texts.Add(exchange.Reply.Text(0));
        }

        return texts;
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();
}

/// <param name="answer">Sets the exchange's reply.</param>
internal sealed class MemoryCallee(StreamSupport streams, Action<Exchange> answer) : IChannelFactory, IUpstreamChannel
{
    internal int Sent { get; private set; }

    public string Protocol => "answering";

    public StreamSupport Streams => streams;

    public int InFlight => 0;

    public IUpstreamChannel Create(ServiceInstance instance, ChannelSettings settings) => this;

    public bool CanForward(Exchange exchange) => false;

    public void Send(Exchange exchange, IAttemptSink sink)
    {
        Sent++;
        answer(exchange);
        sink.OnAttemptCompleted(exchange);
    }

    public void Cancel(Exchange exchange)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
