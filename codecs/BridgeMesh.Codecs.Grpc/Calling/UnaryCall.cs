using System.Buffers;
using System.IO.Pipelines;
using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Calling;

/// <summary>Calls a unary method with the arguments of the exchange and reads its message or status back.</summary>
internal static class UnaryCall
{
    internal static async ValueTask RunAsync(RpcAttempt attempt)
    {
        // An earlier attempt may have left metadata beside its fault.
        var exchange = attempt.Exchange;
        exchange.Reply.Reset();
        exchange.ReplyMetadata.Clear();
        var body = new FrameWriter();
        if (!RequestComposer.TryCompose(attempt, body))
        {
            body.Dispose();
            return;
        }

        using var request = RequestComposer.RequestOf(attempt, new ReadOnlyMemoryContent(body.WrittenMemory));
        using var response = await attempt.Channel.Invoker.SendAsync(request, attempt.Token).ConfigureAwait(false);

        // After a failure HttpClient may still be sending: then the buffer is left to the collector, lest another call's bytes go out.
        body.Dispose();
        await ReadReplyAsync(attempt, response).ConfigureAwait(false);
    }

    /// <summary>Reads a fault from a body that holds nothing else.</summary>
    internal static async ValueTask ReadErrorBodyAsync(RpcAttempt attempt, HttpResponseMessage response)
    {
        var dialect = attempt.Channel.Dialect;
        var exchange = attempt.Exchange;
        using var body = new UnaryBody();
        var reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(attempt.Token).ConfigureAwait(false));
        try
        {
            var whole = dialect.FramingOf(exchange) with { IsPrefixed = false };
            var maxBytes = attempt.Channel.Settings.Limits.MaxFrameBytes;
            var read = await body.ReadAsync(reader, whole, MessageEncoding.Identity, maxBytes, attempt.Token).ConfigureAwait(false);
            if (read.IsOk)
            {
                dialect.ReadErrorBody(exchange, response, body.Message);
            }
            else
            {
                exchange.SetFault(BodyFaults.OfReply(read), read, mayHaveExecuted: true);
            }

            dialect.ReadMetadata(response, default, exchange.ReplyMetadata);
        }
        finally
        {
            body.Release();
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static async ValueTask ReadReplyAsync(RpcAttempt attempt, HttpResponseMessage response)
    {
        var exchange = attempt.Exchange;
        switch (attempt.Channel.Dialect.ReadHead(exchange, response))
        {
            case ReplyHead.Messages:
                await ReadMessageAsync(attempt, response).ConfigureAwait(false);
                break;
            case ReplyHead.Ended:
                using (var none = new UnaryBody())
                {
                    Settle(exchange, attempt.Channel.Dialect, response, none, NoMessage);
                }

                break;
            case ReplyHead.ErrorBody:
                await ReadErrorBodyAsync(attempt, response).ConfigureAwait(false);
                break;
            case ReplyHead.Foreign:
            default:
                break;
        }
    }

    private static CodecStatus NoMessage => CodecStatus.Fail(CodecError.Truncated, "no message came where the method gives one");

    private static async ValueTask ReadMessageAsync(RpcAttempt attempt, HttpResponseMessage response)
    {
        var (exchange, dialect) = (attempt.Exchange, attempt.Channel.Dialect);
        using var body = new UnaryBody();
        var reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(attempt.Token).ConfigureAwait(false));
        try
        {
            var maxBytes = attempt.Channel.Settings.Limits.MaxFrameBytes;
            var read = await body.ReadAsync(reader, dialect.FramingOf(exchange), dialect.EncodingOf(exchange, response), maxBytes, attempt.Token)
                .ConfigureAwait(false);
            Settle(exchange, dialect, response, body, read);
        }
        finally
        {
            body.Release();
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static void Settle(Exchange exchange, CalleeDialect dialect, HttpResponseMessage response, UnaryBody body, in CodecStatus read)
    {
        if (read.Error == CodecError.OverBudget)
        {
            exchange.SetFault(ExchangeStatus.ReplyTooLarge, read, mayHaveExecuted: true);
        }
        else
        {
            // A callee that fails need not send a message, so that none came is then no fault of its own.
            dialect.ReadEnd(exchange, response, ReadOnlySequence<byte>.Empty);
            var result = read.IsOk && exchange.Status == ExchangeStatus.Ok
                ? dialect.FormOf(exchange).ReadResult(body.Message, exchange, exchange.Reply)
                : read;
            if (exchange.Status == ExchangeStatus.Ok && !result.IsOk)
            {
                exchange.SetFault(ExchangeStatus.BadGateway, result, mayHaveExecuted: true);
            }
        }

        // Behind the rest, as a fault drops the metadata of what it replaces.
        dialect.ReadMetadata(response, ReadOnlySequence<byte>.Empty, exchange.ReplyMetadata);
    }
}
