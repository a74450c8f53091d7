using System.Buffers;
using BridgeMesh.Codecs.Grpc.Messages;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;

/// <summary>Messages to and from a callee that serves a Java interface.</summary>
internal sealed class WrappedForm : MessageForm
{
    internal static readonly WrappedForm Instance = new();

    internal override CodecStatus WriteRequest(Exchange exchange, ValueTape from, FrameWriter output) =>
        WrappedRequest.Write(exchange, from, output);

    /// <remarks>The dialect has put the number of <see cref="TripleHeaders.ExceptionCode"/> where a frame's header has its
    /// status.</remarks>
    internal override CodecStatus ReadResult(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into) =>
        WrappedReply.Read(message, exchange.ReplyHeader.Status, exchange, into);

    internal override CodecStatus ReadRequest(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into) =>
        WrappableForm.Instance.ReadRequest(message, exchange, into);

    internal override CodecStatus WriteResult(Exchange exchange, ValueTape from, FrameWriter output) =>
        WrappableForm.Instance.WriteResult(exchange, from, output);
}
