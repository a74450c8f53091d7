using BridgeMesh.Core.Routing;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Pipeline;

/// <summary>
/// When a call takes the hop list along. A translated one always does, and so does one from HTTP to HTTP: a header more costs nothing there. A frame
/// that is copied as it stands has its metadata edited for it, which costs Dubbo 1.4 times and Bolt 1.06 times the CPU of a forwarded call. So it
/// takes the list only where it may matter: the call came from a gateway, the callee is marked as one, or nothing else would end a circle of
/// forwarding gateways that nobody marked. That is a one-way call, and one call of <see cref="Share"/> once more than <see cref="Crowd"/>
/// are in flight: each round of a circle is one more.
/// </summary>
internal static class Hops
{
    /// <summary>
    /// A circle is found soon after so many rounds of one call, within some tens of milliseconds, instead of at its deadline.
    /// </summary>
    internal const int Crowd = 256;

    private const uint Share = 16;

    [ThreadStatic]
    private static uint _turn;

    /// <summary>Puts the list among the metadata, which has been read. Not null is why the call goes no further.</summary>
    internal static string? Translated(Exchange exchange, RoutingTable table)
    {
        var rule = table.Hops;
        if (exchange.Hops is null && exchange.RequestMetadata.Find(HopList.Key) is { } hops)
        {
            // The caller's protocol could not tell it before.
            exchange.Hops = hops;
            if (rule.Refuse(hops) is { } circle)
            {
                return circle;
            }
        }

        // A message that is full of pairs goes without: it is worth more than a guard against a circle of such messages.
        exchange.RequestMetadata.Set(HopList.Key, rule.Append(exchange.Hops));
        return null;
    }

    /// <summary>Decides for a request that goes as its caller wrote it.</summary>
    internal static void Passed(Exchange exchange, Endpoint endpoint, RoutingTable table, long inFlight)
    {
        if (exchange.Hops is not null || exchange.OneWay || endpoint.IsGateway || exchange.Lane == Lane.Splice || exchange.RequestFrame.IsEmpty
            || (inFlight > Crowd && ++_turn % Share == 0))
        {
            exchange.CalleeHops = table.Hops.Append(exchange.Hops);
        }
    }
}
