using BridgeMesh.Registries;

namespace BridgeMesh.Core.Facades;

/// <summary>One facade as it is now.</summary>
/// <param name="State">standing, publishing, withdrawing, withdrawn, failed, or left.</param>
/// <param name="Behind">Instances that take its calls.</param>
/// <param name="Why">Why it is not standing, or will not be; null when there is nothing to say.</param>
internal sealed record FacadeStatus(string Rule, FacadeKey Key, string State, int Behind, string? Why)
{
    /// <summary>Through which it stands.</summary>
    internal IRegistryAdapter? Adapter { get; init; }

    internal static FacadeStatus Of(FacadeState state)
    {
        var (word, why) = state switch
        {
            { IsBusy: true, IsWanted: true, Published: null } => ("publishing", state.Problem),
            { IsBusy: true } => ("withdrawing", state.Problem),
            { Published: not null, IsWanted: true } => ("standing", state.Problem),
            { Published: not null } => ("standing", "nobody healthy stands behind it any longer"),
            { IsWanted: true } => ("failed", state.Problem),
            _ => ("left", state.Problem ?? "an earlier life of this gateway published it"),
        };
        return new FacadeStatus(state.Rule, state.Key, word, state.Plan?.Behind ?? 0, why) { Adapter = state.Adapter };
    }
}
