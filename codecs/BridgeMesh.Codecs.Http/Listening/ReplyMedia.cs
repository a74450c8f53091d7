using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Codecs.Http.Streams;
using BridgeMesh.Contracts;
using Microsoft.Net.Http.Headers;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>
/// In which media type a result goes out: JSON, or as Spring's converters offer them a String as text/plain and a byte[] as
/// application/octet-stream, where the caller likes that better. Source: RFC 9110 section 12.5.1.
/// </summary>
internal static class ReplyMedia
{
    /// <summary>Missing means that the caller takes none of what there is.</summary>
    internal static MediaKind Choose(string? accept, TypeShape? returns)
    {
        if (string.IsNullOrEmpty(accept) || accept is "*/*" or MediaTypes.Json || !MediaTypeHeaderValue.TryParseList([accept], out var asked))
        {
            return MediaKind.Json;
        }

        var other = returns?.Kind switch
        {
            ShapeKind.String => MediaKind.Text,
            ShapeKind.Bytes => MediaKind.Octets,
            _ => MediaKind.Json,
        };
        var json = MediaTypes.QualityOf(MediaTypes.Json, asked);
        var own = other switch
        {
            MediaKind.Text => MediaTypes.QualityOf("text/plain", asked),
            MediaKind.Octets => MediaTypes.QualityOf(MediaTypes.Octets, asked),
            _ => 0,
        };
        return own > json ? other : json > 0 ? MediaKind.Json : MediaKind.Missing;
    }

    /// <summary>Whether a caller takes the results of a method; a void one has none, and what is not known may be of any type.</summary>
    internal static bool Accepts(string? accept, MethodShape? method) =>
        method is { ServerStreaming: true }
            ? StreamForms.Choose(accept) != StreamForm.None
            : method?.Returns.Kind == ShapeKind.Void || Choose(accept, method?.Returns) != MediaKind.Missing;

    internal static string Offered(MethodShape? method) => method is { ServerStreaming: true } ? StreamForms.Offered : method?.Returns.Kind switch
    {
        ShapeKind.String => "application/json or text/plain",
        ShapeKind.Bytes => "application/json or application/octet-stream",
        _ => MediaTypes.Json,
    };
}
