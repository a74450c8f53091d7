using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Web.Calling;

/// <summary>
/// Whether an instance can be connected to, as the calls to it found. After a connection that could not be made others are preferred for a
/// pause, which doubles with each further one; then the next call finds out, and others wait for what it finds. Safe for any thread.
/// </summary>
public sealed class Reachability(ChannelSettings settings)
{
    private int _failures;
    private long _retryAt;

    /// <summary>False in the pause, and while a call finds out.</summary>
    public bool IsAvailable => Volatile.Read(ref _failures) == 0 || settings.Time.GetTimestamp() >= Volatile.Read(ref _retryAt);

    public void OnSend()
    {
        if (Volatile.Read(ref _failures) > 0 && IsAvailable)
        {
            PauseFor(settings.ConnectTimeoutMs);
        }
    }

    /// <summary>The instance has begun to answer.</summary>
    public void OnAnswered()
    {
        if (Volatile.Read(ref _failures) > 0)
        {
            Volatile.Write(ref _failures, 0);
        }
    }

    /// <summary>An attempt has ended, and the exchange says how.</summary>
    public void OnEnded(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Connection == ConnectionOutcome.NotMade)
        {
            var failures = Math.Min(Interlocked.Increment(ref _failures), 16);
            var ceiling = Math.Min(settings.MaxReconnectMs, (long)settings.ReconnectMs << (failures - 1));

            // Half fixed, half drawn, as framed channels do it.
            PauseFor((ceiling / 2) + Random.Shared.NextInt64((ceiling / 2) + 1));
        }
        else if (exchange.Status is not (ExchangeStatus.Exhausted or ExchangeStatus.Cancelled or ExchangeStatus.DeadlineExceeded))
        {
            OnAnswered();
        }
    }

    private void PauseFor(long ms) =>
        Volatile.Write(ref _retryAt, settings.Time.GetTimestamp() + (ms * settings.Time.TimestampFrequency / 1_000));
}
