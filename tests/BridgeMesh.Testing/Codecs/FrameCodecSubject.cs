using System.Buffers;
using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Xunit.Sdk;

namespace BridgeMesh.Testing.Codecs;

/// <summary>
/// What the conformance kit has to know about a frame codec. The tests stand in the classes below this one, a topic each;
/// <see cref="FrameCodecConformance"/>, the last of the chain, is the one to derive from.
/// </summary>
public abstract class FrameCodecSubject
{
    protected abstract IFrameCodec Codec { get; }

    /// <summary>Frames of every kind the protocol has: requests, replies, errors, control. Recordings of real peers first.</summary>
    protected abstract IReadOnlyList<FrameSample> Samples { get; }

    protected abstract IReadOnlyList<LengthField> LengthFields { get; }

    /// <summary>Leading bytes that no stranger's first bytes have: with any one of them wrong a frame must be refused.</summary>
    protected virtual int MagicBytes => 1;

    /// <summary>Bytes that may change beside the id when a frame is copied, such as a CRC.</summary>
    protected virtual int ChecksumBytes => 0;

    protected virtual FrameLimits Limits => FrameLimits.Default;

    /// <summary>Contract that the pipeline would give; null where bodies describe themselves.</summary>
    protected virtual ServiceContract? Contract => null;

    /// <summary>A service with all parts of a name that the protocol can carry.</summary>
    protected virtual ServiceKey Service => new("com.acme.order.OrderService", "1.0");

    protected virtual IReadOnlyList<CallSample> Calls => CallSample.Typed;

    /// <summary>How much of a value survives the codec's serialization.</summary>
    protected virtual TapeComparison Comparison => TapeComparison.Declared;

    /// <summary>Whether a request says how long its caller waits.</summary>
    protected virtual bool CarriesTimeout => true;

    /// <summary>Whether a request that is copied can take a hop list along.</summary>
    protected virtual bool CarriesHops => true;

    /// <summary>Whether a reply carries metadata.</summary>
    protected virtual bool CarriesReplyMetadata => true;

    /// <summary>
    /// What a status reads back as, by the protocol's two tables: outbound, then inbound. They are not a function both ways, so each codec
    /// writes its own expectation down.
    /// </summary>
    protected abstract ExchangeStatus Expect(ExchangeStatus written, bool mayHaveExecuted);

    /// <summary>
    /// A request or reply with its body cut to some bytes and its lengths corrected, so that the frame is whole and its content is not;
    /// null when the frame has no such body.
    /// </summary>
    protected abstract byte[]? CutBody(byte[] frame, int bodyBytes);

    /// <summary>Bytes that the reading of one frame may allocate, whatever the frame says.</summary>
    protected virtual long MaxAllocatedBytes(int frameBytes) => (4 << 20) + (frameBytes * 64L);

    protected FrameHeader ScanWhole(in ReadOnlySequence<byte> frame, string about)
    {
        var scan = Codec.Scan(frame, Limits, out var header);
        return scan.IsWhole
            ? header
            : throw new XunitException($"{about}: not a whole frame: needs {scan.NeedBytes} more bytes, {scan.Fault}");
    }

    /// <summary>A request as the gateway reads it: opened, routed, then decoded.</summary>
    protected CodecStatus ReadRequest(Exchange exchange, in FrameHeader header, in ReadOnlySequence<byte> frame)
    {
        exchange.CallerHeader = header;
        exchange.RequestFrame = frame;
        var opened = Codec.OpenRequest(exchange);
        if (!opened.IsOk)
        {
            return opened;
        }

        exchange.Contract = Contract;
        return Codec.ReadRequest(exchange);
    }

    protected CodecStatus ReadReply(Exchange exchange, in FrameHeader header, in ReadOnlySequence<byte> frame)
    {
        exchange.ReplyHeader = header;
        exchange.ReplyFrame = frame;
        return Codec.ReadReply(exchange);
    }

    /// <summary>Everything that reading a frame finds, as text: two ways of reading the same bytes must agree on it.</summary>
    protected string Describe(in ReadOnlySequence<byte> frame, string about)
    {
        var header = ScanWhole(frame, about);
        var exchange = new Exchange();
        try
        {
            var status = header.Kind switch
            {
                FrameKind.Request => ReadRequest(exchange, header, frame),
                FrameKind.Reply => ReadReply(exchange, header, frame),
                _ => CodecStatus.Ok,
            };
            return $"{header} {status} {ExchangeText.Of(exchange)}";
        }
        finally
        {
            Release(exchange);
        }
    }

    /// <summary>An exchange ready to be written to a callee of this protocol.</summary>
    protected Exchange NewCall(CallSample call)
    {
        var signature = JavaSignature.Of(call.Descriptor);
        var exchange = new Exchange
        {
            Service = Service,
            CalleeService = Service,
            Method = "place",
            Signature = signature,
            Contract = Contract,
            Shape = Contract?.Find("place", signature),
            RemainingMs = 1_234,
            Lane = Lane.Translate,
        };
        call.Arguments(exchange.Request);
        Assert.False(exchange.Request.Failed, call.Name);
        return exchange;
    }

    protected byte[] WriteRequest(Exchange exchange, ulong correlationId, string about)
    {
        using var output = new FrameWriter();
        var status = Codec.WriteRequest(exchange, correlationId, output);
        Assert.True(status.IsOk, $"{about}: {status}");
        return output.Written.ToArray();
    }

    protected byte[] WriteReply(Exchange exchange, string about)
    {
        using var output = new FrameWriter();
        var status = Codec.WriteReply(exchange, output);
        Assert.True(status.IsOk, $"{about}: {status}");
        return output.Written.ToArray();
    }

    protected ulong Mask(ulong correlationId) => Codec.CorrelationBits == 64 ? correlationId : correlationId & ((1UL << Codec.CorrelationBits) - 1);

    protected static void Release(Exchange exchange)
    {
        exchange.Reset();
        exchange.Request.Dispose();
        exchange.Reply.Dispose();
    }

    protected ImmutableArray<FrameSample> OfKind(FrameKind kind) => [.. Samples.Where(s => s.Kind == kind)];

    /// <summary>Places to cut at: all of a short message, the edges and every so many of a long one.</summary>
    protected static IEnumerable<int> Cuts(int length)
    {
        const int EveryByteUpTo = 2_000;
        var step = Math.Max(1, length / EveryByteUpTo);
        for (var at = 0; at < length; at += at < 256 || at > length - 256 ? 1 : step)
        {
            yield return at;
        }
    }
}
