using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Exchanges;

/// <summary>The pipeline as the caller sides see it. Safe for any thread.</summary>
public interface IExchangeDispatcher
{
    /// <summary>Contracts now in force; a new array instance whenever they change, so a caller side can compile from it and compare by reference.</summary>
    ImmutableArray<ServiceContract> Contracts { get; }

    /// <summary>What callers can reach now; another object whenever that changes.</summary>
    Exposure Exposure => Exposure.Nothing;

    TimeProvider Time { get; }

    /// <summary>An empty exchange; to be given back with <see cref="Return"/>.</summary>
    Exchange Rent(ICallerSide caller);

    /// <summary>
    /// Decides route and lane before the body is read, for caller sides that would otherwise have to buffer a body which may be streamed
    /// instead (HTTP). The exchange has its service, method, caller and CallerItem. <see cref="Lane.Forward"/> promises that
    /// <see cref="Dispatch"/> will not call <see cref="ICallerSide.ReadRequest"/>: the callee's channel takes the body from CallerItem. After
    /// any other answer, for an unknown route too, the body must be at hand before Dispatch. Optional and at most once; Dispatch
    /// keeps to what was decided. Sets <see cref="Exchange.Contract"/> where the service has one.
    /// </summary>
    Lane Plan(Exchange exchange);

    /// <summary>
    /// Sends the exchange on its way. Never throws; <see cref="ICallerSide.OnReply"/> is called exactly once, perhaps before this returns,
    /// for one-way calls as well.
    /// </summary>
    void Dispatch(Exchange exchange);

    /// <summary>The caller went away: the attempt is given up where its protocol can, and OnReply comes with status Cancelled.</summary>
    void Cancel(Exchange exchange);

    void Return(Exchange exchange);
}

/// <summary>A caller's connection, or a listener for many.</summary>
public interface ICallerSide
{
    /// <summary>Name of the protocol: bolt, dubbo, http, grpc, triple.</summary>
    string Protocol { get; }

    /// <summary>What it can do with methods that stream.</summary>
    StreamSupport Streams => StreamSupport.None;

    /// <summary>
    /// Decodes the request's metadata and arguments into the exchange; called at most once, during Dispatch, and only when the lane needs it.
    /// Sets <see cref="Exchange.Signature"/> and, from the contract, <see cref="Exchange.Shape"/>. Where the method takes a stream of requests, it
    /// sets <see cref="Exchange.RequestStream"/> in place of the arguments.
    /// </summary>
    CodecStatus ReadRequest(Exchange exchange);

    /// <summary>
    /// Writes the answer; then the exchange is this side's to return. Must not throw and must not block. Where there is a
    /// <see cref="Exchange.ReplyStream"/>, the answer is that stream's messages and then its end.
    /// </summary>
    void OnReply(Exchange exchange);
}

/// <summary>Where an attempt's outcome goes.</summary>
public interface IAttemptSink
{
    /// <summary>The exchange holds its status and, when it has one, its reply. Called once an attempt, on any thread.</summary>
    void OnAttemptCompleted(Exchange exchange);
}

/// <summary>A way to one instance of a callee, for protocols that bring their own client. Safe for any thread.</summary>
public interface IUpstreamChannel : IAsyncDisposable
{
    string Protocol { get; }

    /// <summary>Calls sent and not settled.</summary>
    int InFlight { get; }

    /// <summary>False while the instance cannot be reached and is not being tried: a balancer then prefers others.</summary>
    bool IsAvailable => true;

    /// <summary>What it can do with methods that stream, on the translate lane.</summary>
    StreamSupport Streams => StreamSupport.None;

    /// <summary>Whether this request may pass without translation, as its caller speaks the same protocol in a form that the callee takes.</summary>
    bool CanForward(Exchange exchange);

    /// <summary>
    /// Sends the request: its frame or caller's context on the forward lane, its tape and metadata otherwise. Must not throw; calls the sink
    /// once, perhaps before it returns. Keeps to <see cref="Exchange.RemainingMs"/> by itself; until its sink was called, the exchange and
    /// what its CallerItem holds are the channel's, whatever the clock says.
    /// </summary>
    void Send(Exchange exchange, IAttemptSink sink);

    /// <summary>Gives an attempt up; its sink is still called.</summary>
    void Cancel(Exchange exchange);
}
