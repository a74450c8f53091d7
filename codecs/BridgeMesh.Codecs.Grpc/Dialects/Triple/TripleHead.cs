using System.Globalization;
using BridgeMesh.Codecs.Grpc.Dialects.Grpc;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>What every form of Triple says in the head of a request, on both sides.</summary>
internal static class TripleHead
{
    private const string NoVersion = "0.0.0";

    /// <summary>Fills in service, method and time; false after a fault.</summary>
    internal static bool TryRead(HttpRequest request, Exchange exchange)
    {
        if (!CallTarget.TryRead(request, exchange) || !TripleTimeout.TryRead(request.Headers, exchange))
        {
            return false;
        }

        var service = exchange.Service;
        exchange.Service = service with
        {
            Version = Find(request, TripleHeaders.Version, service.Version) is var version && version == NoVersion ? string.Empty : version,
            Group = Find(request, TripleHeaders.Group, service.Group),
        };
        return true;
    }

    /// <summary>
    /// Finds the method where its name says enough; a wrapped message says which overload it means, and which types it has where no
    /// contract knows them. False after a fault.
    /// </summary>
    internal static bool TryBind(Exchange exchange)
    {
        if (exchange.Contract is not { } contract)
        {
            return true;
        }

        var overloads = contract.Overloads(exchange.Method);
        if (overloads.IsEmpty)
        {
            return MethodBinding.TryBind(exchange);
        }

        if (overloads is [var only])
        {
            exchange.Shape = only;
            exchange.Signature = only.Signature;
        }

        return true;
    }

    internal static void ReadMetadata(HttpRequest request, Metadata into)
    {
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in name.Equals("authorization", StringComparison.OrdinalIgnoreCase) ? default : values)
            {
                TripleMetadata.Read(name, value ?? string.Empty, into);
            }
        }

        TripleMetadata.Restore(Find(request, TripleHeaders.Convert, string.Empty), into);
    }

    /// <param name="timeoutMs">0 for none.</param>
    internal static void Write(Exchange exchange, HttpRequestMessage request, int timeoutMs, bool isGrpc)
    {
        WriteService(exchange, request);
        WriteTimeout(request, timeoutMs, isGrpc);
        request.Headers.TryAddWithoutValidation(TripleHeaders.ProtocolVersion, "1.0.0");
        foreach (ref readonly var pair in exchange.RequestMetadata.Entries)
        {
            if (TripleMetadata.OnWire(pair.Key, pair.Value) is { } sent)
            {
                request.Headers.TryAddWithoutValidation(sent.Name, sent.Value);
            }
        }

        if (TripleMetadata.ConvertOf(exchange.RequestMetadata) is { } convert)
        {
            request.Headers.TryAddWithoutValidation(TripleHeaders.Convert, convert);
        }
    }

    /// <summary>Changes what a caller wrote to what its callee is to know.</summary>
    internal static void Forward(Exchange exchange, HttpRequestMessage request)
    {
        var headers = request.Headers;
        headers.Remove(Headers.BridgeHeaders.Version);
        headers.Remove(Headers.BridgeHeaders.Group);
        headers.Remove(Headers.BridgeHeaders.UniqueId);
        if (exchange.CalleeService != exchange.Service || headers.Contains(TripleHeaders.Version) || headers.Contains(TripleHeaders.Group))
        {
            headers.Remove(TripleHeaders.Version);
            headers.Remove(TripleHeaders.Group);
            WriteService(exchange, request);
        }

        if (exchange.CallerTimeoutMs > 0)
        {
            var isGrpc = headers.Remove(TripleHeaders.GrpcTimeout);
            headers.Remove(TripleHeaders.Timeout);
            headers.Remove(TripleHeaders.TimeoutOfGo);
            WriteTimeout(request, Math.Max(1, exchange.RemainingMs), isGrpc);
        }
    }

    private static void WriteService(Exchange exchange, HttpRequestMessage request)
    {
        if (exchange.CalleeService.Version.Length > 0)
        {
            request.Headers.TryAddWithoutValidation(TripleHeaders.Version, exchange.CalleeService.Version);
        }

        if (exchange.CalleeService.Group.Length > 0)
        {
            request.Headers.TryAddWithoutValidation(TripleHeaders.Group, exchange.CalleeService.Group);
        }
    }

    // Node's and Java's unary form have one name for it, Go's another, and streams and Java's own form gRPC's.
    private static void WriteTimeout(HttpRequestMessage request, int timeoutMs, bool isGrpc)
    {
        if (timeoutMs <= 0)
        {
            return;
        }

        var text = timeoutMs.ToString(CultureInfo.InvariantCulture);
        request.Headers.TryAddWithoutValidation(TripleHeaders.Timeout, text);
        if (isGrpc)
        {
            request.Headers.TryAddWithoutValidation(TripleHeaders.GrpcTimeout, GrpcTimeout.Format(timeoutMs));
        }
        else
        {
            request.Headers.TryAddWithoutValidation(TripleHeaders.TimeoutOfGo, text);
        }
    }

    private static string Find(HttpRequest request, string name, string otherwise) =>
        request.Headers.TryGetValue(name, out var values) && values.Count > 0 ? values[0] ?? string.Empty : otherwise;
}
