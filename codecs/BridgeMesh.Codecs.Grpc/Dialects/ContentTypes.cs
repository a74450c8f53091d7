using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects;

/// <summary>Compares a request's content type, whatever parameters it has.</summary>
internal static class ContentTypes
{
    /// <param name="orSuffix">What may stand behind the type; empty for nothing.</param>
    internal static bool Is(HttpRequest request, string type, string orSuffix = "")
    {
        if (request.ContentType is not { } sent || !sent.StartsWith(type, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = sent.AsSpan(type.Length);
        if (orSuffix.Length > 0 && rest.StartsWith(orSuffix, StringComparison.OrdinalIgnoreCase))
        {
            rest = rest[orSuffix.Length..];
        }

        return rest.IsEmpty || rest[0] is ';' or ' ';
    }
}
