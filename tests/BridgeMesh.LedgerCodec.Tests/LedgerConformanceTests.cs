using System.Buffers.Binary;
using System.Text;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Codecs;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Wire;

namespace Acme.Ledger;

public sealed class LedgerConformanceTests : FrameCodecConformance
{
    protected override IFrameCodec Codec { get; } = new LedgerCodec();

    /// <summary>Its metadata stands inside the JSON: on the forward lane it is left alone, translated calls carry the list.</summary>
    protected override bool CarriesHops => false;

    protected override IReadOnlyList<FrameSample> Samples { get; } =
    [
        Frame("request", LedgerFrame.Request, """
            {"service":"com.acme.order.OrderService","version":"1.0","method":"place","types":["java.lang.String","int"],
             "args":["héllo \ud83d\ude00",42],"meta":{"tenant":"acme","role":["a","b"]}}
            """),
        Frame("request without arguments", LedgerFrame.Request, """{"method":"get","service":"com.acme.order.OrderService"}"""),
        Frame("one-way request", LedgerFrame.OneWay, """{"service":"s","method":"m","args":[[1,2.5,-3e10,123456789012345678901234567890],{"a":{"b":null}}]}"""),
        Frame("result", LedgerFrame.Reply, """{"result":{"id":"o-1","items":[{"sku":"x","price":"12.50"}]},"meta":{"k":"v"}}"""),
        Frame("void", LedgerFrame.Reply, "{}"),
        Frame("null", LedgerFrame.Reply, """{"result":null}"""),
        Frame("exception", LedgerFrame.Reply, """
            {"error":{"status":"BusinessException","type":"com.acme.order.OrderException","message":"out","value":{"code":42}}}
            """),
        Frame("status of a later version", LedgerFrame.Reply, """{"error":{"status":"Novel","later":[{}]},"more":{}}"""),
        Frame("ping", LedgerFrame.Ping, string.Empty),
        Frame("pong", LedgerFrame.Pong, string.Empty),
        Frame("goodbye", LedgerFrame.Goodbye, string.Empty),
    ];

    protected override IReadOnlyList<LengthField> LengthFields { get; } = [new("body length", LedgerFrame.BodyLengthOffset, 4)];

    protected override int MagicBytes => 4;

    protected override IReadOnlyList<CallSample> Calls => [.. CallSample.Plain, .. CallSample.Typed.Where(c => c.Name is "lone surrogate" or "decimal" or "date" or "enum")];

    protected override TapeComparison Comparison => TapeComparison.Values;

    protected override ExchangeStatus Expect(ExchangeStatus written, bool mayHaveExecuted) => written;

    protected override byte[]? CutBody(byte[] frame, int bodyBytes)
    {
        if (bodyBytes >= frame.Length - LedgerFrame.HeadBytes)
        {
            return null;
        }

        var cut = frame[..(LedgerFrame.HeadBytes + bodyBytes)];
        BinaryPrimitives.WriteInt32BigEndian(cut.AsSpan(LedgerFrame.BodyLengthOffset), bodyBytes);
        return cut;
    }

    private static FrameSample Frame(string name, byte kind, string body)
    {
        using var output = new FrameWriter();
        var start = LedgerFrame.Begin(output, kind, 0xFEDC_BA98_7654_3210, kind <= LedgerFrame.OneWay ? 3_000 : 0);
        output.Write(Encoding.UTF8.GetBytes(body));
        LedgerFrame.End(output, start);
        return new FrameSample(name, output.Written.ToArray(), kind switch
        {
            LedgerFrame.Request or LedgerFrame.OneWay => FrameKind.Request,
            LedgerFrame.Reply => FrameKind.Reply,
            LedgerFrame.Ping => FrameKind.Heartbeat,
            LedgerFrame.Pong => FrameKind.HeartbeatReply,
            _ => FrameKind.GoAway,
        });
    }
}
