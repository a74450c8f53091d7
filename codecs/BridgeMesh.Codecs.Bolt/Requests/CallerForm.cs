using System.Buffers;
using BridgeMesh.Codecs.Hessian;

namespace BridgeMesh.Codecs.Bolt.Requests;

/// <summary>
/// What must be remembered of a request to answer it in its own form; kept in <see cref="Exchanges.Exchange.CallerFlags"/>.
/// </summary>
[Flags]
internal enum CallerForm
{
    None = 0,

    /// <summary>The content is in the final dialect of Hessian.</summary>
    FinalDialect = 1,

    /// <summary>The class name is not SofaRequest: a real server has no processor for it and says so with status 2.</summary>
    NoProcessor = 2,
}

internal static class Dialects
{
    /// <summary>
    /// First byte of a class definition in the final dialect; the draft writes 'O', which in the final dialect is an instance.
    /// </summary>
    private const byte FinalClassDefinition = (byte)'C';

    internal static HessianDialect Of(this CallerForm form) =>
        (form & CallerForm.FinalDialect) != 0 ? HessianDialect.Final : HessianDialect.Draft;

    /// <summary>The dialect of a content that begins with an object, as every SofaRequest and SofaResponse does.</summary>
    internal static HessianDialect OfContent(in ReadOnlySequence<byte> content)
    {
        // Not FirstSpan: a slice that begins at the border of two segments has an empty one.
        Span<byte> first = stackalloc byte[1];
        content.Slice(0, Math.Min(1, content.Length)).CopyTo(first);
        return first[0] == FinalClassDefinition ? HessianDialect.Final : HessianDialect.Draft;
    }
}
