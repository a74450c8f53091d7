using System.Buffers;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Messages;

/// <summary>
/// What the bytes of a message are. Stateless. The exchange tells method, contract and whatever the dialect remembered of the call; a form
/// that learns the overload from the message sets <see cref="Exchange.Shape"/> and <see cref="Exchange.Signature"/> while it reads a request.
/// </summary>
internal abstract class MessageForm
{
    /// <summary>Reads a request into one root a parameter. The bytes are valid until this returns.</summary>
    internal abstract CodecStatus ReadRequest(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into);

    /// <summary>Writes all roots as a request. What was written before a failure is the caller's to drop.</summary>
    internal abstract CodecStatus WriteRequest(Exchange exchange, ValueTape from, FrameWriter output);

    /// <summary>Reads a reply into one root, or none where the method returns nothing. The bytes are valid until this returns.</summary>
    internal abstract CodecStatus ReadResult(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into);

    /// <summary>Writes the root, if there is one, as a reply. What was written before a failure is the caller's to drop.</summary>
    internal abstract CodecStatus WriteResult(Exchange exchange, ValueTape from, FrameWriter output);
}
