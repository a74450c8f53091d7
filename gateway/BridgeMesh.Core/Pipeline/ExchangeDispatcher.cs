using System.Collections.Concurrent;
using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Routing;
using BridgeMesh.Core.Tracing;
using BridgeMesh.Core.Translation;
using BridgeMesh.Core.Translation.Plans;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Pipeline;

/// <summary>
/// The exchange pipeline: deadline, route, lane, attempts, answer. Runs to completion on the thread that brings the request or the reply;
/// nothing here awaits. Retries are owned here and nowhere else.
/// </summary>
internal sealed class ExchangeDispatcher(TimeProvider time, PipelineCounters counters) : IExchangeDispatcher, IAttemptSink
{
    /// <summary>Exchanges kept for reuse; those above are left to the garbage collector.</summary>
    private const int MaxPooled = 8_192;

    private readonly ConcurrentQueue<Exchange> _pool = new();
    private RoutingTable? _table;
    private Exposure _exposure = new(ServingPhase.Serving, static () => []);
    private int _pooled;

    public TimeProvider Time => time;

    public ImmutableArray<ServiceContract> Contracts => _table?.Contracts ?? [];

    internal RoutingTable? Table => Volatile.Read(ref _table);

    public Exposure Exposure => Volatile.Read(ref _exposure);

    /// <summary>Not to be called by two threads at a time.</summary>
    internal void Use(RoutingTable table)
    {
        Volatile.Write(ref _table, table);
        Expose(Exposure.Phase);
    }

    /// <summary>Lets those who ask know how far the gateway is. Not to be called by two threads at a time.</summary>
    internal void Enter(ServingPhase phase) => Expose(phase);

    public Exchange Rent(ICallerSide caller)
    {
        if (_pool.TryDequeue(out var exchange))
        {
            Interlocked.Decrement(ref _pooled);
        }
        else
        {
            exchange = new Exchange();
            CallState.Of(exchange).Sink = this;
        }

        exchange.Caller = caller;
        counters.Rented();
        return exchange;
    }

    public void Return(Exchange exchange)
    {
        counters.Returned();
        var call = CallState.Of(exchange);
        if (!call.Planned && exchange.Status != ExchangeStatus.Ok)
        {
            // Refused by the caller side before it was dispatched. A one-way call leaves no other trace.
            counters.CountRefused(exchange.Status);
        }

        call.Reset();
        exchange.Reset();
        if (Interlocked.Increment(ref _pooled) <= MaxPooled)
        {
            _pool.Enqueue(exchange);
        }
        else
        {
            Interlocked.Decrement(ref _pooled);
            exchange.Request.Dispose();
            exchange.Reply.Dispose();
        }
    }

    public Lane Plan(Exchange exchange)
    {
        var call = CallState.Of(exchange);
        call.Planned = true;
        call.Started = time.GetTimestamp();
        exchange.Lane = Lane.Translate;
        call.Table = Volatile.Read(ref _table);
        if (exchange.Hops is { } hops && call.Table?.Hops.Refuse(hops) is { } circle)
        {
            Refuse(exchange, call, ExchangeStatus.BadGateway, circle);
            return Lane.Translate;
        }

        var target = call.Table is { } table
            ? table.Resolve(exchange.Service, exchange.Method, exchange.VersionIsDefault, out var why)
            : Missing("the gateway is starting", out why);
        if (target is null)
        {
            Refuse(exchange, call, ExchangeStatus.Unimplemented, why);
            return Lane.Translate;
        }

        call.Target = target;
        exchange.Contract = target.Contract;
        exchange.CalleeService = target.CalleeService;
        exchange.Deadline = call.Started + (TimeoutMs(exchange, target) * time.TimestampFrequency / 1_000);
        Choose(exchange, call, target.Endpoints.Pick(not: null, exchange.Tag, exchange.TagIsForced));
        return exchange.Lane;
    }

    public void Dispatch(Exchange exchange)
    {
        var call = CallState.Of(exchange);
        if (!call.Planned)
        {
            Plan(exchange);
        }

        if (call.Refused)
        {
            Complete(exchange, call);
            return;
        }

        if (exchange.Lane == Lane.Translate)
        {
            Renew(exchange, call);
        }

        Attempt(exchange, call);
    }

    public void Cancel(Exchange exchange)
    {
        // First the mark, then the search: an attempt that is on its way into the channel sees the one or is found by the other.
        var call = CallState.Of(exchange);
        call.IsUnwanted = true;
        call.Endpoint?.Channel.Cancel(exchange);
    }

