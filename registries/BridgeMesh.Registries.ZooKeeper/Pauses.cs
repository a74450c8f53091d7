namespace BridgeMesh.Registries.ZooKeeper;

/// <summary>Pauses by chance, so that gateways that met the same trouble do not try again in the same moment.</summary>
internal static class Pauses
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>From 250 ms on, doubling with each failure up to 30 s; half of it is by chance.</summary>
    /// <param name="failures">In a row, from 1.</param>
    internal static TimeSpan After(int failures)
    {
        var whole = First * Math.Pow(2, Math.Min(failures - 1, 16));
        return (whole > Longest ? Longest : whole) * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
