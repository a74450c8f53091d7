namespace BridgeMesh.Registries.Dns;

/// <summary>Pauses by chance, so that gateways that lost the same server do not come back to it in the same moment.</summary>
internal static class Pauses
{
    /// <summary>Within a tenth below the interval.</summary>
    internal static TimeSpan Jittered(TimeSpan interval) => interval * (1 - (Random.Shared.NextDouble() / 10));

    /// <summary>Doubles with each failure up to the longest; half of it is by chance.</summary>
    /// <param name="failures">In a row, from 1.</param>
    internal static TimeSpan After(int failures, TimeSpan first, TimeSpan longest)
    {
        var whole = first * Math.Pow(2, Math.Min(failures - 1, 20));
        whole = whole > longest ? longest : whole;
        return whole * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
