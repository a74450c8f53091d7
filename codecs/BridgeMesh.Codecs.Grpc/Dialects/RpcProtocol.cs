using System.Collections.Immutable;
using BridgeMesh.Registries;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects;

/// <summary>A protocol name of the configuration: what its listeners answer, and what its callees are called by. Immutable; safe for any thread.</summary>
/// <param name="Name">As written in the configuration.</param>
/// <param name="CallerDialects">Asked in this order which of them a request is.</param>
/// <param name="CalleeDialectOf">The dialect of an instance, by what its registry says of it. Asked once a channel.</param>
internal sealed record RpcProtocol(
    string Name, ImmutableArray<CallerDialect> CallerDialects, Func<ServiceInstance, CalleeDialect> CalleeDialectOf)
{
    /// <summary>Null for a request that is none of the protocol's.</summary>
    internal CallerDialect? DialectOf(HttpRequest request)
    {
        foreach (var dialect in CallerDialects)
        {
            if (dialect.Recognises(request))
            {
                return dialect;
            }
        }

        return null;
    }
}
