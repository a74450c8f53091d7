using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>The requests of a caller that streams, read from its body when the callee's side wants the next one.</summary>
internal sealed class RequestMessages(MessageReader reader, MessageForm form, Exchange exchange, IExchangeDispatcher dispatcher) : IMessageStream
{
    private MessageRead? _ended;

    public async ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken)
    {
        if (_ended is { } ended)
        {
            return ended;
        }

        into.Reset();
        try
        {
            switch (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                case MessageStep.Message:
                    var status = form.ReadRequest(reader.Message, exchange, into);
                    reader.Release();
                    return status.IsOk ? MessageRead.Of : End(MessageRead.Failed(status));
                case MessageStep.Fault:
                    return End(MessageRead.Failed(reader.Fault));
                default:
                    // An end that is a frame of its own says nothing here.
                    return End(MessageRead.Ended);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // Its stream was reset: there is nobody left to answer.
            dispatcher.Cancel(exchange);
            return End(MessageRead.Failed(CodecStatus.Fail(CodecError.Truncated, "the caller went away")));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private MessageRead End(in MessageRead read)
    {
        _ended = read;
        return read;
    }
}
