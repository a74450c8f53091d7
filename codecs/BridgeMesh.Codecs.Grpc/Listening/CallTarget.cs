using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>What a request names: the path is <c>/{service}/{method}</c>, where the service has its package.</summary>
internal readonly record struct CallTarget(ServiceKey Service, string Method)
{
    /// <summary>Longest path that is taken, in characters.</summary>
    private const int MaxPath = 1_024;

    internal static bool TryRead(HttpRequest request, out CallTarget target)
    {
        target = default;
        var path = request.Path.Value ?? string.Empty;
        var slash = path.LastIndexOf('/');
        if (path.Length > MaxPath || slash <= 1 || slash == path.Length - 1 || path.AsSpan(1, slash - 1).Contains('/'))
        {
            return false;
        }

        var service = new ServiceKey(path[1..slash], First(request, Headers.BridgeHeaders.Version))
        {
            Group = First(request, Headers.BridgeHeaders.Group),
            UniqueId = First(request, Headers.BridgeHeaders.UniqueId),
        };
        target = new CallTarget(service, path[(slash + 1)..]);
        return true;
    }

    private static string First(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var values) ? values[0] ?? string.Empty : string.Empty;
}
