namespace BridgeMesh.Fuzz.Targets;

/// <summary>How far an input came.</summary>
internal enum Verdict : byte
{
    /// <summary>Refused before the body: no whole frame, or for formats without frames not one value.</summary>
    Refused,

    /// <summary>Past framing, and refused in the body.</summary>
    Framed,

    /// <summary>Read from end to end.</summary>
    Accepted,
}
