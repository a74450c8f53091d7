namespace BridgeMesh.Codecs.Json;

/// <summary>Where a value lies in its payload; empty when it does not.</summary>
internal readonly record struct JsonSlice(int Start, int End)
{
    public bool IsEmpty => End == 0;
}
