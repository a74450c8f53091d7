using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>What a request names: the path is <c>/{service}/{method}</c>, where the service has its package.</summary>
internal static class CallTarget
{
    /// <summary>Longest path that is taken, in characters.</summary>
    private const int MaxPath = 1_024;

    /// <summary>Sets service and method, version and the like by BridgeMesh's own headers; false after a fault.</summary>
    internal static bool TryRead(HttpRequest request, Exchange exchange)
    {
        var path = request.Path.Value ?? string.Empty;
        var slash = path.LastIndexOf('/');
        if (path.Length > MaxPath || slash <= 1 || slash == path.Length - 1 || path.AsSpan(1, slash - 1).Contains('/'))
        {
            exchange.SetFault(ExchangeStatus.Unimplemented, "the path is not /service/method");
            return false;
        }

        exchange.Service = new ServiceKey(path[1..slash], First(request, BridgeHeaders.Version))
        {
            Group = First(request, BridgeHeaders.Group),
            UniqueId = First(request, BridgeHeaders.UniqueId),
        };
        exchange.Method = path[(slash + 1)..];
        return true;
    }

    private static string First(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var values) ? values[0] ?? string.Empty : string.Empty;
}
