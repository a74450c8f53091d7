using BridgeMesh.Codecs.Http.Faults;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Http.Streams;

/// <summary>
/// Writes a stream of replies, each as soon as it is there. How it ended stands in the body: the status of the answer has gone out by then.
/// </summary>
internal sealed class ReplyStreamWriter(HttpCall call, Exchange exchange, StreamForm form) : IDisposable
{
    /// <summary>
    /// A silent stream of events says a comment so often, so that proxies on its way do not take it for dead; they wait for a minute as a
    /// rule.
    /// </summary>
    internal const int HeartbeatMs = 15_000;

    /// <summary>Bytes of messages that are gathered while the next one is at hand already; then they go out.</summary>
    private const int GatherBytes = 16 << 10;

    private readonly FrameWriter _body = new();
    private bool _hasStarted;

    private HttpResponse Response => call.Context.Response;

    public void Dispose() => _body.Dispose();

    /// <summary>False when the stream failed before anything went out: the fault in the exchange is then an answer as any other.</summary>
    internal async ValueTask<bool> TryWriteAsync(IMessageStream replies, CancellationToken gone)
    {
        while (true)
        {
            // Nothing waits for a message that is not there: the head goes out before the first one, and each one before the next.
            var next = replies.ReadAsync(exchange.Reply, gone).AsTask();
            if (!next.IsCompleted || _body.Length >= GatherBytes)
            {
                await FlushBesideAsync(next).ConfigureAwait(false);
            }

            var read = await next.ConfigureAwait(false);
            if (!read.HasMessage || !WriteMessage())
            {
                break;
            }
        }

        if (!_hasStarted && _body.Length == 0 && exchange.Status != ExchangeStatus.Ok)
        {
            return false;
        }

        WriteEnd();
        await FlushAsync().ConfigureAwait(false);
        return true;
    }

    internal void WriteHead()
    {
        Response.StatusCode = StatusCodes.Status200OK;
        Response.ContentType = form == StreamForm.Events ? StreamForms.Events : StreamForms.Lines;
        Response.Headers.CacheControl = "no-store";

        // nginx holds answers back until its buffer is full unless it is told so.
        Response.Headers["X-Accel-Buffering"] = "no";
        ReplyWriter.WriteMetadata(Response, exchange);
    }

    /// <summary>
    /// Flushes, and beats while nothing comes. The read must have ended before anything else happens to the stream, whatever happens here.
    /// </summary>
    private async ValueTask FlushBesideAsync(Task<MessageRead> next)
    {
        try
        {
            await FlushAsync().ConfigureAwait(false);
            while (form == StreamForm.Events && !await EndsWithinAsync(next).ConfigureAwait(false))
            {
                _body.Write(":\n\n"u8);
                await FlushAsync().ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // The caller has gone, which ends the read as well.
            await next.ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<bool> EndsWithinAsync(Task<MessageRead> next)
    {
        using var over = new CancellationTokenSource();
        var beat = Task.Delay(TimeSpan.FromMilliseconds(HeartbeatMs), call.Settings.Dispatcher.Time, over.Token);
        var first = await Task.WhenAny(next, beat).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        return first == next;
    }

    private async ValueTask FlushAsync()
    {
        if (!_hasStarted)
        {
            _hasStarted = true;
            WriteHead();
        }

        // Waits while the caller does not read. Once it has gone, this ends at once, and so does the next read. Kestrel lends no buffer of its
        // own before an answer over HTTP/1.1 has begun, so the bytes are handed over.
        if (_body.Length > 0)
        {
            await Response.BodyWriter.WriteAsync(_body.WrittenMemory).ConfigureAwait(false);
            _body.Clear();
        }
        else
        {
            await Response.BodyWriter.FlushAsync().ConfigureAwait(false);
        }
    }

    /// <summary>False after a fault, when the body is as it was.</summary>
    private bool WriteMessage()
    {
        var start = _body.Length;
        if (form == StreamForm.Events)
        {
            _body.Write("data: "u8);
        }

        var status = exchange.Reply.Count == 0 ? WriteNull() : JsonFormat.Codec.Write(
            exchange.Reply, 0, exchange.Shape?.Returns, exchange.Contract?.Policy ?? ValuePolicy.Default, _body);
        if (!status.IsOk)
        {
            _body.Truncate(start);
            exchange.SetFault(
                status.Error == CodecError.OverBudget ? ExchangeStatus.ReplyTooLarge : ExchangeStatus.BadGateway,
                JsonFormat.OfResult(status),
                mayHaveExecuted: true);
            return false;
        }

        _body.Write(form == StreamForm.Events ? "\n\n"u8 : "\n"u8);
        return true;
    }

    private CodecStatus WriteNull()
    {
        _body.Write("null"u8);
        return CodecStatus.Ok;
    }

    private void WriteEnd()
    {
        var isOk = exchange.Status == ExchangeStatus.Ok;
        if (form == StreamForm.Events)
        {
            // An event without data is none to a browser.
            _body.Write(isOk ? "event: end\ndata: {}\n\n"u8 : "event: error\ndata: "u8);
        }
        else if (!isOk)
        {
            _body.Write(ProblemLine.Start);
        }

        if (!isOk)
        {
            ProblemDocument.Write(exchange, _body);
            _body.Write(form == StreamForm.Events ? "\n\n"u8 : "}\n"u8);
        }
    }
}
