using System.Buffers;
using System.IO.Pipelines;
using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Calling;

/// <summary>
/// Calls a method that streams. Requests go up beside the replies coming down; a stream of replies is this object itself, which holds the
/// attempt open until it is disposed. What is not read stays with the callee: HttpClient opens the stream's window as bytes are taken.
/// </summary>
internal sealed class StreamingCall : IMessageStream
{
    private readonly RpcAttempt _attempt;
    private readonly HttpRequestMessage _request;
    private readonly RequestUpload? _upload;
    private readonly FrameWriter? _message;
    private HttpResponseMessage? _response;
    private PipeReader? _body;
    private MessageReader? _replies;
    private CancellationTokenRegistration _watch;
    private bool _isWatched;
    private bool _isOver;

    private StreamingCall(RpcAttempt attempt, RequestUpload upload)
    {
        _attempt = attempt;
        _upload = upload;
        _request = RequestComposer.RequestOf(attempt, upload);
    }

    private StreamingCall(RpcAttempt attempt, FrameWriter message)
    {
        _attempt = attempt;
        _message = message;
        _request = RequestComposer.RequestOf(attempt, new ReadOnlyMemoryContent(message.WrittenMemory));
    }

    private Exchange Exchange => _attempt.Exchange;

    private CalleeDialect Dialect => _attempt.Channel.Dialect;

    /// <summary>True when the exchange has a stream of replies now, which keeps the attempt; else the call is over.</summary>
    internal static async ValueTask<bool> RunAsync(RpcAttempt attempt)
    {
        var exchange = attempt.Exchange;
        exchange.Reply.Reset();
        exchange.ReplyMetadata.Clear();
        if (Open(attempt) is not { } call)
        {
            return false;
        }

        var goesOn = false;
        try
        {
            goesOn = await call.BeginAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            call.SetFault(exception);
        }
        finally
        {
            if (!goesOn)
            {
                await call.CloseAsync().ConfigureAwait(false);
            }
        }

        return goesOn;
    }

