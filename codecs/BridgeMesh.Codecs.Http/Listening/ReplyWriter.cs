using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Faults;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Codecs.Http.Streams;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>
/// Writes answers. A body is made whole before the first byte goes out: its length is then known, and a value that JSON cannot say
/// becomes a clean fault instead of half an answer.
/// </summary>
internal static class ReplyWriter
{
    internal static async ValueTask RefuseAsync(HttpCall call, Refusal refusal)
    {
        var context = call.Context;
        using var body = new FrameWriter();
        var isBoot = WantsBoot(call);
        if (isBoot)
        {
            BootErrorDocument.Write(refusal.Http, refusal.Type, refusal.Detail, PathOf(call), call.Now, body);
        }
        else
        {
            ProblemDocument.Write(refusal.Http, refusal.Type, refusal.Title, refusal.Detail, body);
        }

        if (refusal.Allow is not null)
        {
            context.Response.Headers.Allow = refusal.Allow;
        }

        if (refusal.AcceptEncoding is not null)
        {
            context.Response.Headers.AcceptEncoding = refusal.AcceptEncoding;
        }

        await SendAsync(context, refusal.Http, isBoot ? MediaTypes.JsonUtf8 : MediaTypes.ProblemUtf8, body).ConfigureAwait(false);
    }

    internal static async ValueTask WriteAsync(HttpCall call, Exchange exchange)
    {
        var context = call.Context;
        if (exchange is { Status: ExchangeStatus.Ok, ReplyStream: { } replies }
            && await TryWriteStreamAsync(call, exchange, replies).ConfigureAwait(false))
        {
            return;
        }

        using var body = new FrameWriter();
        if (exchange is { OneWay: true, Status: ExchangeStatus.Ok })
        {
            if (call.PrefersNoAnswer)
            {
                context.Response.Headers["Preference-Applied"] = "respond-async";
            }

            WriteMetadata(context.Response, exchange);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            context.Response.ContentLength = 0;
            return;
        }

        var mediaType = MediaTypes.JsonUtf8;
        if (exchange.Status == ExchangeStatus.Ok && !TryWritePlain(context, exchange, body, ref mediaType))
        {
            WriteResult(exchange, body);
        }

        var status = StatusCodes.Status200OK;
        if (exchange.Status != ExchangeStatus.Ok)
        {
            body.Clear();
            status = OutboundStatuses.CodeOf(exchange);
            mediaType = MediaTypes.JsonUtf8;
            if (WantsBoot(call))
            {
                BootErrorDocument.Write(exchange, PathOf(call), call.Now, body);
            }
            else
            {
                ProblemDocument.Write(exchange, body);
                mediaType = MediaTypes.ProblemUtf8;
            }
        }
        else if (body.Length == 0 && mediaType == MediaTypes.JsonUtf8)
        {
            status = StatusCodes.Status204NoContent;
        }

        WriteMetadata(context.Response, exchange);
        await SendAsync(context, status, mediaType, body).ConfigureAwait(false);
    }

    private static async ValueTask<bool> TryWriteStreamAsync(HttpCall call, Exchange exchange, IMessageStream replies)
    {
        var form = StreamForms.Choose(call.Context.Request.Headers.Accept);
        using var writer = new ReplyStreamWriter(call, exchange, form == StreamForm.None ? StreamForm.Lines : form);
        if (call.Context.Request.Method == "HEAD")
        {
            writer.WriteHead();
            return true;
        }

        return await writer.TryWriteAsync(replies, call.Closed).ConfigureAwait(false);
    }

    /// <summary>Whether the listener speaks Boot's errors and the caller did not ask for problem documents by name.</summary>
    private static bool WantsBoot(HttpCall call) =>
        call.HasBootErrors
        && !call.Context.Request.Headers.Accept.ToString().Contains("application/problem+json", StringComparison.OrdinalIgnoreCase);

    private static string PathOf(HttpCall call) => RequestTarget.PathOf(call.RawTarget).ToString();

