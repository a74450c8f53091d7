using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Bolt.Requests;

/// <summary>Steps that everything which looks into a SofaRequest shares.</summary>
internal static class RequestContent
{
    /// <summary>Reads the head of the SofaRequest; its fields' values follow in the order of <paramref name="cls"/>.</summary>
    internal static bool TryBegin(ref HessianReader reader, out HessianClass cls) =>
        reader.TryBeginObject(out cls) && cls.Type.Text == SofaRequestClass.Name;

    /// <summary>The reader's fault with its place in the frame; where it has none, the content is no SofaRequest.</summary>
    internal static CodecStatus Fault(ref HessianReader reader, int contentOffset)
    {
        var fault = reader.Fault;
        return fault.IsOk
            ? CodecStatus.Fail(CodecError.Malformed, $"the content does not begin with a {SofaRequestClass.Name}", contentOffset)
            : fault with { Offset = fault.Offset < 0 ? contentOffset : contentOffset + fault.Offset };
    }
}
