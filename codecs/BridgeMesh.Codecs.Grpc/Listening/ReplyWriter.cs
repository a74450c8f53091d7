using System.Buffers;
using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>
/// Writes answers. A message is made whole before the first byte of it goes out: what its form cannot say becomes a clean status instead of
/// half an answer.
/// </summary>
internal static class ReplyWriter
{
    /// <summary>Bytes of messages that are gathered while the next one is at hand already; then they go out.</summary>
    private const int GatherBytes = 16 << 10;

    /// <param name="packing">Null compresses nothing.</param>
    internal static async ValueTask WriteAsync(HttpContext context, CallerDialect dialect, Exchange exchange, PackingRule? packing)
    {
        using var body = new FrameWriter();
        if (packing is not null && !dialect.Framing.IsPrefixed)
        {
            // For what may keep the answer to a GET.
            context.Response.Headers.Append("Vary", dialect.Framing.AcceptHeader);
        }

        using var packer = PackingRule.IsAccepted(context.Request.Headers[dialect.Framing.AcceptHeader]) ? MessagePacker.Of(packing) : null;
        if (exchange is { Status: ExchangeStatus.Ok, ReplyStream: { } replies })
        {
            await WriteStreamAsync(context, dialect, exchange, replies, body, packer).ConfigureAwait(false);
            return;
        }

        if (exchange.Status == ExchangeStatus.Ok)
        {
            WriteMessage(dialect, exchange, body, packer);
        }

        var response = context.Response;
        if (exchange.Status == ExchangeStatus.Ok)
        {
            WriteHead(response, dialect, exchange, packer);
            dialect.WriteEnd(response, exchange, SentMetadata.Of(exchange.ReplyMetadata), body);
        }
        else
        {
            body.Clear();
            dialect.WriteFault(response, exchange, body);
        }

        if (body.Length > 0)
        {
            dialect.Wrap(body);
            await response.BodyWriter.WriteAsync(body.WrittenMemory).ConfigureAwait(false);
        }
    }

    private static async ValueTask WriteStreamAsync(
        HttpContext context, CallerDialect dialect, Exchange exchange, IMessageStream replies, FrameWriter body, MessagePacker? packer)
    {
        // Taken before the first read: a stream that ends puts its trailers beside the metadata of its head.
        var response = context.Response;
        var head = SentMetadata.Of(exchange.ReplyMetadata);
        WriteHead(response, dialect, exchange, packer);
        var hasStarted = false;
        while (true)
        {
            // Nothing waits for a message that is not there: the head goes out before the first one, and each one before the next.
            var next = replies.ReadAsync(exchange.Reply, context.RequestAborted).AsTask();
            if (!next.IsCompleted || body.Length >= GatherBytes)
            {
                hasStarted = true;
                await FlushBesideAsync(next, response, dialect, body).ConfigureAwait(false);
            }

            var read = await next.ConfigureAwait(false);
            if (!read.HasMessage)
            {
                break;
            }

            WriteMessage(dialect, exchange, body, packer);
            if (exchange.Status != ExchangeStatus.Ok)
            {
                break;
            }
        }

        if (hasStarted || body.Length > 0 || exchange.Status == ExchangeStatus.Ok)
        {
            dialect.WriteEnd(response, exchange, head, body);
        }
        else
        {
            response.Headers.Clear();
            dialect.WriteFault(response, exchange, body);
        }

        await FlushAsync(response, dialect, body).ConfigureAwait(false);
    }

    /// <summary>Flushes while a read is on its way, which must have ended before anything else happens to the stream.</summary>
    private static async ValueTask FlushBesideAsync(Task<MessageRead> next, HttpResponse response, CallerDialect dialect, FrameWriter body)
    {
        try
        {
            await FlushAsync(response, dialect, body).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The caller has gone, which ends the read as well.
            await next.ConfigureAwait(false);
            throw;
        }
    }

    private static async ValueTask FlushAsync(HttpResponse response, CallerDialect dialect, FrameWriter body)
    {
        if (!response.HasStarted)
        {
            await response.StartAsync().ConfigureAwait(false);
        }

        if (body.Length > 0)
        {
            dialect.Wrap(body);
            response.BodyWriter.Write(body.Written);
            body.Clear();
        }

        // Waits while the caller does not read. Once it has gone, the flush ends at once, and so does the next read.
        await response.BodyWriter.FlushAsync().ConfigureAwait(false);
    }

    private static void WriteHead(HttpResponse response, CallerDialect dialect, Exchange exchange, MessagePacker? packer)
    {
        dialect.WriteHead(response, exchange);
        if (dialect.Framing.Announces(packer))
        {
            response.Headers[dialect.Framing.EncodingHeader] = MessageEncoding.Gzip;
        }
    }

    /// <summary>Adds the exchange's reply to the body, or puts a fault into the exchange and leaves the body as it was.</summary>
    private static void WriteMessage(CallerDialect dialect, Exchange exchange, FrameWriter body, MessagePacker? packer)
    {
        var start = dialect.Framing.BeginMessage(body);
        var written = dialect.Form.WriteResult(exchange, exchange.Reply, body);
        if (written.IsOk)
        {
            dialect.Framing.EndMessage(body, start, packer);
            return;
        }

        body.Truncate(start);
        exchange.SetFault(BodyFaults.OfReply(written), written, mayHaveExecuted: true);
    }
}
