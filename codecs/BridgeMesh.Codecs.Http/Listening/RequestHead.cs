using System.Globalization;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>What a request's headers say to the gateway itself.</summary>
internal static class RequestHead
{
    // A request with Transfer-Encoding and Content-Length is the classic way to smuggle another past a proxy. Kestrel takes the former, as
    // it may, and puts the latter aside under this name (RFC 9112 section 6.1).
    internal static bool HasTwoLengths(IHeaderDictionary headers) =>
        headers.TransferEncoding.Count > 0 && headers.ContainsKey("X-Content-Length");

    // To run the method instead would look like success to neither side.
    internal static Refusal? CheckUpgrade(IHeaderDictionary headers) =>
        headers.Upgrade is { Count: > 0 } upgrade && upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase)
            ? Refusal.Of(ExchangeStatus.InvalidArgument, "a WebSocket can be opened to HTTP callees on their native paths only")
            : null;

    /// <summary>A header that repeats is one list.</summary>
    internal static string? HopsOf(IHeaderDictionary headers) =>
        headers.TryGetValue(HopList.Key, out var values) && values.Count > 0 ? string.Join(',', (IEnumerable<string?>)values) : null;

    /// <summary>RFC 9110 section 9.2.1. What upgrades is a conversation rather than a question.</summary>
    internal static bool IsSafe(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        && request.Headers.Upgrade.Count == 0;

    internal static bool ForcesTag(IHeaderDictionary headers) =>
        string.Equals(headers[CallTag.ForceKey], "true", StringComparison.OrdinalIgnoreCase);

    internal static bool TryReadTimeout(IHeaderDictionary headers, out int timeoutMs, out Refusal? refusal)
    {
        timeoutMs = 0;
        refusal = null;
        if (!headers.TryGetValue(BridgeHeaders.TimeoutMs, out var values) || values.Count == 0)
        {
            return true;
        }

        if (long.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms > 0)
        {
            timeoutMs = (int)Math.Min(ms, int.MaxValue);
            return true;
        }

        refusal = Refusal.Of(ExchangeStatus.InvalidArgument, $"{BridgeHeaders.TimeoutMs} must be a number of milliseconds, 1 or more");
        return false;
    }
}
