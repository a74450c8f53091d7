using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Requests;
using BridgeMesh.Codecs.Bolt.Services;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Bolt.Forwarding;

/// <summary>Decides whether a callee gets the caller's frame or one that the gateway writes.</summary>
internal static class PassingOn
{
    /// <summary>
    /// A frame goes as it is unless the callee's registration asks for another codec, Hessian dialect or envelope. Where translation would
    /// be refused, for want of a contract or of a codec, the frame goes as it is in any case: Java's server takes every codec and both
    /// envelopes, whatever it is registered with.
    /// </summary>
    internal static bool IsPossible(Exchange exchange)
    {
        var header = exchange.CallerHeader;
        var callee = CalleeForm.Of(exchange.Instance);
        return header.Serializer switch
        {
            BoltFrame.CodecHessian => callee.Codec == BoltFrame.CodecHessian
                && ((CallerForm)exchange.CallerFlags).Of() == callee.Dialect
                && IsRight(callee.Envelope, header),
            BoltFrame.CodecJson => (callee.Codec == BoltFrame.CodecJson && IsRight(callee.Envelope, header))
                || exchange.Contract?.Find(exchange.Method, null) is null,
            _ => true,
        };
    }

    private static bool IsRight(BoltEnvelope? wanted, in Wire.FrameHeader header) => wanted is not { } envelope
        || envelope == BoltEnvelope.Of(header);
}
