using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Dialects.Grpc;

/// <summary>A gRPC callee.</summary>
internal sealed class GrpcCalleeDialect : CalleeDialect
{
    /// <summary>Where the registry has the service's name in Java, the contract may say the one in protobuf.</summary>
    internal override string ServiceOf(Exchange exchange) =>
        exchange.Contract is { ProtoName: { } name } contract && contract.Service.Interface == exchange.CalleeService.Interface
            ? name
            : exchange.CalleeService.Interface;

    private static readonly MediaTypeHeaderValue ContentType = new("application/grpc");

    internal override MessageFraming FramingOf(Exchange exchange) => GrpcDialects.Framing;

    internal override MessageForm FormOf(Exchange exchange) => ProtobufForm.Instance;

    internal override bool Takes(Exchange exchange, CallerDialect caller) => caller is GrpcCallerDialect;

    internal override void WriteHead(Exchange exchange, HttpRequestMessage request, int timeoutMs)
    {
        request.Content!.Headers.ContentType = ContentType; // Every call has a content.
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (timeoutMs > 0)
        {
            request.Headers.TryAddWithoutValidation(GrpcTimeout.Name, GrpcTimeout.Format(timeoutMs));
        }

        request.Headers.TryAddWithoutValidation(GrpcDialects.Framing.AcceptHeader, MessageEncoding.Accepted);
        MetadataHeaders.Write(exchange.RequestMetadata, request.Headers);
    }

    internal override void WriteForwardedHead(Exchange exchange, HttpRequestMessage request)
    {
        var headers = request.Headers;
        headers.Remove(BridgeHeaders.Version);
        headers.Remove(BridgeHeaders.Group);
        headers.Remove(BridgeHeaders.UniqueId);
        if (exchange.CallerTimeoutMs > 0)
        {
            headers.Remove(GrpcTimeout.Name);
            headers.TryAddWithoutValidation(GrpcTimeout.Name, GrpcTimeout.Format(Math.Max(1, exchange.RemainingMs)));
        }
    }

    internal override bool IsEndedInHead(HttpResponseMessage response) => response.Headers.NonValidated.Contains(GrpcTrailers.StatusName);

    internal override ReplyHead ReadHead(Exchange exchange, HttpResponseMessage response)
    {
        if (IsEndedInHead(response))
        {
            return ReplyHead.Ended;
        }

        if (IsGrpc(response))
        {
            return ReplyHead.Messages;
        }

        var message = $"the callee answered HTTP {(int)response.StatusCode} and no gRPC";
        if (response.StatusCode == HttpStatusCode.OK)
        {
            // gRPC's own table says UNKNOWN, which is a service's exception here; no service has spoken.
            exchange.SetFault(ExchangeStatus.BadGateway, message, mayHaveExecuted: true);
            return ReplyHead.Foreign;
        }

        ReceivedStatus.Read(exchange, InboundStatuses.CodeOfHttp((int)response.StatusCode), message, null);
        return ReplyHead.Foreign;
    }

    internal override void ReadEnd(Exchange exchange, HttpResponseMessage response, in ReadOnlySequence<byte> frame)
    {
        // Trailers-Only has its status in the head.
        var end = IsEndedInHead(response) ? response.Headers : response.TrailingHeaders;
        if (!int.TryParse(ResponseHeaders.Find(end, GrpcTrailers.StatusName), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            exchange.SetFault(ExchangeStatus.BadGateway, "the callee's answer ends without grpc-status", mayHaveExecuted: true);
        }
        else if (code == GrpcStatus.Ok)
        {
            exchange.Status = ExchangeStatus.Ok;
        }
        else
        {
            var message = ResponseHeaders.Find(end, GrpcTrailers.MessageName);
            var details = ResponseHeaders.Find(end, GrpcTrailers.DetailsName);
            ReceivedStatus.Read(exchange, code, message is null ? null : StatusMessage.Decode(message), details);
        }
    }

    internal override void ReadHeadMetadata(HttpResponseMessage response, Metadata into) => MetadataHeaders.Read(response.Headers, into);

    internal override void ReadMetadata(HttpResponseMessage response, in ReadOnlySequence<byte> frame, Metadata into)
    {
        MetadataHeaders.Read(response.Headers, into);
        MetadataHeaders.Read(response.TrailingHeaders, into);
    }

    private static bool IsGrpc(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.OK
        && response.Content.Headers.ContentType?.MediaType is { } type
        && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);
}
