using System.Globalization;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>Writes answers.</summary>
internal static class ReplyWriter
{
    /// <summary>An answer without a message: gRPC's Trailers-Only, one block of headers that ends the stream.</summary>
    internal static void WriteFault(HttpResponse response, Exchange exchange)
    {
        response.ContentType = "application/grpc";
        foreach (ref readonly var pair in exchange.ReplyMetadata.Entries)
        {
            if (MetadataRules.WireName(pair.Key) is { } name && MetadataRules.MaySend(name, pair.Value))
            {
                response.Headers.Append(name, pair.Value);
            }
        }

        response.Headers["grpc-status"] = OutboundStatuses.CodeOf(exchange).ToString(CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(exchange.Message))
        {
            response.Headers["grpc-message"] = StatusMessage.Encode(exchange.Message);
        }
    }
}
