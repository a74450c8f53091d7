using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace BridgeMesh.Codecs.Grpc.Headers;

/// <summary>
/// Adds fields to heads and trailers of answers. Unlike the framework's own Append it keeps values that are empty, which metadata may be.
/// </summary>
internal static class HeaderFields
{
    internal static void AddField(this IHeaderDictionary headers, string name, string value) =>
        headers[name] = StringValues.Concat(headers[name], value);

    /// <summary>Where an answer has no trailers, as over HTTP/1.1 without chunks, nobody is there who reads them.</summary>
    internal static IHeaderDictionary Trailers(this HttpResponse response) =>
        response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers ?? new HeaderDictionary();
}
