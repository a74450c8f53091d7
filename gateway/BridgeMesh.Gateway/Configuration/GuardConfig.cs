using System.ComponentModel.DataAnnotations;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// When a service's list is believed that has suddenly lost much, or all. Instances that a registry has lost and that do not accept
/// connections go at once; those that do stay in use until it is confirmed.
/// </summary>
public sealed record GuardConfig
{
    /// <summary>Share of a list whose loss is believed at once, in percent, 0 to 99. An empty list never is.</summary>
    [Range(0, 99)]
    public int ShrinkPercent { get; init; } = 50;

    /// <summary>Time for which the registry must go on saying so, in ms, 0 to 3,600,000; 0 believes everything at once.</summary>
    [Range(0, 3_600_000)]
    public int ConfirmMs { get; init; } = 10_000;
}
