using System.Collections.Concurrent;
using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Testing.Sides;

/// <summary>
/// The pipeline as a listener's tests need it: the callee is a delegate that sets the exchange's reply. It counts what is rented and
/// returned. Safe for any thread.
/// </summary>
/// <param name="callee">Answers on the dispatching thread; null leaves the exchange to the test.</param>
public sealed class RecordingDispatcher(TimeProvider time, Action<Exchange>? callee) : IExchangeDispatcher
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _rented;
    private int _returned;

    public ImmutableArray<ServiceContract> Contracts { get; set; } = [];

    /// <summary>What callers can reach; a test that puts another in its place tells the one that was there.</summary>
    public Exposure Exposure { get; set; } = Exposure.Nothing;

    public TimeProvider Time { get; } = time;

    /// <summary>What <see cref="Plan"/> answers.</summary>
    public Lane PlannedLane { get; set; } = Lane.Translate;

    /// <summary>The callee that <see cref="Plan"/> chooses; null for none.</summary>
    public ServiceInstance? Instance { get; set; }

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
        exchange.Instance = Instance;
        return PlannedLane;
    }

    public void Dispatch(Exchange exchange)
    {
        Dispatched.Enqueue(exchange);
        Tell();
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

            if (exchange.AnsweredLocally)
            {
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

    public void Cancel(Exchange exchange)
    {
        Cancelled.Enqueue(exchange);
        Tell();
    }

    public void Return(Exchange exchange)
    {
        exchange.Reset();
        Interlocked.Increment(ref _returned);
        Tell();
    }

    /// <summary>The next exchange of one of the queues, waited for.</summary>
    public async Task<Exchange> NextAsync(ConcurrentQueue<Exchange> queue)
    {
        Exchange? next = null;
        await UntilAsync(() => queue.TryDequeue(out next));
        return next!; // the wait ended with one
    }

    /// <summary>Waits until everything rented is back.</summary>
    public Task BalancedAsync() => UntilAsync(() => Outstanding == 0);

    /// <summary>Fails when an exchange was kept, or returned twice.</summary>
    public void AssertBalanced() => Assert.Equal(0, Outstanding);

    /// <summary>Looks after every change, and fails when nothing changes for 20 s.</summary>
    private async Task UntilAsync(Func<bool> holds)
    {
        while (true)
        {
            // Taken before the look: a change behind it completes this one.
            var changed = Volatile.Read(ref _changed).Task;
            if (holds())
            {
                return;
            }

            await changed.WaitAsync(Patience);
        }
    }

    private void Tell() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    private ServiceContract? ContractOf(Exchange exchange) => Contracts.FirstOrDefault(c => c.Service.Interface == exchange.Service.Interface);
}
