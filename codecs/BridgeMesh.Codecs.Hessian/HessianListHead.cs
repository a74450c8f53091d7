using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>How a list began, for readers of envelopes.</summary>
public struct HessianListHead
{
    internal const int Open = -1;
    internal readonly bool HasEnd;
    internal int Taken;

    internal HessianListHead(TypeName? type, int count, bool hasEnd)
    {
        Type = type;
        Count = count;
        HasEnd = hasEnd;
        Taken = 0;
    }

    /// <summary>Type name on the wire; null when there was none.</summary>
    public TypeName? Type { get; }

    /// <summary>Declared number of elements, not more than the bytes that are left; -1 when an end mark ends the list.</summary>
    public int Count { get; }
}
