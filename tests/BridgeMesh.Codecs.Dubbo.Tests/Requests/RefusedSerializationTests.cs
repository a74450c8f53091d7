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

    [Fact]
    public void Id_EveryOther_HasItsNameInTheRefusal()
    {
        var names = new Dictionary<int, string>
        {
            [3] = "java",
            [4] = "compactedjava",
            [6] = "fastjson",
            [7] = "nativejava",
            [8] = "kryo",
            [9] = "fst",
            [10] = "native-hessian",
            [11] = "avro",
            [12] = "protostuff",
            [16] = "gson",
            [21] = "protobuf-json",
            [22] = "protobuf",
            [23] = "fastjson2",
            [25] = "kryo2",
            [31] = "msgpack",
        };
        for (var id = 0; id < 32; id++)
        {
            // The body of a serialization that nobody knows is not looked at.
            byte[] frame = [0xDA, 0xBB, (byte)(0xC0 | id), 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1, 0xFF];
            var exchange = Frames.Request(frame);
            var status = Frames.Codec.OpenRequest(exchange);
            if (id == SerializationIds.Hessian2)
            {
                Assert.Equal(CodecError.Malformed, status.Error);
                continue;
            }

            Assert.Equal(CodecError.Unsupported, status.Error);
            var name = names.GetValueOrDefault(id, "unknown");
            Assert.Contains($"serialization {name} (id {id}) is not offered", status.ToString(), StringComparison.Ordinal);
            AssertAnsweredInHessian(exchange, status);
        }
    }

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
