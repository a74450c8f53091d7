using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Calling;

/// <summary>
/// One call to one instance, from the moment the channel gets the exchange until its sink is called. Not pooled: HttpClient's own objects
/// outweigh it, and a cancellation that comes late finds an attempt that has ended instead of another call.
/// </summary>
internal sealed class GrpcAttempt : IThreadPoolWorkItem, IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly Exchange _exchange;
    private readonly IAttemptSink _sink;
    private readonly CancellationTokenSource _deadline;
    private volatile bool _givenUp;

    internal GrpcAttempt(GrpcChannel channel, Exchange exchange, IAttemptSink sink)
    {
        _channel = channel;
        _exchange = exchange;
        _sink = sink;

        // A forwarded stream may last for days: only a deadline that its own caller set ends it.
        _deadline = exchange.Lane == Lane.Forward && exchange.CallerTimeoutMs == 0
            ? new CancellationTokenSource()
            : new CancellationTokenSource(TimeSpan.FromMilliseconds(Math.Max(1, exchange.RemainingMs)), channel.Settings.Time);
    }

    internal GrpcChannel Channel => _channel;

    internal Exchange Exchange => _exchange;

    internal CancellationToken Token => _deadline.Token;

    // The task ends without an exception whatever happens: RunAsync tells it all to the exchange, and the sink is the one who waits.
    public void Execute() => _ = RunAsync();

    public void Dispose() => _deadline.Dispose();

    /// <summary>The pipeline no longer wants the answer. Safe at any time, also after the end.</summary>
    internal void GiveUp()
    {
        _givenUp = true;
        try
        {
            _deadline.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended at this moment.
        }
    }

    /// <summary>Hands the exchange back; nothing of it may be touched afterwards.</summary>
    internal void Complete()
    {
        Dispose();
        _channel.OnAttemptEnded();
        _sink.OnAttemptCompleted(_exchange);
    }

    /// <summary>Turns what HttpClient threw into a neutral status. Its messages name addresses and stay here.</summary>
    internal void SetFault(Exception exception)
    {
        switch (exception)
        {
            case OperationCanceledException when _givenUp:
                _exchange.SetFault(ExchangeStatus.Cancelled, "the call was given up", mayHaveExecuted: true);
                break;
            case OperationCanceledException when Token.IsCancellationRequested:
                _exchange.SetFault(ExchangeStatus.DeadlineExceeded, "the callee did not answer in time", mayHaveExecuted: true);
                break;
            case OperationCanceledException:
                // HttpClient's connect timeout, the only other one there is.
                _exchange.SetFault(ExchangeStatus.Unavailable, "the connection could not be made in time");
                break;
            case HttpRequestException refused when IsNotConnected(refused):
                _exchange.SetFault(ExchangeStatus.Unavailable, "the connection was refused");
                break;
            case HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }:
                _exchange.SetFault(ExchangeStatus.ReplyTooLarge, "the head of the reply is too large", mayHaveExecuted: true);
                break;
            case HttpRequestException or IOException:
                _exchange.SetFault(ExchangeStatus.BadGateway, "the connection to the callee broke", mayHaveExecuted: true);
                break;
            case ObjectDisposedException:
                _exchange.SetFault(ExchangeStatus.Unavailable, "the instance is no longer used", mayHaveExecuted: true);
                break;
            default:
                InternalFaults.Count(exception);
                _exchange.SetFault(ExchangeStatus.Internal, "the gateway failed while it called the callee", mayHaveExecuted: true);
                break;
        }
    }

    internal static bool IsNotConnected(HttpRequestException exception) =>
        exception.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError
            or HttpRequestError.VersionNegotiationError;

    private async Task RunAsync()
    {
        try
        {
            if (_exchange is { Lane: Lane.Forward, CallerItem: GrpcCall call })
            {
                await ForwardLane.RunAsync(this, call).ConfigureAwait(false);
            }
            else
            {
                await UnaryCall.RunAsync(this).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // The edge of this side: whatever it is, a caller waits for an answer.
            SetFault(exception);
        }

        Complete();
    }
}