    public void OnAttemptCompleted(Exchange exchange)
    {
        var call = CallState.Of(exchange);
        if (Retries.May(exchange, call, Table) && TryChooseAnother(exchange, call))
        {
            exchange.Status = ExchangeStatus.Ok;
            exchange.Message = null;
            exchange.MayHaveExecuted = false;
            exchange.Connection = ConnectionOutcome.Kept;
            Attempt(exchange, call);
            return;
        }

        if (exchange is { Status: ExchangeStatus.Ok, Lane: Lane.Translate, OneWay: false, Shape: { } shape })
        {
            if (exchange.ReplyStream is { } replies)
            {
                exchange.ReplyStream = Fitted(replies, exchange, shape, call.Started);
                exchange.Caller!.OnReply(exchange);
                return;
            }

            var status = PlanRunner.FitResult(exchange.Reply, MethodPlan.Of(shape).Returns, exchange.Contract?.Policy);
            if (!status.IsOk)
            {
                Faults.SetUnfitReply(exchange, status);
            }
        }

        Complete(exchange, call);
    }

    private void Expose(ServingPhase phase)
    {
        var table = Table;
        Interlocked.Exchange(ref _exposure, new Exposure(phase, () => table?.Exposed() ?? [])).Replace();
    }

    private void Attempt(Exchange exchange, CallState call)
    {
        if (call.Endpoint is not { } endpoint)
        {
            exchange.SetFault(ExchangeStatus.Unavailable, call.Target?.Endpoints.WhyNotCallable is { } reason
                ? $"no instance of {exchange.Service} can be called: {reason}"
                : $"no instance of {exchange.Service} is registered");
            Complete(exchange, call);
            return;
        }

        if (exchange.Lane == Lane.Translate && !call.RequestRead)
        {
            call.RequestRead = true;
            var status = exchange.Caller!.ReadRequest(exchange);
            if (status.IsOk && exchange.AnsweredLocally)
            {
                Complete(exchange, call);
                return;
            }

            TraceContext.Complete(exchange.RequestMetadata);
            if (status.IsOk)
            {
                status = FitRequest(exchange);
            }

            if (!status.IsOk)
            {
                exchange.SetFault(Faults.OfRequest(status), status);
                Complete(exchange, call);
                return;
            }

            if (Hops.Translated(exchange, call.Table!) is { } circle) // A call with an endpoint has a table.
            {
                exchange.SetFault(ExchangeStatus.BadGateway, circle);
                Complete(exchange, call);
                return;
            }
        }

        if (exchange is { Lane: Lane.Translate, Shape: { } method } && WhyNotCarried(method, exchange.Caller!, call, endpoint) is { } why)
        {
            exchange.SetFault(ExchangeStatus.Unimplemented, why);
            Complete(exchange, call);
            return;
        }

        if (exchange.Lane != Lane.Translate)
        {
            Hops.Passed(exchange, endpoint, call.Table!, counters.InFlight);
        }

        if (call.IsUnwanted)
        {
            exchange.SetFault(ExchangeStatus.Cancelled, "the caller went away", mayHaveExecuted: call.Attempts > 0);
            Complete(exchange, call);
            return;
        }

        // A whole frame is sent on in the moment in which it was planned: the clock need not be asked again.
        var now = call.Attempts == 0 && exchange.Lane != Lane.Translate && !exchange.RequestFrame.IsEmpty ? call.Started : time.GetTimestamp();
        var left = exchange.Deadline - now;
        if (left <= 0)
        {
            exchange.SetFault(ExchangeStatus.DeadlineExceeded, "no time was left for the call");
            Complete(exchange, call);
            return;
        }

        if (exchange.Lane != Lane.Translate && call.Target is { HasIdempotent: true } && Retries.IsHarmless(exchange))
        {
            call.Detach(exchange); // It may have to be sent again after this connection, and the caller's buffer, are gone.
        }

        call.Attempts++;
        exchange.RemainingMs = (int)Math.Max(1, left * 1_000 / time.TimestampFrequency);
        endpoint.Channel.Send(exchange, this);
    }

    /// <summary>
    /// Chooses anew for a call whose table has been replaced since it was planned: its body took time to arrive, or what it was sent on was
    /// let go at that moment. The contract by which its body is read stays. False when there is nothing newer.
    /// </summary>
    private bool Renew(Exchange exchange, CallState call)
    {
        if (Table is not { } table || ReferenceEquals(call.Table, table) || call.Target is null)
        {
            return false;
        }

        call.Table = table;
        if (table.Resolve(exchange.Service, exchange.Method, exchange.VersionIsDefault, out _) is not { } target)
        {
            return false;
        }

        var lane = exchange.Lane;
        call.Target = target;
        exchange.CalleeService = target.CalleeService;
        Choose(exchange, call, target.Endpoints.Pick(not: null, exchange.Tag, exchange.TagIsForced));
        if (exchange.RequestFrame.IsEmpty)
        {
            exchange.Lane = lane; // The body was read, or left unread, for that lane.
        }

        return true;
    }

