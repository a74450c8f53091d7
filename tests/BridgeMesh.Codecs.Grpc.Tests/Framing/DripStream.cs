namespace BridgeMesh.Codecs.Grpc.Tests.Framing;

/// <summary>Gives so many bytes a read and no more, as a slow peer's arrive.</summary>
internal sealed class DripStream(byte[] bytes, int step) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span[..Math.Min(step, buffer.Length)]));
}
