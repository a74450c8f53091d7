using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Framing;

/// <summary>How messages lie in a body, and which headers tell of their compression. Immutable; safe for any thread.</summary>
/// <param name="EncodingHeader">Names what messages are compressed with: of prefixed ones those whose flag says so, else the whole body.</param>
/// <param name="AcceptHeader">Names what the sender of the header can unpack.</param>
internal sealed record MessageFraming(string EncodingHeader, string AcceptHeader)
{
    /// <summary>A <see cref="MessagePrefix"/> stands before each message; otherwise the body is the one message.</summary>
    internal bool IsPrefixed { get; init; } = true;

    /// <summary>The flag of a prefix whose content is no message but the end of the body; 0 where there is none.</summary>
    internal byte EndFlag { get; init; }

    /// <summary>Leaves room for what stands before a message; gives the position to <see cref="EndMessage(FrameWriter, int, byte)"/>.</summary>
    internal int BeginMessage(FrameWriter body)
    {
        var start = body.Length;
        if (IsPrefixed)
        {
            _ = body.GetSpan(MessagePrefix.Bytes);
            body.Advance(MessagePrefix.Bytes);
        }

        return start;
    }

    /// <summary>Writes what stands before the message that was written since, which may go out compressed.</summary>
    /// <param name="packer">Null leaves it as it is.</param>
    internal void EndMessage(FrameWriter body, int start, MessagePacker? packer)
    {
        var isPacked = packer?.TryPack(body, IsPrefixed ? start + MessagePrefix.Bytes : start) == true;
        EndMessage(body, start, isPacked ? MessagePrefix.Compressed : (byte)0);
    }

    /// <summary>Whether the head has to name the packer's encoding: for prefixed messages before it is known which of them are compressed.</summary>
    internal bool Announces(MessagePacker? packer) => packer is not null && (IsPrefixed || packer.HasPacked);

    /// <summary>As above with a flag of the writer's own.</summary>
    internal void EndMessage(FrameWriter body, int start, byte flag = 0)
    {
        if (IsPrefixed)
        {
            new MessagePrefix(flag, body.Length - start - MessagePrefix.Bytes).Write(body.From(start));
        }
    }
}
