using BridgeMesh.Contracts;

namespace BridgeMesh.Testing.Codecs;

/// <summary>One serialized value.</summary>
/// <param name="Shape">What the contract says it is; null reads it as it describes itself.</param>
public sealed record PayloadSample(string Name, byte[] Bytes, TypeShape? Shape = null)
{
    /// <summary>Writing what was read gives these very bytes.</summary>
    public bool Canonical { get; init; }

    /// <summary>A beginning of it may be a value of its own, as 12 of 123 in JSON.</summary>
    public bool PrefixMayBeWhole { get; init; }

    /// <summary>Reading and writing it again and again allocates nothing.</summary>
    public bool AllocationFree { get; init; }

    public static PayloadSample FromHex(string name, string hex, TypeShape? shape = null) => new(name, Convert.FromHexString(hex), shape);

    public override string ToString() => Name;
}
