using BridgeMesh.Contracts;
using BridgeMesh.Core.Translation;
using BridgeMesh.Core.Translation.Plans;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Pipeline;

/// <summary>A stream of requests, each of which is made to fit its method, as the arguments of a call with one request are.</summary>
internal sealed class FittedRequests(IMessageStream requests, MethodPlan plan, ValuePolicy? policy) : IMessageStream
{
    public async ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken)
    {
        var read = await requests.ReadAsync(into, cancellationToken).ConfigureAwait(false);
        if (!read.HasMessage)
        {
            return read;
        }

        var status = PlanRunner.Fit(into, plan, policy);
        return status.IsOk ? read : MessageRead.Failed(status);
    }

    public ValueTask DisposeAsync() => requests.DisposeAsync();
}

/// <summary>
/// A stream of replies, each of which is made to fit what the method returns. One that does not fit ends the call. The call is counted once
/// its stream is disposed: what became of it is not known before.
/// </summary>
internal sealed class FittedReplies(IMessageStream replies, Exchange exchange, MethodPlan plan, Action<Exchange> ended) : IMessageStream
{
    private bool _over;
    private bool _givenUp;
    private bool _disposed;

    public async ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken)
    {
        if (_over)
        {
            return MessageRead.Ended;
        }

        var read = await replies.ReadAsync(into, cancellationToken).ConfigureAwait(false);
        if (!read.HasMessage)
        {
            _over = true;
            return MessageRead.Ended;
        }

        var status = PlanRunner.FitResult(into, plan.Returns, exchange.Contract?.Policy);
        if (!status.IsOk)
        {
            _over = true;

            // The inner stream first: it settles the exchange when it is given up.
            await GiveUpAsync().ConfigureAwait(false);
            Faults.SetUnfitReply(exchange, status);
            return MessageRead.Ended;
        }

        return read;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await GiveUpAsync().ConfigureAwait(false);
        if (!_over && exchange.Status == ExchangeStatus.Ok)
        {
            exchange.SetFault(ExchangeStatus.Cancelled, "the caller went away before the stream's end", mayHaveExecuted: true);
        }

        ended(exchange);
    }

    private ValueTask GiveUpAsync()
    {
        if (_givenUp)
        {
            return ValueTask.CompletedTask;
        }

        _givenUp = true;
        return replies.DisposeAsync();
    }
}
