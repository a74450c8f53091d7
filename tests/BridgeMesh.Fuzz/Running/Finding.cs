using System.Security.Cryptography;

namespace BridgeMesh.Fuzz.Running;

/// <summary>An input that a decoder must not do this with.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Seed">With <paramref name="Index"/> and the target it names the input; -1 as index for a replayed file.</param>
/// <param name="Key">Findings with the same key are one.</param>
/// <param name="Input">Minimised where that was possible.</param>
internal sealed record Finding(string Target, ulong Seed, long Index, string Key, string Detail, byte[] Input)
{
    private const int MaxShownBytes = 512;

    /// <summary>Where it is kept below the corpus folder.</summary>
    internal string FileName => Path.Combine(Target, $"{Convert.ToHexStringLower(SHA256.HashData(Input).AsSpan(0, 8))}.bin");

    public override string ToString()
    {
        var shown = Convert.ToHexStringLower(Input.AsSpan(0, Math.Min(Input.Length, MaxShownBytes)));
        var more = Input.Length > MaxShownBytes ? $"... ({Input.Length} bytes)" : string.Empty;
        return $"""
            FINDING {Target} --seed {Seed} --index {Index}: {Key}
              {Detail}
              hex {shown}{more}
              kept as {FileName}
            """;
    }
}
