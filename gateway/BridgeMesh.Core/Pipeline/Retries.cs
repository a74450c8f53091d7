using BridgeMesh.Core.Routing;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Pipeline;

/// <summary>
/// Which calls go to another instance after an attempt failed: those of which nothing can have reached the callee, and those whose connection was
/// lost before an answer, where a second execution does no harm.
/// </summary>
internal static class Retries
{
    internal const int MaxAttempts = 3;

    /// <param name="current">The table in force.</param>
    internal static bool May(Exchange exchange, CallState call, RoutingTable? current)
    {
        var isLost = exchange.Connection == ConnectionOutcome.Lost;
        if ((exchange.Status != ExchangeStatus.Unavailable && !isLost) || (exchange.MayHaveExecuted && !(isLost && IsHarmless(exchange))))
        {
            return false;
        }

        // Once the table has changed, the callees that the call was planned with are no measure of how many there are.
        var instances = ReferenceEquals(call.Table, current) ? call.Target?.Endpoints.Endpoints.Length ?? 0 : MaxAttempts;
        if (call.Target is null || call.Attempts >= Math.Min(MaxAttempts, instances))
        {
            return false;
        }

        if (exchange.Lane == Lane.Translate)
        {
            // What was taken of a stream of requests is gone.
            return !exchange.MayHaveExecuted || exchange.RequestStream is null;
        }

        return exchange.RequestFrame.IsEmpty ? exchange.IsWhole : !exchange.MayHaveExecuted || call.IsDetached;
    }

    /// <summary>The contract calls the method idempotent, or the caller's protocol the request, where it goes on in that protocol.</summary>
    internal static bool IsHarmless(Exchange exchange)
    {
        if (exchange is { IsSafe: true, Lane: Lane.Forward })
        {
            return true;
        }

        if (exchange.Shape is { } shape)
        {
            return shape.Idempotent;
        }

        var overloads = exchange.Contract?.Overloads(exchange.Method) ?? [];
        foreach (var overload in overloads)
        {
            if (!overload.Idempotent)
            {
                return false;
            }
        }

        return !overloads.IsEmpty;
    }
}
