using System.Buffers;
using System.IO.Pipelines;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Framing;

/// <summary>What came next in a body.</summary>
internal enum MessageStep : byte
{
    /// <summary>The body is over, between messages.</summary>
    Ended,
    Message,

    /// <summary>A frame that is the end of the body: the message is its content, and whatever may lie behind it is not read.</summary>
    EndFrame,
    Fault,
}

/// <summary>
/// The prefixed messages of a body, one after the other. Holds one message at a time, and takes no more from the pipe than that needs:
/// what nobody asks for stays with its sender. The pipe is the caller's to complete. One read at a time.
/// </summary>
/// <param name="encoding">What the framing's header named; null or empty for none.</param>
/// <param name="maxBytes">Longest message, packed or not, 1 or more.</param>
internal sealed class MessageReader(PipeReader reader, MessageFraming framing, string? encoding, int maxBytes) : IDisposable
{
    private FrameWriter? _unpacked;
    private SequencePosition _consumed;
    private bool _holds;

    /// <summary>The message of the last step. Valid until the next read, Release or Dispose.</summary>
    internal ReadOnlySequence<byte> Message { get; private set; }

    /// <summary>Why the last step was a fault.</summary>
    internal CodecStatus Fault { get; private set; }

    /// <summary>Reads on; gives up the last message. Throws what the pipe throws.</summary>
    internal async ValueTask<MessageStep> ReadAsync(CancellationToken cancellationToken)
    {
        Release();
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            var status = MessagePrefix.Read(buffer, maxBytes, out var prefix, out var whole, framing.EndFlag);
            if (status.IsOk && whole)
            {
                status = Take(buffer, prefix);
                if (status.IsOk)
                {
                    return prefix.IsEnd ? MessageStep.EndFrame : MessageStep.Message;
                }
            }
            else if (status.IsOk && read.IsCompleted)
            {
                reader.AdvanceTo(buffer.Start, buffer.End);
                return buffer.IsEmpty ? MessageStep.Ended : Fail(CodecStatus.Fail(CodecError.Truncated, "the stream ends inside a message", buffer.Length));
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (!status.IsOk)
            {
                return Fail(status);
            }
        }
    }

    /// <summary>Gives the pipe the last message's buffers back. May be called more than once.</summary>
    internal void Release()
    {
        Message = default;
        if (_holds)
        {
            _holds = false;
            reader.Release(_consumed);
        }
    }

    public void Dispose()
    {
        Release();
        _unpacked?.Dispose();
        _unpacked = null;
    }

    private CodecStatus Take(in ReadOnlySequence<byte> buffer, in MessagePrefix prefix)
    {
        var message = buffer.Slice(MessagePrefix.Bytes, prefix.Length);
        var end = message.End;
        if (prefix.IsCompressed)
        {
            _unpacked ??= new FrameWriter();
            _unpacked.Clear();
            var status = MessageEncoding.Unpack(encoding, message, maxBytes, _unpacked);
            if (!status.IsOk)
            {
                return status;
            }

            message = new ReadOnlySequence<byte>(_unpacked.WrittenMemory);
        }

        (_holds, _consumed, Message) = (true, end, message);
        return CodecStatus.Ok;
    }

    private MessageStep Fail(in CodecStatus status)
    {
        Fault = status;
        return MessageStep.Fault;
    }
}
