using System.Buffers;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Routing;

/// <summary>
/// What keeps a call from going round between gateways: one that has passed this gateway, or as many as it may, is refused; one that
/// goes on says that it was here.
/// </summary>
internal sealed class HopRule(string id, int maxHops)
{
    /// <summary>Ids that a message names; longer lists come from nobody who keeps to the limit.</summary>
    private const int MaxTold = 17;

    private static readonly SearchValues<char> ListCharacters =
        SearchValues.Create(",.-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Why a call with this list goes no further; null when it may.</summary>
    internal string? Refuse(string hops)
    {
        // Who writes what is no list of ids does not get it back.
        if (hops.Length > HopList.MaxBytes || hops.AsSpan().ContainsAnyExcept(ListCharacters))
        {
            return $"the call's list of gateways ({HopList.Key}) is not one";
        }

        var count = 0;
        var wasHere = false;
        foreach (var range in hops.AsSpan().Split(','))
        {
            count++;
            wasHere |= hops.AsSpan(range).Equals(id, StringComparison.OrdinalIgnoreCase);
        }

        var chain = count > MaxTold ? $"{count} gateways" : hops.Replace(",", " > ", StringComparison.Ordinal);
        return wasHere
            ? $"the call goes in a circle of gateways: {chain} > {id}; a registry of theirs lists another gateway as the callee, or two have one id"
            : count >= maxHops ? $"the call has passed too many gateways: {chain} > {id}; {maxHops} are allowed (maxHops)"
            : null;
    }

    /// <summary>The list with this gateway at its end.</summary>
    internal string Append(string? hops) => hops is null ? id : $"{hops},{id}";
}
