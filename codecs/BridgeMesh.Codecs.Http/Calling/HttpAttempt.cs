using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Codecs.Web.Calling;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>
/// One call to one instance, from the moment the channel gets the exchange until its sink is called, or its stream of replies disposed. Not
/// pooled: HttpClient's own objects outweigh it, and a cancellation that comes late finds an attempt that has ended instead of another call.
/// </summary>
internal sealed class HttpAttempt(HttpChannel channel, Exchange exchange, IAttemptSink sink) : IThreadPoolWorkItem, IDisposable
{
    internal HttpChannel Channel => channel;

    internal Exchange Exchange => exchange;

    internal AttemptClock Clock { get; } = new(exchange, channel.Settings.Time);

    internal CancellationToken Token => Clock.Token;

    // The task ends without an exception whatever happens: RunAsync tells it all to the exchange, and the sink is the one who waits.
    public void Execute() => _ = RunAsync();

    public void Dispose() => Clock.Dispose();

    /// <summary>Ends the attempt and hands the exchange back; nothing of it may be touched afterwards.</summary>
    internal void Complete()
    {
        channel.Reachability.OnEnded(exchange);
        End();
        sink.OnAttemptCompleted(exchange);
    }

    /// <summary>Ends an attempt whose exchange was handed back with a stream of replies.</summary>
    internal void End()
    {
        Dispose();
        channel.OnAttemptEnded();
    }

    /// <summary>Turns what HttpClient threw into a neutral status. Its messages name addresses and stay here.</summary>
    internal void SetFault(Exception exception) => Clock.SetFault(HttpPlugin.ProtocolName, exception);

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
                if (exchange.ReplyStream is not null)
                {
                    // It holds the attempt until it is disposed.
                    channel.Reachability.OnAnswered();
                    sink.OnAttemptCompleted(exchange);
                    return;
                }
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
        var composed = RequestComposer.Compose(exchange, channel, body, out var request);
        if (request is null)
        {
            body.Dispose();
            exchange.SetFault(ExchangeStatus.InvalidArgument, composed);
            return;
        }

        using (request)
        {
            var response = await channel.Upstream.Invoker.SendAsync(request, Token).ConfigureAwait(false);

            // After a failure HttpClient may still be sending: then the buffer is left to the collector, lest another call's bytes go out.
            body.Dispose();
            var isKept = false;
            try
            {
                if (exchange.OneWay)
                {
                    // It arrived; what the callee makes of it nobody asked.
                    exchange.Status = ExchangeStatus.Ok;
                    return;
                }

                exchange.ReplyStream = await ReplyMessages.OpenAsync(this, response).ConfigureAwait(false);
                isKept = exchange.ReplyStream is not null;
                if (!isKept)
                {
                    await ReadReplyAsync(response).ConfigureAwait(false);
                }
            }
            finally
            {
                if (!isKept)
                {
                    response.Dispose();
                }
            }
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

        if (exchange.Shape is { ServerStreaming: true } && response.IsSuccessStatusCode)
        {
            const string Detail = "the method streams, and the callee's answer is neither events, lines of JSON nor JSON";
            exchange.SetFault(ExchangeStatus.BadGateway, Detail, mayHaveExecuted: true);
            return;
        }

        ReplyReader.Read(exchange, response, body.WrittenMemory);
    }
}
