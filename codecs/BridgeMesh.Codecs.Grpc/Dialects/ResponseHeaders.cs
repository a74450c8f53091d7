namespace BridgeMesh.Codecs.Grpc.Dialects;

/// <summary>Looks a header of a callee's answer up, whether HttpClient files it with the response or with its content.</summary>
internal static class ResponseHeaders
{
    /// <summary>Null when it is not there; values of a repeated one are joined.</summary>
    internal static string? Find(HttpResponseMessage response, string name) =>
        Find(response.Headers, name) ?? (response.Content.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null);

    internal static string? Find(System.Net.Http.Headers.HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
