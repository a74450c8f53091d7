using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Frames;

/// <summary>Makes frames of one protocol for its target. Owned by one worker.</summary>
internal interface IFrameMaker
{
    /// <summary>Adds a frame, whole or broken.</summary>
    void Make(FuzzRandom random, InputBytes into);

    /// <summary>Damages a frame that a codec wrote.</summary>
    void Damage(byte[] frame, FuzzRandom random, InputBytes into);
}