    /// <summary>Makes the arguments fit the method; one that the contract does not know at all passes as its caller typed it.</summary>
    private static CodecStatus FitRequest(Exchange exchange)
    {
        if (exchange is { Shape: { } streaming, RequestStream: { } requests })
        {
            exchange.RequestStream = new FittedRequests(requests, MethodPlan.Of(streaming), exchange.Contract?.Policy);
            return CodecStatus.Ok;
        }

        if (exchange.Shape is { } shape)
        {
            return PlanRunner.Fit(exchange.Request, MethodPlan.Of(shape), exchange.Contract?.Policy);
        }

        return exchange.Contract?.Explain(exchange.Method, exchange.Signature) is { } why
            ? CodecStatus.Fail(CodecError.TypeMismatch, why)
            : CodecStatus.Ok;
    }

    // Apart from its caller, which runs for every reply: the compiler makes what a lambda holds at the top of the method it stands in.
    private FittedReplies Fitted(IMessageStream replies, Exchange exchange, MethodShape shape, long started) =>
        new(replies, exchange, MethodPlan.Of(shape), e => Count(e, started));

    private static string? WhyNotCarried(MethodShape shape, ICallerSide caller, CallState call, Endpoint callee) =>
        StreamRules.WhyNot(shape, caller.Protocol, caller.Streams)
        ?? StreamRules.WhyNot(shape, callee.Channel.Protocol, callee.Channel.Streams)
        ?? call.Target?.Refusals?.WhyNot(shape, callee.Channel.Protocol);

    /// <summary>False where the request cannot go there as it lies at hand.</summary>
    private bool TryChooseAnother(Exchange exchange, CallState call)
    {
        var isStreamed = exchange.Lane == Lane.Forward && exchange.RequestFrame.IsEmpty;
        if (!Renew(exchange, call))
        {
            Choose(exchange, call, call.Target!.Endpoints.Pick(call.Endpoint, exchange.Tag, exchange.TagIsForced));
        }

        if (!isStreamed)
        {
            return true;
        }

        // The body was left unread for the forward lane, and an instance of another protocol may have the turn.
        exchange.Lane = Lane.Forward;
        return call.Endpoint is { } endpoint && LaneTo(exchange, call, endpoint) == Lane.Forward;
    }

    private static void Choose(Exchange exchange, CallState call, Endpoint? endpoint)
    {
        call.Endpoint = endpoint;
        exchange.Instance = endpoint?.Instance;
        exchange.Lane = endpoint is null ? Lane.Translate : LaneTo(exchange, call, endpoint);
    }

    private static Lane LaneTo(Exchange exchange, CallState call, Endpoint endpoint)
    {
        var channel = endpoint.Channel;
        if (call.RequestRead || channel.Protocol != exchange.Caller!.Protocol || !channel.CanForward(exchange))
        {
            return Lane.Translate;
        }

        if (exchange.RequestFrame.IsEmpty || SameName(exchange))
        {
            return Lane.Forward;
        }

        call.Splice = call.Target!.Splice;
        return Lane.Splice;
    }

    /// <summary>A version that a protocol fills in by itself need not be written out for a callee that names none.</summary>
    private static bool SameName(Exchange exchange) => exchange.CalleeService == exchange.Service
        || (exchange.VersionIsDefault && exchange.CalleeService.Version.Length == 0
            && exchange.CalleeService == exchange.Service with { Version = string.Empty });

    private static int TimeoutMs(Exchange exchange, Resolution target) => exchange.CallerTimeoutMs > 0
        ? Math.Min(exchange.CallerTimeoutMs, target.Route.MaxTimeoutMs)
        : target.Route.TimeoutMs;

    private static Resolution? Missing(string reason, out string why)
    {
        why = reason;
        return null;
    }

    private static void Refuse(Exchange exchange, CallState call, ExchangeStatus status, string why)
    {
        call.Refused = true;
        exchange.SetFault(status, why);
    }

    private void Count(Exchange exchange, long started) => counters.Count(exchange.Status, exchange.Lane, time.GetElapsedTime(started));

    private void Complete(Exchange exchange, CallState call)
    {
        Count(exchange, call.Started);
        exchange.Caller!.OnReply(exchange);
    }
}
