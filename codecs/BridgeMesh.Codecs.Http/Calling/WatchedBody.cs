namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>
/// A caller's body on its way to a callee: each read that brings bytes restarts the attempt's clock. How slowly a body may come is Kestrel's
/// affair, so a trickle cannot hold a call for ever.
/// </summary>
internal sealed class WatchedBody(Stream body, HttpAttempt attempt) : Stream
{
    private readonly Stream _body = body;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>A further attempt of the same call takes the place of the one before.</summary>
    internal static WatchedBody Over(Stream body, HttpAttempt attempt) =>
        new(body is WatchedBody earlier ? earlier._body : body, attempt);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        attempt.Clock.Restart();
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("bodies are read asynchronously");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
