using System.Buffers.Binary;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Codecs;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests;

/// <summary>The conformance kit over frames that real peers sent.</summary>
public class BoltConformanceTests : FrameCodecConformance
{
    private static readonly string[] Files =
    [
        "sofarpc-java-calls", "node-client-java-server", "node-hessian4", "sofarpc-envelope", "bolt-java-heartbeat", "sofarpc-java-json",
    ];

    private static readonly FrameSample[] Recorded = [.. GoldenCase.OfAll(Files).SelectMany(Both).Where(s => s.Bytes.Length < 10_000)];

    protected override IFrameCodec Codec => Frames.Codec;

    protected override IReadOnlyList<FrameSample> Samples => Recorded;

    protected override ServiceKey Service => new("com.acme.order.OrderService", "1.0", UniqueId: "blue");

    /// <summary>
    /// The draft writes java.util.ArrayList as a list without a type; the recordings compare all other types byte for byte.
    /// </summary>
    protected override TapeComparison Comparison => TapeComparison.Declared with { Types = false };

    /// <summary>In a frame with a checksum every lie is one too many.</summary>
    protected override IReadOnlyList<LengthField> LengthFields { get; } =
    [
        new("class length of a v1 request", 14, 2, static f => f[0] == 1 && f[1] != 0, Unchecked: true),
        new("header length of a v1 request", 16, 2, static f => f[0] == 1 && f[1] != 0, Unchecked: true),
        new("content length of a v1 request", 18, 4, static f => f[0] == 1 && f[1] != 0),
        new("class length of a v1 response", 12, 2, static f => f[0] == 1 && f[1] == 0, Unchecked: true),
        new("header length of a v1 response", 14, 2, static f => f[0] == 1 && f[1] == 0, Unchecked: true),
        new("content length of a v1 response", 16, 4, static f => f[0] == 1 && f[1] == 0),
        new("content length of a v2 request", 20, 4, static f => f[0] == 2 && f[2] != 0),
        new("content length of a v2 response", 18, 4, static f => f[0] == 2 && f[2] == 0),
    ];

    protected override int ChecksumBytes => BoltFrame.ChecksumBytes;

    protected override ExchangeStatus Expect(ExchangeStatus written, bool mayHaveExecuted) => written switch
    {
        ExchangeStatus.Ok => ExchangeStatus.Ok,

        // Status 0 with isError, and SOFARPC's number in the message.
        ExchangeStatus.Unimplemented => ExchangeStatus.Unimplemented,
        ExchangeStatus.InvalidArgument or ExchangeStatus.RequestTooLarge => ExchangeStatus.InvalidArgument,
        ExchangeStatus.ReplyTooLarge => ExchangeStatus.BadGateway,
        ExchangeStatus.Exhausted when !mayHaveExecuted => ExchangeStatus.Exhausted,
        ExchangeStatus.Unavailable => ExchangeStatus.Unavailable,
        ExchangeStatus.DeadlineExceeded when !mayHaveExecuted => ExchangeStatus.DeadlineExceeded,
        _ => ExchangeStatus.RuntimeException,
    };

    protected override byte[]? CutBody(byte[] frame, int bodyBytes)
    {
        var header = Frames.Scan(frame);
        if (header.Kind is not (FrameKind.Request or FrameKind.Reply) || header.HasChecksum() || bodyBytes >= header.ContentLength()
            || header.Serializer != BoltFrame.CodecHessian || header.Status != 0)
        {
            return null;
        }

        var cut = frame[..(header.ContentOffset() + bodyBytes)];
        BinaryPrimitives.WriteInt32BigEndian(cut.AsSpan(header.FixedLength() - 4), bodyBytes);
        return cut;
    }

    private static IEnumerable<FrameSample> Both(GoldenCase golden)
    {
        yield return new FrameSample(golden.Id, golden.Request, Frames.Scan(golden.Request).Kind);
        if (golden.Response is { } response)
        {
            yield return new FrameSample(golden.Id + " answer", response, Frames.Scan(response).Kind);
        }
    }
}
