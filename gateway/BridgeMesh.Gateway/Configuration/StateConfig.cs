namespace BridgeMesh.Gateway.Configuration;

/// <summary>What the gateway keeps for its next life: what it published in registries, and what it last knew of them.</summary>
public sealed record StateConfig
{
    /// <summary>Directory for it; relative to the configuration file. It is made when something is to be kept. A change needs a restart.</summary>
    public string Path { get; init; } = "state";
}
