using BridgeMesh.Codecs.Dubbo.Framing;
using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Tests.Requests;

public class RefusedSerializationTests
{
    [Theory]
    [InlineData("2.7.23", "fastjson", 8)]
    [InlineData("3.2.16", "fastjson2", 8)]
    public void RecordedCalls_InAnotherSerialization_AreRefusedByName(string version, string name, int count)
    {
        var refused = 0;
        foreach (var golden in GoldenCase.Load(version, name))
        {
            var exchange = Frames.Request(golden.Request ?? []);
            var status = Frames.Codec.OpenRequest(exchange);
            Assert.Equal(CodecError.Unsupported, status.Error);
            Assert.Contains($"serialization {name} (id ", status.ToString(), StringComparison.Ordinal);
            Assert.False(Frames.Codec.CanForward(exchange));
            AssertAnsweredInHessian(exchange, status);

            var reply = Frames.Scan(golden.Response ?? []);
            var answered = new Exchange { ReplyHeader = reply, ReplyFrame = new(golden.Response ?? []), Signature = JavaSignature.None };
            Assert.Contains($"serialization {name} (id ", Frames.Codec.ReadReply(answered).ToString(), StringComparison.Ordinal);
            refused++;
        }

        Assert.Equal(count, refused);
    }

    [Theory]
    [InlineData(3, "java")]
    [InlineData(8, "kryo")]
    [InlineData(16, "gson")]
    [InlineData(22, "protobuf")]
    [InlineData(31, "msgpack")]
    [InlineData(9, "fst")]
    [InlineData(1, "unknown")]
    public void Id_EveryOther_HasItsNameInTheRefusal(byte id, string name) =>
        Assert.Contains($"serialization {name} (id {id})", SerializationIds.Check(id).ToString(), StringComparison.Ordinal);

    /// <summary>Java consumers decode a reply by the id in its own header, and all of them have Hessian2.</summary>
    private static void AssertAnsweredInHessian(Exchange exchange, CodecStatus status)
    {
        exchange.SetFault(ExchangeStatus.InvalidArgument, status);
        var reply = Frames.Reply(exchange);
        var header = Frames.Scan(reply);
        Assert.Equal((SerializationIds.Hessian2, 40), (header.Serializer, header.Status));
        Assert.Equal(exchange.CallerHeader.CorrelationId, header.CorrelationId);
    }
}
