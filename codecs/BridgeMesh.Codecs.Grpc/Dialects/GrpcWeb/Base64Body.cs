using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;

namespace BridgeMesh.Codecs.Grpc.Dialects.GrpcWeb;

/// <summary>
/// Reads a body in base64 as the bytes that it stands for. Padding may come wherever a sender ended a piece. Takes four characters for
/// three bytes as they come, and owns nothing: the body is Kestrel's.
/// </summary>
internal sealed class Base64Body(PipeReader text) : Stream
{
    private const int Quantum = 4;

    /// <summary>
    /// What is no base64 comes out as this byte, and ends the body: no message begins with such a flag, so that the framing refuses it.
    /// </summary>
    private const byte NoFlag = 0xff;

    private bool _isOver;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_isOver && buffer.Length >= Quantum)
        {
            var read = await text.ReadAsync(cancellationToken).ConfigureAwait(false);
            var written = Decode(read.Buffer, read.IsCompleted, buffer.Span, out var consumed);
            text.AdvanceTo(consumed, written > 0 || read.IsCompleted ? consumed : read.Buffer.End);
            if (written > 0)
            {
                return written;
            }
        }

        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Decode(in ReadOnlySequence<byte> buffer, bool isEnd, Span<byte> output, out SequencePosition consumed)
    {
        Span<byte> four = stackalloc byte[Quantum];
        var left = buffer;
        var written = 0;
        while (left.Length >= Quantum && output.Length - written >= Quantum)
        {
            left.Slice(0, Quantum).CopyTo(four);
            if (Base64.DecodeFromUtf8(four, output[written..], out var used, out var bytes) != OperationStatus.Done || used != Quantum || bytes == 0)
            {
                return Refuse(buffer, output, written, out consumed);
            }

            written += bytes;
            left = left.Slice(Quantum);
        }

        if (isEnd && left.Length is > 0 and < Quantum && output.Length > written)
        {
            return Refuse(buffer, output, written, out consumed);
        }

        _isOver = isEnd && left.IsEmpty;
        consumed = left.Start;
        return written;
    }

    private int Refuse(in ReadOnlySequence<byte> buffer, Span<byte> output, int written, out SequencePosition consumed)
    {
        _isOver = true;
        consumed = buffer.End;
        output[written] = NoFlag;
        return written + 1;
    }
}