    public async ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken)
    {
        if (_isOver || _replies is not { } replies)
        {
            return MessageRead.Ended;
        }

        if (!_isWatched)
        {
            // Readers come with one token for the whole stream; it ends the attempt, which has the only token that reading looks at.
            _isWatched = true;
            _watch = cancellationToken.UnsafeRegister(static attempt => ((RpcAttempt)attempt!).Stop(), _attempt);
        }

        into.Reset();
        try
        {
            var step = await replies.ReadAsync(_attempt.Token).ConfigureAwait(false);
            if (step == MessageStep.Message)
            {
                var status = Dialect.FormOf(Exchange).ReadResult(replies.Message, Exchange, into);
                replies.Release();
                if (status.IsOk)
                {
                    return MessageRead.Of;
                }

                Exchange.SetFault(BodyFaults.OfReply(status), status, mayHaveExecuted: true);
            }

            ReadEnd(step, replies);
        }
        catch (Exception exception)
        {
            // The edge of this side: a stream's reader gets a status and no exception, unless it asked for that.
            cancellationToken.ThrowIfCancellationRequested();
            SetFault(exception);
        }

        _isOver = true;
        return MessageRead.Ended;
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await CloseAsync().ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
        _attempt.End();
    }

    private static StreamingCall? Open(RpcAttempt attempt)
    {
        if (attempt.Exchange.RequestStream is { } requests)
        {
            return new StreamingCall(attempt, new RequestUpload(attempt, requests));
        }

        var message = new FrameWriter();
        if (RequestComposer.TryCompose(attempt, message))
        {
            return new StreamingCall(attempt, message);
        }

        message.Dispose();
        return null;
    }

    private async ValueTask<bool> BeginAsync()
    {
        var response = _response = await _attempt.Channel.Invoker.SendAsync(_request, _attempt.Token).ConfigureAwait(false);
        var givesMany = Exchange.Shape!.ServerStreaming; // IsStream looked at it
        switch (Dialect.ReadHead(Exchange, response))
        {
            case ReplyHead.Messages:
                _body = PipeReader.Create(await response.Content.ReadAsStreamAsync(_attempt.Token).ConfigureAwait(false));
                var maxBytes = _attempt.Channel.Settings.Limits.MaxFrameBytes;
                _replies = new MessageReader(_body, Dialect.FramingOf(Exchange), Dialect.EncodingOf(Exchange, response), maxBytes);
                if (!givesMany)
                {
                    await ReadOneAsync(_replies).ConfigureAwait(false);
                    return false;
                }

                Dialect.ReadHeadMetadata(response, Exchange.ReplyMetadata);
                break;
            case ReplyHead.Ended:
                Dialect.ReadEnd(Exchange, response, ReadOnlySequence<byte>.Empty);
                if (Exchange.Status == ExchangeStatus.Ok && !givesMany)
                {
                    Exchange.SetFault(ExchangeStatus.BadGateway, NoReply, mayHaveExecuted: true);
                }

                Dialect.ReadMetadata(response, ReadOnlySequence<byte>.Empty, Exchange.ReplyMetadata);
                break;
            case ReplyHead.ErrorBody:
                await UnaryCall.ReadErrorBodyAsync(_attempt, response).ConfigureAwait(false);
                break;
            case ReplyHead.Foreign:
            default:
                break;
        }

        if (Exchange.Status != ExchangeStatus.Ok)
        {
            return false;
        }

        Exchange.ReplyStream = this;
        return true;
    }

    private static CodecStatus NoReply => CodecStatus.Fail(CodecError.Truncated, "no message came where the method gives one");

    /// <summary>Reads the only reply of a method that takes a stream and gives one message.</summary>
    private async ValueTask ReadOneAsync(MessageReader replies)
    {
        var result = NoReply;
        var step = await replies.ReadAsync(_attempt.Token).ConfigureAwait(false);
        if (step == MessageStep.Message)
        {
            result = Dialect.FormOf(Exchange).ReadResult(replies.Message, Exchange, Exchange.Reply);
            step = await replies.ReadAsync(_attempt.Token).ConfigureAwait(false);
        }

        if (step == MessageStep.Message)
        {
            const string Detail = "the callee gave more than one message where the method gives one";
            Exchange.SetFault(ExchangeStatus.BadGateway, Detail, mayHaveExecuted: true);
        }

        ReadEnd(step, replies);
        if (Exchange.Status == ExchangeStatus.Ok && !result.IsOk)
        {
            Exchange.SetFault(ExchangeStatus.BadGateway, result, mayHaveExecuted: true);
        }
    }

    /// <summary>Settles the exchange by what came in place of a message; a message has settled it with a fault already.</summary>
    private void ReadEnd(MessageStep step, MessageReader replies)
    {
        var response = _response!; // there are replies
        var frame = step == MessageStep.EndFrame ? replies.Message : ReadOnlySequence<byte>.Empty;
        if (step == MessageStep.Fault)
        {
            Exchange.SetFault(BodyFaults.OfReply(replies.Fault), replies.Fault, mayHaveExecuted: true);
        }
        else if (step != MessageStep.Message)
        {
            Dialect.ReadEnd(Exchange, response, frame);
        }

        // All of it in place of the head's alone.
        Exchange.ReplyMetadata.Clear();
        Dialect.ReadMetadata(response, frame, Exchange.ReplyMetadata);
    }

    private void SetFault(Exception exception)
    {
        if (_upload is { Fault: { IsOk: false } fault } && !_attempt.IsGivenUp)
        {
            Exchange.SetFault(BodyFaults.OfRequest(fault), fault, mayHaveExecuted: true);
            return;
        }

        _attempt.SetFault(exception);
        Exchange.MayHaveExecuted |= _upload?.HasTaken == true;
    }

    private async ValueTask CloseAsync()
    {
        _replies?.Dispose();
        if (_body is { } body)
        {
            await body.CompleteAsync().ConfigureAwait(false);
        }

        // An answer that is not at its end is reset, and the upload with it.
        _response?.Dispose();
        if (_upload is { } upload)
        {
            _attempt.Stop();
            await upload.StopAsync().ConfigureAwait(false);
        }

        if (_response is not null)
        {
            _message?.Dispose();
        }

        _request.Dispose();
    }
}
