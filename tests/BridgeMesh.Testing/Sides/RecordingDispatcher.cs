using System.Collections.Concurrent;
using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Testing.Sides;

/// <summary>
/// The pipeline as a listener's tests need it: the callee is a delegate that sets the exchange's reply. It counts what is rented and
/// returned. Safe for any thread.
/// </summary>
/// <param name="callee">Answers on the dispatching thread; null leaves the exchange to the test.</param>
public sealed class RecordingDispatcher(TimeProvider time, Action<Exchange>? callee) : IExchangeDispatcher
{
    private int _rented;
    private int _returned;

    public ImmutableArray<ServiceContract> Contracts { get; set; } = [];

    public TimeProvider Time { get; } = time;

    /// <summary>What <see cref="Plan"/> answers.</summary>
    public Lane PlannedLane { get; set; } = Lane.Translate;

    public ConcurrentQueue<Exchange> Dispatched { get; } = new();

    public ConcurrentQueue<Exchange> Cancelled { get; } = new();

    public int Outstanding => Volatile.Read(ref _rented) - Volatile.Read(ref _returned);

    public Exchange Rent(ICallerSide caller)
    {
        Interlocked.Increment(ref _rented);
        return new Exchange { Caller = caller };
    }

    public Lane Plan(Exchange exchange)
    {
        exchange.Contract = ContractOf(exchange);
        return PlannedLane;
    }

    public void Dispatch(Exchange exchange)
    {
        Dispatched.Enqueue(exchange);
        exchange.Contract ??= ContractOf(exchange);
        exchange.CalleeService = exchange.Service;
        exchange.Lane = PlannedLane;
        if (PlannedLane == Lane.Translate)
        {
            var status = exchange.Caller!.ReadRequest(exchange);
            if (!status.IsOk)
            {
                exchange.SetFault(ExchangeStatus.InvalidArgument, status);
                exchange.Caller.OnReply(exchange);
                return;
            }
        }

        if (callee is not null)
        {
            callee(exchange);
            exchange.Caller!.OnReply(exchange);
        }
    }

    public void Cancel(Exchange exchange) => Cancelled.Enqueue(exchange);

    public void Return(Exchange exchange)
    {
        Interlocked.Increment(ref _returned);
        exchange.Reset();
    }

    /// <summary>Fails when an exchange was kept, or returned twice.</summary>
    public void AssertBalanced() => Assert.Equal(0, Outstanding);

    private ServiceContract? ContractOf(Exchange exchange) => Contracts.FirstOrDefault(c => c.Service.Interface == exchange.Service.Interface);
}
