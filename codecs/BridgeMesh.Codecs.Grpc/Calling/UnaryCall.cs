using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Calling;

/// <summary>Calls a unary method with the arguments of the exchange and reads its message or status back.</summary>
internal static class UnaryCall
{
    private static readonly MediaTypeHeaderValue Grpc = new("application/grpc");

    internal static async ValueTask RunAsync(GrpcAttempt attempt)
    {
        // An earlier attempt may have left metadata beside its fault.
        var exchange = attempt.Exchange;
        exchange.Reply.Reset();
        exchange.ReplyMetadata.Clear();
        var body = new FrameWriter();
        var composed = Compose(exchange, body);
        if (!composed.IsOk)
        {
            body.Dispose();
            exchange.SetFault(composed.Error == CodecError.Unsupported ? ExchangeStatus.Unimplemented : ExchangeStatus.InvalidArgument, composed);
            return;
        }

        using var request = RequestOf(exchange, attempt.Channel.BaseUrl, body);
        using var response = await attempt.Channel.Invoker.SendAsync(request, attempt.Token).ConfigureAwait(false);

        // After a failure HttpClient may still be sending: then the buffer is left to the collector, lest another call's bytes go out.
        body.Dispose();
        await ReadReplyAsync(attempt, response).ConfigureAwait(false);
    }

    private static CodecStatus Compose(Exchange exchange, FrameWriter body)
    {
        if (exchange.Shape is not { } shape)
        {
            return CodecStatus.Fail(
                CodecError.Unsupported,
                $"protobuf does not describe itself: add a contract for {exchange.CalleeService.Interface}, so that gRPC callees can be called");
        }

        if (shape.ClientStreaming || shape.ServerStreaming)
        {
            return CodecStatus.Fail(CodecError.Unsupported, $"{exchange.Method} streams, and its caller gives and takes one message");
        }

        body.Advance(body.GetSpan(MessagePrefix.Bytes)[..MessagePrefix.Bytes].Length);
        var status = ProtobufArguments.Write(exchange.Request, shape, exchange.Contract?.Policy ?? ValuePolicy.Default, body);
        new MessagePrefix(0, body.Length - MessagePrefix.Bytes).Write(body.From(0));
        return status;
    }

    private static HttpRequestMessage RequestOf(Exchange exchange, string baseUrl, FrameWriter body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{baseUrl}/{exchange.CalleeService.Interface}/{exchange.Method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ReadOnlyMemoryContent(body.WrittenMemory),
        };
        request.Content.Headers.ContentType = Grpc;
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("grpc-timeout", GrpcTimeout.Format(Math.Max(1, exchange.RemainingMs)));
        request.Headers.TryAddWithoutValidation("grpc-accept-encoding", MessageEncoding.Accepted);
        MetadataHeaders.Write(exchange.RequestMetadata, request.Headers);
        return request;
    }

    private static async ValueTask ReadReplyAsync(GrpcAttempt attempt, HttpResponseMessage response)
    {
        var exchange = attempt.Exchange;
        if (!IsGrpc(response) && Find(response.Headers, "grpc-status") is null)
        {
            var code = InboundStatuses.CodeOfHttp((int)response.StatusCode);
            ReceivedStatus.Read(exchange, code, $"the callee answered HTTP {(int)response.StatusCode} and no gRPC", null);
            return;
        }

        using var body = new UnaryBody();
        var stream = await response.Content.ReadAsStreamAsync(attempt.Token).ConfigureAwait(false);
        var reader = PipeReader.Create(stream);
        try
        {
            // Trailers-Only has its status in the headers and no body.
            var isTrailersOnly = Find(response.Headers, "grpc-status") is not null;
            var read = isTrailersOnly
                ? CodecStatus.Ok
                : await body.ReadAsync(reader, Find(response.Headers, "grpc-encoding"), attempt.Channel.Settings.Limits.MaxFrameBytes, attempt.Token)
                    .ConfigureAwait(false);
            Settle(exchange, response, isTrailersOnly ? response.Headers : response.TrailingHeaders, body, read);
        }
        finally
        {
            body.Release();
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static void Settle(Exchange exchange, HttpResponseMessage response, HttpResponseHeaders trailers, UnaryBody body, in CodecStatus read)
    {
        if (read.Error == CodecError.OverBudget)
        {
            exchange.SetFault(ExchangeStatus.ReplyTooLarge, read, mayHaveExecuted: true);
        }
        else if (!int.TryParse(Find(trailers, "grpc-status"), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            exchange.SetFault(ExchangeStatus.BadGateway, "the callee's answer ends without grpc-status", mayHaveExecuted: true);
        }
        else if (code != GrpcStatus.Ok)
        {
            // A callee that fails need not send a message, so that none came is no fault of its own.
            var message = Find(trailers, "grpc-message");
            ReceivedStatus.Read(exchange, code, message is null ? null : StatusMessage.Decode(message), Find(trailers, "grpc-status-details-bin"));
        }
        else
        {
            ReadResult(exchange, body, read);
        }

        // Behind the rest, as a fault drops the metadata of what it replaces.
        MetadataHeaders.Read(response.Headers, exchange.ReplyMetadata);
        if (!ReferenceEquals(trailers, response.Headers))
        {
            MetadataHeaders.Read(trailers, exchange.ReplyMetadata);
        }
    }

    private static void ReadResult(Exchange exchange, UnaryBody body, CodecStatus read)
    {
        if (read.IsOk && exchange.Shape is { } shape)
        {
            read = ProtobufArguments.ReadResult(body.Message, shape, exchange.Contract?.Policy ?? ValuePolicy.Default, exchange.Reply);
        }

        if (read.IsOk)
        {
            exchange.Status = ExchangeStatus.Ok;
        }
        else
        {
            exchange.SetFault(ExchangeStatus.BadGateway, read, mayHaveExecuted: true);
        }
    }

    private static bool IsGrpc(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.OK
        && response.Content.Headers.ContentType?.MediaType is { } type
        && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    private static string? Find(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
