using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>Waiting inside a stream that the gateway answers itself: as long as the caller said, which may be for ever. Stateless.</summary>
internal static class StreamPatience
{
    /// <summary>Ends when the task has; puts a fault into the exchange where the caller's time was up first.</summary>
    internal static async ValueTask WaitAsync(Task task, Exchange exchange, TimeProvider time, CancellationToken cancellationToken)
    {
        if (exchange.CallerTimeoutMs <= 0)
        {
            await task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        var left = time.GetElapsedTime(time.GetTimestamp(), exchange.Deadline);
        try
        {
            await task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            exchange.SetFault(ExchangeStatus.DeadlineExceeded, "no time was left for the call");
        }
    }
}
