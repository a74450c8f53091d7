using System.Globalization;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>
/// Writes answers. A message is made whole before the first byte goes out: what protobuf cannot say becomes a clean status instead of half an
/// answer.
/// </summary>
internal static class ReplyWriter
{
    internal static async ValueTask WriteAsync(HttpResponse response, Exchange exchange)
    {
        using var body = new FrameWriter();
        if (exchange.Status == ExchangeStatus.Ok && !TryWriteMessage(exchange, body, out var fault))
        {
            var status = fault.Error == CodecError.OverBudget ? ExchangeStatus.ReplyTooLarge : ExchangeStatus.BadGateway;
            exchange.SetFault(status, fault, mayHaveExecuted: true);
        }

        if (exchange.Status != ExchangeStatus.Ok)
        {
            WriteFault(response, exchange);
            return;
        }

        response.ContentType = "application/grpc";
        MetadataHeaders.Write(exchange.ReplyMetadata, response.Headers);
        response.DeclareTrailer("grpc-status");
        await response.BodyWriter.WriteAsync(body.WrittenMemory).ConfigureAwait(false);
        response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>An answer without a message: gRPC's Trailers-Only, one block of headers that ends the stream.</summary>
    private static void WriteFault(HttpResponse response, Exchange exchange)
    {
        response.ContentType = "application/grpc";
        MetadataHeaders.Write(exchange.ReplyMetadata, response.Headers);
        response.Headers["grpc-status"] = OutboundStatuses.CodeOf(exchange).ToString(CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(exchange.Message))
        {
            response.Headers["grpc-message"] = StatusMessage.Encode(exchange.Message);
        }

        if (StatusDetails.Write(exchange) is { } details)
        {
            response.Headers["grpc-status-details-bin"] = details;
        }
    }

    private static bool TryWriteMessage(Exchange exchange, FrameWriter body, out CodecStatus fault)
    {
        body.Advance(body.GetSpan(MessagePrefix.Bytes)[..MessagePrefix.Bytes].Length);
        fault = exchange.Shape is { } shape
            ? ProtobufArguments.WriteResult(exchange.Reply, shape, exchange.Contract?.Policy ?? ValuePolicy.Default, body)
            : CodecStatus.Fail(CodecError.Unsupported, "a gRPC method needs a contract, and this one has none");
        new MessagePrefix(0, body.Length - MessagePrefix.Bytes).Write(body.From(0));
        return fault.IsOk;
    }
}
