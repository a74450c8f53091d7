using BridgeMesh.Codecs.Http.Headers;

namespace BridgeMesh.Codecs.Http.Multipart;

/// <summary>One part of a multipart/form-data body; its content lies in the body and lives as long.</summary>
/// <param name="FileName">Null for a part that is no file. A name from outside: never a path to anything here.</param>
/// <param name="ContentType">Null when the part names none: text/plain (RFC 7578 section 4.4).</param>
internal sealed record FormPart(string Name, string? FileName, string? ContentType, ReadOnlyMemory<byte> Content)
{
    internal MediaKind Kind => MediaTypes.KindOf(ContentType);
}
