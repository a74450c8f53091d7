using System.Net.Sockets;
using BridgeMesh.Core.Channels;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Pipeline;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Translation;
using BridgeMesh.Core.Translation.Plans;
using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Gateway.Calling;

/// <summary>
/// One call to one address over the gateway's own channels, without routes and registries. The exchange has its tape, method, signature or
/// shape, metadata and instance; afterwards it has its outcome, whatever happened.
/// </summary>
internal sealed class DirectCall(PluginCatalog plugins, TimeProvider time) : IAttemptSink
{
    /// <summary>Takes each message of a stream of replies, which the exchange's reply holds for that moment.</summary>
    public Action<Exchange> OnMessage { get; init; } = static _ => { };

    /// <summary>Time for the connection to be made: a call's whole time, but no more than a minute, the most that a channel is given.</summary>
    private const int MaxConnectMs = 60_000;

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void OnAttemptCompleted(Exchange exchange) => _done.TrySetResult();

    /// <param name="timeoutMs">1 or more.</param>
    /// <param name="log">Takes what goes over the wire; null when nobody wants to see it.</param>
    public async Task RunAsync(Exchange exchange, int timeoutMs, WireLog? log, CancellationToken cancellationToken)
    {
        if (exchange.Instance is not { } instance)
        {
            throw new InvalidOperationException("A direct call needs its instance.");
        }

        exchange.Lane = Lane.Translate;
        exchange.Deadline = time.GetTimestamp() + (timeoutMs * time.TimestampFrequency / 1_000);
        exchange.RemainingMs = exchange.CallerTimeoutMs = timeoutMs;
        CallState.Of(exchange).Sink = this;
        var connectMs = Math.Min(timeoutMs, MaxConnectMs);
        var isFramed = plugins.FrameCodecs.ContainsKey(instance.Protocol);
        WireRelay? relay = null;
        if (isFramed && log is not null)
        {
            relay = await RelayAsync(exchange, instance, log, connectMs, cancellationToken).ConfigureAwait(false);
            if (relay is null)
            {
                return;
            }

            instance = instance with { Host = "127.0.0.1", Port = relay.Port };
        }

        await SendAsync(exchange, instance, connectMs, isFramed ? null : log, cancellationToken).ConfigureAwait(false);
        if (relay is not null)
        {
            await relay.DisposeAsync().ConfigureAwait(false);
        }

        Conform(exchange);
    }

    private async Task SendAsync(Exchange exchange, ServiceInstance instance, int connectMs, WireLog? log, CancellationToken cancellationToken)
    {
        var upstream = new UpstreamModel { ConnectTimeoutMs = connectMs };
        var transport = new SocketTransport(time, NullLogger.Instance);
        var pool = new ChannelPool(plugins, upstream, transport, time, NullLogger.Instance);
        await using var _ = pool.ConfigureAwait(false);
        if (pool.WhyNotCallable(instance) is { } why)
        {
            exchange.SetFault(ExchangeStatus.InvalidArgument, why);
            return;
        }

        var watched = log is null ? null : plugins.Channels[instance.Protocol].Create(
            instance,
            new ChannelSettings(FrameLimits.Default, connectMs, time)
            {
                Watch = stream =>
                {
                    log.OnConnected();
                    return new WatchedStream(stream, log);
                },
            });
        var channel = watched ?? pool.Get(instance);
        try
        {
            channel.Send(exchange, this);
            using var gone = cancellationToken.Register(() => channel.Cancel(exchange));
            await _done.Task.ConfigureAwait(false);
            if (exchange.ReplyStream is { } replies)
            {
                await ReadAsync(exchange, replies).ConfigureAwait(false);
            }
        }
        finally
        {
            if (watched is not null)
            {
                await watched.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>To the stream's end, which the exchange's status then tells.</summary>
    private async Task ReadAsync(Exchange exchange, IMessageStream replies)
    {
        await using var _ = replies.ConfigureAwait(false);
        while ((await replies.ReadAsync(exchange.Reply, CancellationToken.None).ConfigureAwait(false)).HasMessage)
        {
            Conform(exchange);
            if (exchange.Status != ExchangeStatus.Ok)
            {
                break;
            }

            OnMessage(exchange);
        }

        exchange.Reply.Reset();
    }

    /// <summary>Null when the callee cannot be reached, which the exchange then says.</summary>
    private async Task<WireRelay?> RelayAsync(
        Exchange exchange, ServiceInstance instance, WireLog log, int connectMs, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(connectMs), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await WireRelay.OpenAsync(instance.Host, instance.Port, log, both.Token).ConfigureAwait(false);
        }
        catch (SocketException refused)
        {
            exchange.SetFault(ExchangeStatus.Unavailable, $"the callee cannot be reached: {refused.SocketErrorCode}");
        }
        catch (OperationCanceledException)
        {
            exchange.SetFault(ExchangeStatus.Unavailable, $"no connection within {connectMs} ms");
        }

        return null;
    }

    /// <summary>As the pipeline does: an answer that does not fit the contract is the callee's fault.</summary>
    private static void Conform(Exchange exchange)
    {
        // A stream that has ended holds no reply any more.
        if (exchange is { Status: ExchangeStatus.Ok, OneWay: false, Shape: { } shape } && (!shape.ServerStreaming || exchange.Reply.Count > 0))
        {
            var status = PlanRunner.FitResult(exchange.Reply, MethodPlan.Of(shape).Returns, exchange.Contract?.Policy);
            if (!status.IsOk)
            {
                exchange.SetFault(
                    ExchangeStatus.BadGateway, $"the callee's answer does not fit the contract: {Faults.OfResult(status)}", mayHaveExecuted: true);
            }
        }
    }
}
