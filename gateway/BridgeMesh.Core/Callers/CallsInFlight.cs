using BridgeMesh.Core.Pipeline;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Callers;

/// <summary>How a call stands to the connection that it came by.</summary>
internal enum CallerHold : byte
{
    /// <summary>The connection does not know of it, as of one-way calls and refusals.</summary>
    None,

    /// <summary>Its answer is owed.</summary>
    Waiting,

    /// <summary>The connection is gone, and the call is being cancelled: its exchange must not go back to the pool until that is over.</summary>
    Cancelling,

    /// <summary>The answer came while it was being cancelled; whoever cancels returns the exchange.</summary>
    Answered,
}

/// <summary>
/// The calls of one caller's connection whose answers are owed, so that they can be cancelled when it closes. A list through the exchanges
/// themselves: two links to set a call, and nothing to allocate. Bounded by the connection's calls in flight. Not thread-safe: the
/// connection's output lock guards it, which every answer takes anyway.
/// </summary>
internal sealed class CallsInFlight
{
    private Exchange? _first;

    internal void Add(Exchange exchange)
    {
        var call = CallState.Of(exchange);
        call.Hold = CallerHold.Waiting;
        call.Next = _first;
        if (_first is not null)
        {
            CallState.Of(_first).Previous = exchange;
        }

        _first = exchange;
    }

    /// <summary>
    /// Takes out a call that was answered. False when it is being cancelled at this moment: then the exchange is not the answering thread's to
    /// return.
    /// </summary>
    internal bool TryEnd(Exchange exchange)
    {
        var call = CallState.Of(exchange);
        if (call.Hold == CallerHold.Cancelling)
        {
            call.Hold = CallerHold.Answered;
            return false;
        }

        if (call.Hold == CallerHold.Waiting)
        {
            Unlink(call);
        }

        return true;
    }

    /// <summary>Takes out any call, to be cancelled and then given to <see cref="EndCancelling"/>; null when there is none.</summary>
    internal Exchange? BeginCancelling()
    {
        var exchange = _first;
        if (exchange is not null)
        {
            var call = CallState.Of(exchange);
            Unlink(call);
            call.Hold = CallerHold.Cancelling;
        }

        return exchange;
    }

    /// <summary>Whether the answer came meanwhile: then the exchange is the cancelling thread's to return. Else whoever answers it will.</summary>
    internal static bool EndCancelling(Exchange exchange)
    {
        var call = CallState.Of(exchange);
        var isAnswered = call.Hold == CallerHold.Answered;
        call.Hold = CallerHold.None;
        return isAnswered;
    }

    private void Unlink(CallState call)
    {
        if (call.Previous is { } previous)
        {
            CallState.Of(previous).Next = call.Next;
        }
        else
        {
            _first = call.Next;
        }

        if (call.Next is { } next)
        {
            CallState.Of(next).Previous = call.Previous;
        }

        call.Previous = null;
        call.Next = null;
        call.Hold = CallerHold.None;
    }
}
