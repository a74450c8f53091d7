using BridgeMesh.Core.Model;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Facades;

/// <summary>A facade that stands, is about to, or may have been left standing. Owned by the loop of its set.</summary>
internal sealed class FacadeState(FacadeKey key, string rule)
{
    internal FacadeKey Key { get; } = key;

    internal string Rule { get; set; } = rule;

    /// <summary>As configured now; null when nothing is.</summary>
    internal PlannedFacade? Plan { get; set; }

    /// <summary>What stands in the registry by our hand; null when nothing does.</summary>
    internal ServiceInstance? Published { get; set; }

    /// <summary>Takes it out again.</summary>
    internal IAsyncDisposable? Publication { get; set; }

    /// <summary>Through which it was published. Another configuration of the registry has another.</summary>
    internal IRegistryAdapter? Adapter { get; set; }

    /// <summary>It may stand there though nothing here holds it: from an earlier life, or after a try that failed.</summary>
    internal bool MayBeLeft { get; set; }

    /// <summary>Published or withdrawn at this moment; nothing else is begun until that ends.</summary>
    internal bool IsBusy { get; set; }

    /// <summary>Since when nobody stands behind, as a timestamp; null while somebody does.</summary>
    internal long? EmptySince { get; set; }

    /// <summary>Tries in a row that failed.</summary>
    internal int Failures { get; set; }

    /// <summary>Timestamp before which it is not tried again.</summary>
    internal long NotBefore { get; set; }

    /// <summary>What the registry will not hold, so that it is not tried again until it says something else.</summary>
    internal ServiceInstance? Refused { get; set; }

    /// <summary>Why it is not as it should be; null when it is.</summary>
    internal string? Problem { get; set; }

    /// <summary>It was tried once to withdraw it at the end; there is no time for more.</summary>
    internal bool IsGivenUp { get; set; }

    /// <summary>Whether the registry has it, or may.</summary>
    internal bool IsHeld => Published is not null || MayBeLeft || IsBusy;

    internal bool IsWanted => Plan is { Behind: > 0 };

    /// <summary>The listener that must be bound before it is published; null where it shares one.</summary>
    internal ListenerModel? Listener => Plan?.Listener;

    /// <summary>A try has not failed.</summary>
    /// <param name="isLeft">It may stand there all the same.</param>
    internal void Settle(FacadeResult result, bool isLeft)
    {
        Failures = 0;
        Problem = isLeft ? "its registry is away" : null;
        Refused = null;
        MayBeLeft = isLeft;
        Published = result.Publication is null ? null : result.Tried;
        Publication = result.Publication;
        Adapter = result.Publication is null ? null : result.Adapter;
    }
}
