using System.Buffers;
using System.IO.Pipelines;
using BridgeMesh.Codecs.Http.Streams;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>
/// The replies of a callee that streams, read one by one from its body. Holds the attempt and the response until it is disposed; what is not
/// read stays with the callee. A stream that breaks is not asked for again: it would begin anew.
/// </summary>
internal sealed class ReplyMessages : IMessageStream
{
    /// <summary>
    /// How long a stream may stand still when its caller set no deadline; as long as one of the forward lane by default. A callee that is gone
    /// without a word must not hold a call for ever.
    /// </summary>
    internal const int IdleMs = 900_000;

    private const int ReadBytes = 16 << 10;

    private readonly HttpAttempt _attempt;
    private readonly HttpResponseMessage _response;
    private readonly PipeReader _body;
    private readonly StreamSplitter _splitter;
    private readonly FrameWriter _piece = new(1);
    private CancellationTokenRegistration _watch;
    private bool _isWatched;
    private bool _isOver;

    private ReplyMessages(HttpAttempt attempt, HttpResponseMessage response, Stream body, StreamForm form)
    {
        _attempt = attempt;
        _response = response;
        _body = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: ReadBytes));
        _splitter = StreamSplitter.Of(form);
    }

    private Exchange Exchange => _attempt.Exchange;

    /// <summary>The reply's messages; null where its answer is no stream, but a fault, or of another type.</summary>
    internal static async ValueTask<ReplyMessages?> OpenAsync(HttpAttempt attempt, HttpResponseMessage response)
    {
        var headers = response.Content.Headers.NonValidated;
        if (attempt.Exchange.Shape is not { ServerStreaming: true } || !response.IsSuccessStatusCode || headers.Contains("Content-Encoding"))
        {
            return null;
        }

        var form = StreamForms.Of(headers.TryGetValues("Content-Type", out var types) ? types.ToString() : string.Empty);
        if (form == StreamForm.None)
        {
            return null;
        }

        var exchange = attempt.Exchange;
        exchange.Status = ExchangeStatus.Ok;
        ReplyReader.ReadMetadata(exchange, response.Headers);
        var body = await response.Content.ReadAsStreamAsync(attempt.Token).ConfigureAwait(false);
        var messages = new ReplyMessages(attempt, response, body, form);
        messages.AllowSilence();
        return messages;
    }

    public async ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken)
    {
        if (_isOver)
        {
            return MessageRead.Ended;
        }

        if (!_isWatched)
        {
            // Readers come with one token for the whole stream; it ends the attempt, which has the only token that reading looks at.
            _isWatched = true;
            _watch = cancellationToken.UnsafeRegister(static attempt => ((HttpAttempt)attempt!).Clock.Cut(), _attempt);
        }

        into.Reset();
        try
        {
            while (!_isOver)
            {
                var read = await _body.ReadAsync(_attempt.Token).ConfigureAwait(false);
                if (Take(read, into))
                {
                    AllowSilence();
                    return MessageRead.Of;
                }
            }
        }
        catch (Exception exception)
        {
            // The edge of this side: a stream's reader gets a status and no exception, unless it asked for that.
            cancellationToken.ThrowIfCancellationRequested();
            _attempt.SetFault(exception);
        }

        _isOver = true;
        return MessageRead.Ended;
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await _body.CompleteAsync().ConfigureAwait(false);

        // An answer that is not at its end is reset, or its connection closed.
        _response.Dispose();
        _splitter.Dispose();
        _piece.Dispose();
        await _watch.DisposeAsync().ConfigureAwait(false);
        _attempt.End();
    }

    private void AllowSilence()
    {
        if (Exchange.CallerTimeoutMs == 0)
        {
            _attempt.Clock.Allow(IdleMs);
        }
    }

    /// <summary>True when the tape holds a message; the stream may be over after it.</summary>
    private bool Take(in ReadResult read, ValueTape into)
    {
        var maxBytes = _attempt.Channel.Settings.Limits.MaxFrameBytes;
        var buffer = read.Buffer;
        var next = _splitter.Next(ref buffer, read.IsCompleted, out var piece);
        if (Math.Max(piece.Length, next == StreamPiece.NeedMore ? buffer.Length + _splitter.Held : 0) > maxBytes)
        {
            Exchange.SetFault(ExchangeStatus.ReplyTooLarge, $"a message of the reply is longer than {maxBytes} bytes", mayHaveExecuted: true);
            _isOver = true;
        }
        else if (next == StreamPiece.Message)
        {
            ReadMessage(Whole(piece), into);
        }
        else
        {
            ReadEnd(next, piece);
        }

        _body.AdvanceTo(buffer.Start, next == StreamPiece.NeedMore ? buffer.End : buffer.Start);
        return next == StreamPiece.Message && !_isOver;
    }

    private void ReadMessage(in ReadOnlySequence<byte> piece, ValueTape into)
    {
        if (Exchange.Shape is { Returns.Kind: ShapeKind.Void })
        {
            return;
        }

        var status = ReplyReader.ReadJson(piece, Exchange, into);
        if (!status.IsOk)
        {
            Exchange.SetFault(ExchangeStatus.BadGateway, JsonFormat.OfResult(status), mayHaveExecuted: true);
            _isOver = true;
        }
    }

    private void ReadEnd(StreamPiece next, in ReadOnlySequence<byte> piece)
    {
        _isOver = next != StreamPiece.NeedMore;
        if (next == StreamPiece.Problem)
        {
            // The head said 200; the document knows better.
            ReplyReader.ReadProblem(Exchange, Whole(piece));
        }
        else if (next == StreamPiece.Broken)
        {
            Exchange.SetFault(ExchangeStatus.BadGateway, "the callee's stream is cut off inside a message", mayHaveExecuted: true);
        }
    }

    /// <summary>In one segment, as readers of JSON want it.</summary>
    private ReadOnlySequence<byte> Whole(in ReadOnlySequence<byte> piece)
    {
        if (piece.IsSingleSegment)
        {
            return piece;
        }

        _piece.Clear();
        _piece.Write(piece);
        return new ReadOnlySequence<byte>(_piece.WrittenMemory);
    }
}
