using System.Buffers;
using System.IO.Pipelines;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Framing;

/// <summary>
/// The one message of a unary call's direction, read whole from a stream. Owns the unpacked copy of a message until its disposal; a
/// message that was not compressed stays in the pipe's own buffers until <see cref="Release"/>.
/// </summary>
internal sealed class UnaryBody : IDisposable
{
    private FrameWriter? _unpacked;
    private PipeReader? _held;
    private SequencePosition _end;

    /// <summary>The message. Valid until Release or Dispose.</summary>
    internal ReadOnlySequence<byte> Message { get; private set; }

    /// <summary>
    /// Reads up to the end of the stream. A second message is refused, and so is none: both belong to streams.
    /// </summary>
    /// <param name="encoding">What <c>grpc-encoding</c> named; null for none.</param>
    internal async ValueTask<CodecStatus> ReadAsync(PipeReader reader, string? encoding, int maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var status = MessagePrefix.Read(read.Buffer, maxBytes, out var prefix, out var whole);
            if (status.IsOk && whole && read.Buffer.Length > MessagePrefix.Bytes + prefix.Length)
            {
                status = CodecStatus.Fail(CodecError.Unsupported, "more than one message came where the method takes one");
            }
            else if (status.IsOk && read.IsCompleted)
            {
                status = whole ? Take(reader, read.Buffer, prefix, encoding, maxBytes) : Ended(read.Buffer);
                if (status.IsOk)
                {
                    return status;
                }
            }

            if (!status.IsOk)
            {
                reader.AdvanceTo(read.Buffer.End);
                return status;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Gives the pipe its buffers back. May be called more than once.</summary>
    internal void Release()
    {
        Message = default;
        _held?.AdvanceTo(_end);
        _held = null;
    }

    public void Dispose()
    {
        Release();
        _unpacked?.Dispose();
        _unpacked = null;
    }

    private static CodecStatus Ended(in ReadOnlySequence<byte> buffer) => buffer.IsEmpty
        ? CodecStatus.Fail(CodecError.Truncated, "no message came where the method takes one")
        : CodecStatus.Fail(CodecError.Truncated, "the stream ends inside a message", buffer.Length);

    private CodecStatus Take(PipeReader reader, in ReadOnlySequence<byte> buffer, in MessagePrefix prefix, string? encoding, int maxBytes)
    {
        var message = buffer.Slice(MessagePrefix.Bytes);
        if (prefix.IsTrailers)
        {
            return CodecStatus.Fail(CodecError.Malformed, "gRPC-Web trailers came where a message belongs", 0);
        }

        if (prefix.IsCompressed)
        {
            if (string.IsNullOrEmpty(encoding) || encoding == MessageEncoding.Identity)
            {
                return CodecStatus.Fail(CodecError.Malformed, "a message is compressed and grpc-encoding does not say how", 0);
            }

            _unpacked = new FrameWriter();
            var status = MessageEncoding.Unpack(encoding, message, maxBytes, _unpacked);
            if (!status.IsOk)
            {
                return status;
            }

            message = new ReadOnlySequence<byte>(_unpacked.WrittenMemory);
        }

        (_held, _end, Message) = (reader, buffer.End, message);
        return CodecStatus.Ok;
    }
}
