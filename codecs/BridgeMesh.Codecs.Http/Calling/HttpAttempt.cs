using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>
/// One call to one instance, from the moment the channel gets the exchange until its sink is called. Not pooled: HttpClient's own objects
/// outweigh it, and a cancellation that comes late finds an attempt that has ended instead of another call.
/// </summary>
internal sealed class HttpAttempt(HttpChannel channel, Exchange exchange, IAttemptSink sink) : IThreadPoolWorkItem, IDisposable
{
    private readonly CancellationTokenSource _deadline =
        new(TimeSpan.FromMilliseconds(Math.Max(1, exchange.RemainingMs)), channel.Settings.Time);

    private volatile bool _givenUp;
    private volatile bool _isAnswering;

    internal HttpChannel Channel => channel;

    internal Exchange Exchange => exchange;

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

    /// <summary>
    /// Gives the callee all of its time again, as bytes of a streamed body have just moved. Safe at any time, also after the end.
    /// </summary>
    internal void RestartClock()
    {
        if (!_isAnswering && !_givenUp)
        {
            SetClock(Math.Max(1, exchange.RemainingMs));
        }
    }

    /// <summary>The callee has begun to answer: what follows is a stream, which no deadline cuts.</summary>
    internal void StopClock()
    {
        _isAnswering = true;
        SetClock(Timeout.Infinite);
    }

    /// <summary>Hands the exchange back; nothing of it may be touched afterwards.</summary>
    internal void Complete()
    {
        Dispose();
        channel.OnAttemptEnded();
        sink.OnAttemptCompleted(exchange);
    }

    /// <summary>Turns what HttpClient threw into a neutral status. Its messages name addresses and stay here.</summary>
    internal void SetFault(Exception exception)
    {
        switch (exception)
        {
            case OperationCanceledException when _givenUp:
                exchange.SetFault(ExchangeStatus.Cancelled, "the call was given up", mayHaveExecuted: true);
                break;
            case OperationCanceledException when Token.IsCancellationRequested:
                exchange.SetFault(ExchangeStatus.DeadlineExceeded, "the callee did not answer in time", mayHaveExecuted: true);
                break;
            case OperationCanceledException:
                // HttpClient's connect timeout, the only other one there is.
                exchange.SetFault(ExchangeStatus.Unavailable, "the connection could not be made in time");
                break;
            case HttpRequestException refused when IsNotConnected(refused):
                exchange.SetFault(ExchangeStatus.Unavailable, "the connection was refused");
                break;
            case HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }:
                exchange.SetFault(ExchangeStatus.ReplyTooLarge, "the head of the reply is too large", mayHaveExecuted: true);
                break;
            case HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }:
            case HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                exchange.SetFault(ExchangeStatus.BadGateway, "the callee closed the connection inside its reply", mayHaveExecuted: true);
                break;
            case HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } or HttpIOException:
                exchange.SetFault(ExchangeStatus.BadGateway, "the callee's reply is not HTTP", mayHaveExecuted: true);
                break;
            case HttpRequestException or IOException:
                exchange.SetFault(ExchangeStatus.BadGateway, "the connection to the callee broke", mayHaveExecuted: true);
                break;
            case ObjectDisposedException:
                exchange.SetFault(ExchangeStatus.Unavailable, "the instance is no longer used", mayHaveExecuted: true);
                break;
            default:
                Faults.InternalFaults.Count(exception);
                exchange.SetFault(ExchangeStatus.Internal, "the gateway failed while it called the callee", mayHaveExecuted: true);
                break;
        }
    }

    internal static bool IsNotConnected(HttpRequestException exception) =>
        exception.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError;

    private void SetClock(int ms)
    {
        try
        {
            _deadline.CancelAfter(ms);
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended at this moment.
        }
    }

    private async Task RunAsync()
    {
        try
        {
            if (exchange.Lane == Lane.Forward && exchange.CallerItem is HttpCall call)
            {
                await ForwardLane.RunAsync(this, call).ConfigureAwait(false);
            }
            else
            {
                await CallAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // The edge of this side: whatever it is, a caller waits for an answer.
            SetFault(exception);
        }

        Complete();
    }

    private async ValueTask CallAsync()
    {
        // An earlier attempt may have left metadata beside its fault.
        exchange.Reply.Reset();
        exchange.ReplyMetadata.Clear();
        var body = new FrameWriter();
        var composed = RequestComposer.Compose(exchange, channel.BaseUrl, body, out var request);
        if (request is null)
        {
            body.Dispose();
            exchange.SetFault(ExchangeStatus.InvalidArgument, composed);
            return;
        }

        using (request)
        {
            using var response = await channel.Invoker.SendAsync(request, Token).ConfigureAwait(false);

            // After a failure HttpClient may still be sending: then the buffer is left to the collector, lest another call's bytes go out.
            body.Dispose();
            if (exchange.OneWay)
            {
                // It arrived; what the callee makes of it nobody asked.
                exchange.Status = ExchangeStatus.Ok;
                return;
            }

            await ReadReplyAsync(response).ConfigureAwait(false);
        }
    }

    private async ValueTask ReadReplyAsync(HttpResponseMessage response)
    {
        var maxBytes = channel.Settings.Limits.MaxFrameBytes;
        if (response.Content.Headers.ContentLength > maxBytes)
        {
            exchange.SetFault(ExchangeStatus.ReplyTooLarge, $"the reply is longer than {maxBytes} bytes", mayHaveExecuted: true);
            return;
        }

        if (response.Content.Headers.ContentLength is null && response.Content.Headers.NonValidated.Contains("Content-Length"))
        {
            // HttpClient would read to the end of the connection and call that whole.
            exchange.SetFault(ExchangeStatus.BadGateway, "the reply's Content-Length is no length", mayHaveExecuted: true);
            return;
        }

        using var body = new FrameWriter();
        var stream = await response.Content.ReadAsStreamAsync(Token).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (true)
            {
                var read = await stream.ReadAsync(body.GetMemory(4_096), Token).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                body.Advance(read);
                if (body.Length > maxBytes)
                {
                    exchange.SetFault(ExchangeStatus.ReplyTooLarge, $"the reply is longer than {maxBytes} bytes", mayHaveExecuted: true);
                    return;
                }
            }
        }

        ReplyReader.Read(exchange, response, body.WrittenMemory);
    }
}
