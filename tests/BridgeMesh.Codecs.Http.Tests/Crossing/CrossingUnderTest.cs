using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Sockets;
using System.Threading.Channels;
using BridgeMesh.Codecs.Http.Calling;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Testing.Network;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Tests.Crossing;

/// <summary>A listener and a channel with as little between them as a call needs: a request crosses from socket to socket.</summary>
internal sealed class CrossingUnderTest : IExchangeDispatcher, IAttemptSink, IAsyncDisposable
{
    private readonly ConcurrentBag<Exchange> _pool = [];
    private readonly Channel<(ExchangeStatus, bool, int)> _outcomes = Channel.CreateUnbounded<(ExchangeStatus, bool, int)>();
    private readonly HttpListener _listener;
    private readonly HttpChannel _channel;
    private readonly ScriptedServer? _callee;
    private readonly int _timeoutMs;
    private int _outstanding;

    private CrossingUnderTest(
        ScriptedServer? callee,
        int calleePort,
        FrameLimits limits,
        int timeoutMs,
        (string Name, string Value)[] settings,
        ImmutableDictionary<string, string>? metadata = null,
        UpstreamTls? tls = null)
    {
        _callee = callee;
        _timeoutMs = timeoutMs;
        var instance = new ServiceInstance
        {
            Service = OrderContract.Service.Service,
            Protocol = "http",
            Host = "127.0.0.1",
            Port = calleePort,
            Metadata = metadata ?? ImmutableDictionary<string, string>.Empty,
        };
        _channel = (HttpChannel)new HttpChannelFactory().Create(instance, new ChannelSettings(limits, 5_000, TimeProvider.System)
        {
            Tls = tls ?? UpstreamTls.Default,
        });
        var listening = new ListenerSettings(
            "test", "127.0.0.1", LoopbackPorts.Free(), limits, settings.ToDictionary(s => s.Name, s => s.Value));
        _listener = (HttpListener)new HttpListenerFactory().Create(listening, this);
        Instance = instance;
    }

    public ImmutableArray<ServiceContract> Contracts { get; } = [OrderContract.Service];

    public TimeProvider Time => TimeProvider.System;

    internal int Port => _listener.Port;

    internal ServiceInstance Instance { get; }

    internal int InFlight => _channel.InFlight;

    /// <summary>How the next call ended, as the pipeline was told.</summary>
    internal Task<(ExchangeStatus Status, bool MayHaveExecuted, int HttpStatus)> NextOutcomeAsync() =>
        _outcomes.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <param name="callee">Serves one connection; null leaves the callee's port closed.</param>
    internal static async Task<CrossingUnderTest> StartAsync(
        Func<NetworkStream, CancellationToken, Task>? callee,
        FrameLimits? limits = null,
        int timeoutMs = 10_000,
        params (string Name, string Value)[] settings)
    {
        var server = callee is null ? null : new ScriptedServer(callee);
        var calleePort = server?.Port ?? LoopbackPorts.Free();
        var crossing = new CrossingUnderTest(server, calleePort, limits ?? FrameLimits.Default, timeoutMs, settings);
        await crossing._listener.StartAsync(CancellationToken.None);
        return crossing;
    }

    /// <summary>To a callee that the test runs itself.</summary>
    internal static async Task<CrossingUnderTest> StartAsync(
        int calleePort, int timeoutMs = 10_000, FrameLimits? limits = null, params (string Name, string Value)[] settings)
    {
        var crossing = new CrossingUnderTest(null, calleePort, limits ?? FrameLimits.Default, timeoutMs, settings);
        await crossing._listener.StartAsync(CancellationToken.None);
        return crossing;
    }

    /// <summary>As above to an instance that says more of itself.</summary>
    internal static async Task<CrossingUnderTest> StartToAsync(
        int calleePort, ImmutableDictionary<string, string> metadata, UpstreamTls? tls = null, FrameLimits? limits = null)
    {
        var crossing = new CrossingUnderTest(null, calleePort, limits ?? FrameLimits.Default, 10_000, [], metadata, tls);
        await crossing._listener.StartAsync(CancellationToken.None);
        return crossing;
    }

    internal Task StopListenerAsync() => _listener.StopAsync(CancellationToken.None);

    public Exchange Rent(ICallerSide caller)
    {
        Interlocked.Increment(ref _outstanding);
        return _pool.TryTake(out var exchange) ? exchange : new Exchange();
    }

    public Lane Plan(Exchange exchange)
    {
        exchange.Contract = OrderContract.Service;
        exchange.Instance = Instance;
        exchange.CalleeService = exchange.Service;
        return exchange.Lane = _channel.CanForward(exchange) ? Lane.Forward : Lane.Translate;
    }

    public void Dispatch(Exchange exchange)
    {
        exchange.RemainingMs = exchange.CallerTimeoutMs > 0 ? exchange.CallerTimeoutMs : _timeoutMs;
        if (exchange.Lane == Lane.Translate && exchange.Caller!.ReadRequest(exchange) is { IsOk: false } fault)
        {
            exchange.SetFault(ExchangeStatus.InvalidArgument, fault);
            exchange.Caller.OnReply(exchange);
            return;
        }

        _channel.Send(exchange, this);
    }

    public void Cancel(Exchange exchange) => _channel.Cancel(exchange);

    public void OnAttemptCompleted(Exchange exchange)
    {
        _outcomes.Writer.TryWrite((exchange.Status, exchange.MayHaveExecuted, exchange.ReplyHeader.Status));
        exchange.Caller!.OnReply(exchange);
    }

    public void Return(Exchange exchange)
    {
        exchange.Reset();
        _pool.Add(exchange);
        Interlocked.Decrement(ref _outstanding);
    }

    /// <summary>Fails when an exchange or an attempt was kept.</summary>
    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _listener.StopAsync(grace.Token);
        await _listener.DisposeAsync();
        await _channel.DisposeAsync();
        if (_callee is not null)
        {
            await _callee.DisposeAsync();
        }

        Assert.Equal((0, 0), (_outstanding, InFlight));
    }
}
