using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>
/// A service's health, told at once and again whenever it changes, until the caller goes, its time is up or the gateway drains: a stream that
/// nobody ends would hold up the drain.
/// </summary>
internal sealed class HealthWatch(HealthService health, IExchangeDispatcher dispatcher, Exchange exchange, string service) : IMessageStream
{
    private HealthStatus? _told;

    public async ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken)
    {
        into.Reset();
        while (exchange.Status == ExchangeStatus.Ok)
        {
            var exposure = dispatcher.Exposure;
            var status = health.StatusOf(exposure, service);
            if (status != _told)
            {
                _told = status;
                HealthService.Write(into, status);
                return MessageRead.Of;
            }

            if (exposure.Phase == ServingPhase.Draining)
            {
                exchange.SetFault(ExchangeStatus.Unavailable, "the gateway stops");
                break;
            }

            await StreamPatience.WaitAsync(exposure.Replaced, exchange, dispatcher.Time, cancellationToken).ConfigureAwait(false);
        }

        return MessageRead.Ended;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
