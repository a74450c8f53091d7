namespace BridgeMesh.Registries;

/// <summary>What a registry says of an instance's readiness. Only one that is <see cref="Up"/> takes calls, as Eureka's clients have it.</summary>
public enum InstanceHealth
{
    /// <summary>Takes calls. What a registry that keeps no health says by listing an instance at all.</summary>
    Up,

    /// <summary>Registered, and not yet ready.</summary>
    Starting,

    /// <summary>Its own check fails.</summary>
    Down,

    /// <summary>Taken out on purpose, by itself or by its operators.</summary>
    OutOfService,

    /// <summary>The registry keeps health, and has heard nothing that it understands.</summary>
    Unknown,
}