    /// <summary>Writes a String or byte[] as it is, where the caller likes that better than JSON. Null has no such form.</summary>
    private static bool TryWritePlain(HttpContext context, Exchange exchange, FrameWriter body, ref string mediaType)
    {
        if (exchange is not { Shape.Returns: { Kind: ShapeKind.String or ShapeKind.Bytes } returns, Reply.Count: > 0 })
        {
            return false;
        }

        var tape = exchange.Reply;
        var root = tape.Resolve(0);
        switch (ReplyMedia.Choose(context.Request.Headers.Accept, returns))
        {
            case MediaKind.Octets when tape[root].Kind == ValueKind.Bytes:
                mediaType = MediaTypes.Octets;
                break;
            case MediaKind.Text when tape[root].Kind == ValueKind.String && (tape[root].Flags & ValueFlags.LoneSurrogate) == 0:
                mediaType = MediaTypes.TextUtf8;
                break;
            default:
                return false;
        }

        body.Write(tape.Utf8(root));
        return true;
    }

    /// <summary>Writes the result's JSON, nothing for void. A result that cannot be written turns the exchange into a fault.</summary>
    private static void WriteResult(Exchange exchange, FrameWriter body)
    {
        var returns = exchange.Shape?.Returns;
        if (returns?.Kind == ShapeKind.Void)
        {
            return;
        }

        if (exchange.Reply.Count == 0)
        {
            if (returns is not null)
            {
                body.Write("null"u8);
            }

            return;
        }

        var written = JsonFormat.Codec.Write(exchange.Reply, 0, returns, exchange.Contract?.Policy ?? ValuePolicy.Default, body);
        if (!written.IsOk)
        {
            var status = written.Error == CodecError.OverBudget ? ExchangeStatus.ReplyTooLarge : ExchangeStatus.BadGateway;
            exchange.SetFault(status, JsonFormat.OfResult(written), mayHaveExecuted: true);
        }
    }

    internal static void WriteMetadata(HttpResponse response, Exchange exchange)
    {
        // Only an HTTP callee may set a cookie: in another protocol's metadata it would be an accident.
        var mayHoldCredentials = exchange.Instance?.Protocol == HttpPlugin.ProtocolName;
        foreach (ref readonly var pair in exchange.ReplyMetadata.Entries)
        {
            if (HeaderRules.MaySend(pair.Key, pair.Value) && (mayHoldCredentials || !HeaderRules.IsCredential(pair.Key)))
            {
                response.Headers.Append(pair.Key, pair.Value);
            }
        }

        response.Headers[BridgeHeaders.Lane] = exchange.Lane switch
        {
            Lane.Forward => "forward",
            Lane.Splice => "splice",
            _ => "translate",
        };
    }

    private static async ValueTask SendAsync(HttpContext context, int status, string mediaType, FrameWriter body)
    {
        var response = context.Response;
        response.StatusCode = status;
        if (body.Length == 0)
        {
            if (status != StatusCodes.Status204NoContent)
            {
                response.ContentType = mediaType;
                response.ContentLength = 0;
            }

            return;
        }

        response.ContentType = mediaType;
        if (body.Length >= ContentCoding.MinEncodedBytes)
        {
            // Whether this caller asked or not: a cache must know that another may get other bytes.
            response.Headers.Append("Vary", "Accept-Encoding");
            var coding = ContentCoding.Choose(context.Request.Headers.AcceptEncoding);
            using var encoded = new FrameWriter();
            if (coding != Coding.Identity && ContentCoding.TryEncode(coding, body.Written, encoded))
            {
                response.Headers.ContentEncoding = ContentCoding.NameOf(coding);
                await SendBodyAsync(context, encoded).ConfigureAwait(false);
                return;
            }
        }

        await SendBodyAsync(context, body).ConfigureAwait(false);
    }

    private static async ValueTask SendBodyAsync(HttpContext context, FrameWriter body)
    {
        context.Response.ContentLength = body.Length;
        if (context.Request.Method != "HEAD")
        {
            await context.Response.BodyWriter.WriteAsync(body.WrittenMemory).ConfigureAwait(false);
        }
    }
}
