using System.Buffers.Binary;
using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Codecs;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Tests;

/// <summary>The conformance kit on frames that Java peers sent.</summary>
public class DubboConformanceTests : FrameCodecConformance
{
    private static readonly (string Group, string Name)[] Recorded =
    [
        ("primitives", "addInt"), ("primitives", "addLong-large"),
        ("strings", "string-emoji"), ("strings", "string-surrogate-across-chunk"),
        ("bytes", "bytes-1024"), ("arrays", "ints-empty"), ("arrays", "items"), ("collections", "list-8"), ("collections", "map-long-list"),
        ("pojo", "saveUser-nullfields"), ("pojo", "cycle"), ("pojo", "shared-reference"), ("pojo", "alltypes-extremes"),
        ("echo-object", "echo-list-of-12-same-class"), ("semantics", "void"), ("semantics", "null-result"), ("semantics", "throw-checked"),
        ("semantics", "oneway"), ("semantics", "many-12-args"), ("semantics", "attachments-both-ways"), ("semantics", "echo-service"),
        ("semantics", "group-g1-version-1.0.0"), ("generic", "true-getUser"), ("generic", "true-int-array"), ("generic", "true-types-null"),
        ("errors", "unknown-service"), ("errors", "raw-null-attachments"), ("errors", "raw-dubbo-version-2.0.0"),
    ];

    private static readonly FrameSample[] AllSamples = [.. LoadSamples()];

    protected override IFrameCodec Codec => Frames.Codec;

    protected override IReadOnlyList<FrameSample> Samples => AllSamples;

    protected override IReadOnlyList<LengthField> LengthFields { get; } = [new("body length", 12, 4)];

    protected override int MagicBytes => 2;

    protected override ServiceKey Service => new("com.acme.order.OrderService", "1.0", "blue");

    protected override ExchangeStatus Expect(ExchangeStatus written, bool mayHaveExecuted) => written switch
    {
        ExchangeStatus.Ok => ExchangeStatus.Ok,

        // Without a contract nothing is declared, so every Throwable is an undeclared one; and a call that may have been executed gets one.
        _ when mayHaveExecuted => ExchangeStatus.RuntimeException,
        ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException => ExchangeStatus.RuntimeException,

        // 70 and 80 with a text are failures inside the provider; only a provider's own words tell more.
        ExchangeStatus.Unauthenticated or ExchangeStatus.PermissionDenied => ExchangeStatus.RuntimeException,
        ExchangeStatus.Unavailable or ExchangeStatus.Internal => ExchangeStatus.RuntimeException,
        ExchangeStatus.RequestTooLarge => ExchangeStatus.InvalidArgument,
        ExchangeStatus.ReplyTooLarge => ExchangeStatus.BadGateway,
        _ => written,
    };

    protected override byte[]? CutBody(byte[] frame, int bodyBytes)
    {
        if ((frame[2] & 0x20) != 0 || bodyBytes >= frame.Length - 16)
        {
            return null;
        }

        var cut = frame[..(16 + bodyBytes)];
        BinaryPrimitives.WriteInt32BigEndian(cut.AsSpan(12), bodyBytes);
        return cut;
    }

    private static IEnumerable<FrameSample> LoadSamples()
    {
        var recorded = Recorded.Select(r => GoldenCase.Get("3.2.16", r.Group, r.Name));
        foreach (var golden in recorded.Append(GoldenCase.Get("2.7.23", "strings", "sayHello")))
        {
            if (golden.Request is { } request)
            {
                yield return new FrameSample($"{golden} request", request, FrameKind.Request);
            }

            if (golden.Response is { } response)
            {
                yield return new FrameSample($"{golden} reply", response, FrameKind.Reply);
            }
        }

        yield return FrameSample.FromHex("heartbeat", "dabbe200000000000000004d000000014e", FrameKind.Heartbeat);
        yield return FrameSample.FromHex("heartbeat reply", "dabb2214000000000000004d000000014e", FrameKind.HeartbeatReply);
        yield return FrameSample.FromHex("readonly", "dabba2000000000000000000000000020152", FrameKind.GoAway);
    }
}
