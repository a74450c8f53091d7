using System.Buffers;
using System.IO.Pipelines;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Framing;

/// <summary>
/// The one message of a unary call's direction, read whole from a body. Owns the unpacked copy of a message until its disposal; a
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
    /// Reads up to the end of the body. A second message is refused, and so is none: both belong to streams.
    /// </summary>
    /// <param name="encoding">What the framing's header named; null or empty for none.</param>
    internal async ValueTask<CodecStatus> ReadAsync(
        PipeReader reader, MessageFraming framing, string? encoding, int maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var status = Look(read.Buffer, framing, maxBytes, out var flag, out var message, out var whole);
            if (status.IsOk && read.IsCompleted)
            {
                // Without a prefix the header speaks of the body; one that is empty is an empty message whatever the header says.
                var isPacked = framing.IsPrefixed ? flag != 0 : !MessageEncoding.IsIdentity(encoding) && !message.IsEmpty;
                status = whole ? Take(reader, read.Buffer, message, isPacked, encoding, maxBytes) : Ended(read.Buffer);
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
        _held?.Release(_end);
        _held = null;
    }

    public void Dispose()
    {
        Release();
        _unpacked?.Dispose();
        _unpacked = null;
    }

    private static CodecStatus Look(
        in ReadOnlySequence<byte> buffer, MessageFraming framing, int maxBytes, out byte flag, out ReadOnlySequence<byte> message, out bool whole)
    {
        (flag, message, whole) = (0, buffer, true);
        if (!framing.IsPrefixed)
        {
            return buffer.Length > maxBytes
                ? CodecStatus.Fail(CodecError.OverBudget, $"a message is longer than {maxBytes} bytes")
                : CodecStatus.Ok;
        }

        var status = MessagePrefix.Read(buffer, maxBytes, out var prefix, out whole);
        if (!status.IsOk || !whole)
        {
            return status;
        }

        (flag, message) = (prefix.Flag, buffer.Slice(MessagePrefix.Bytes));
        return message.Length > prefix.Length
            ? CodecStatus.Fail(CodecError.Unsupported, "more than one message came where the method takes one")
            : CodecStatus.Ok;
    }

    private static CodecStatus Ended(in ReadOnlySequence<byte> buffer) => buffer.IsEmpty
        ? CodecStatus.Fail(CodecError.Truncated, "no message came where the method takes one")
        : CodecStatus.Fail(CodecError.Truncated, "the stream ends inside a message", buffer.Length);

    private CodecStatus Take(
        PipeReader reader, in ReadOnlySequence<byte> buffer, ReadOnlySequence<byte> message, bool isPacked, string? encoding, int maxBytes)
    {
        if (isPacked)
        {
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
