using System.Net;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Calling;

/// <summary>
/// The requests of a call that streams them, as HttpClient sends a body: each is pulled when the one before has gone, so that a callee that
/// does not read holds the caller up by HTTP/2's flow control. Owned by its <see cref="StreamingCall"/>, which stops it before the exchange
/// goes back.
/// </summary>
internal sealed class RequestUpload(RpcAttempt attempt, IMessageStream requests) : HttpContent
{
    private const int Idle = 0;
    private const int Running = 1;
    private const int Stopped = 2;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    /// <summary>A request has been taken from the caller: the call cannot be made anew.</summary>
    internal bool HasTaken { get; private set; }

    /// <summary>Not Ok where the caller broke a request, which has ended the attempt.</summary>
    internal CodecStatus Fault { get; private set; }

    /// <summary>Returns once nobody reads requests any more, and nobody will. The attempt has been stopped or its answer is whole.</summary>
    internal Task StopAsync() => Interlocked.CompareExchange(ref _state, Stopped, Idle) == Running ? _ended.Task : Task.CompletedTask;

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, Running, Idle) != Idle)
        {
            // HttpClient begins anew on another connection; what was taken from the caller is gone.
            throw new IOException("requests can be sent once");
        }

        try
        {
            // The head goes out now: the caller may wait for the callee's before it has anything to send.
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            var body = new FrameWriter();
            while (await TryTakeAsync(body).ConfigureAwait(false))
            {
                await stream.WriteAsync(body.WrittenMemory, cancellationToken).ConfigureAwait(false);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                body.Clear();
            }

            // After a failure HttpClient may still hold the buffer: then it is left to the collector.
            body.Dispose();
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private async ValueTask<bool> TryTakeAsync(FrameWriter body)
    {
        var read = await requests.ReadAsync(attempt.Exchange.Request, attempt.Token).ConfigureAwait(false);
        var fault = read.Fault;
        if (read.HasMessage)
        {
            HasTaken = true;
            fault = RequestComposer.Compose(attempt, attempt.Exchange.Request, body);
        }

        if (!fault.IsOk)
        {
            // The callee must not take what it has for all there was: its stream is reset.
            Fault = fault;
            attempt.Stop();
            throw new IOException("the caller broke a request");
        }

        return read.HasMessage;
    }
}
