using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Tests.Attachments;

public class AttachmentTests
{
    [Fact]
    public void Values_ThatAreNoText_BecomeTextOrAreDropped()
    {
        var exchange = Frames.Read(Request((ref HessianWriter w) =>
        {
            w.WriteString("int");
            w.WriteInt32(-7);
            w.WriteString("long");
            w.WriteInt64(1L << 40);
            w.WriteString("double");
            w.WriteFloat64(2.5);
            w.WriteString("bool");
            w.WriteBool(true);
            w.WriteString("date");
            w.WriteInstant(1_700_000_000_123);
            w.WriteString("null");
            w.WriteNull();
            w.WriteString("empty");
            w.WriteString("");
            w.WriteString("map");
            w.BeginMap();
            w.EndMap();
            w.WriteString("bytes");
            w.WriteBytes([1]);
        }));
        string[] expected = ["int=-7", "long=1099511627776", "double=2.5", "bool=true", "date=2023-11-14T22:13:20.123Z", "empty="];
        Assert.Equal(expected, exchange.RequestMetadata.Entries.ToArray().Select(e => $"{e.Key}={e.Value}"));
    }

    [Theory]
    [InlineData("timeout", "2500", 2_500)]
    [InlineData("_TO", "2500", 2_500)]
    [InlineData("timeout", "-1", 0)]
    [InlineData("timeout", "0", 0)]
    [InlineData("timeout", "soon", 0)]
    [InlineData("timeout", "99999999999", 0)]
    [InlineData("timeout", "", 0)]
    public void Timeout_AsText_IsRead(string key, string value, int expected) =>
        Assert.Equal(expected, Frames.Opened(Request((ref HessianWriter w) =>
        {
            w.WriteString(key);
            w.WriteString(value);
        })).CallerTimeoutMs);

    [Fact]
    public void Timeout_AsNumberOrNonsense_IsReadOrIgnored()
    {
        Assert.Equal(2_500, Frames.Opened(Request((ref HessianWriter w) =>
        {
            w.WriteString("timeout");
            w.WriteInt32(2_500);
        })).CallerTimeoutMs);
        Assert.Equal(0, Frames.Opened(Request((ref HessianWriter w) =>
        {
            w.WriteString("timeout");
            w.BeginMap();
            w.EndMap();
        })).CallerTimeoutMs);
    }

    [Fact]
    public void Map_LongerThanAllowed_IsRefused()
    {
        var frame = Request((ref HessianWriter w) =>
        {
            w.WriteString("big");
            w.WriteString(new string('x', 70_000));
        });
        var status = Frames.Codec.OpenRequest(Frames.Request(frame));
        Assert.Equal(CodecError.OverBudget, status.Error);
        Assert.Contains("attachments", status.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Map_WithTooManyEntries_IsRefused()
    {
        var exchange = Frames.Opened(Request((ref HessianWriter w) =>
        {
            for (var i = 0; i <= Metadata.MaxEntries; i++)
            {
                w.WriteString($"k{i}");
                w.WriteString("v");
            }
        }));
        Assert.Equal(CodecError.OverBudget, Frames.Codec.ReadRequest(exchange).Error);
    }

    [Theory]
    [InlineData("sys_callback_arg-0")]
    [InlineData("sys_callback_arg-12")]
    public void ArgumentThatIsACallback_IsRefusedOnEveryLane(string key)
    {
        var exchange = Frames.Request(Request((ref HessianWriter w) =>
        {
            w.WriteString(key);
            w.WriteString("1234");
        }));
        var status = Frames.Codec.OpenRequest(exchange);
        Assert.Equal(CodecError.Unsupported, status.Error);
        exchange.SetFault(ExchangeStatus.InvalidArgument, status);
        var reply = Frames.Reply(exchange);
        Assert.Equal(40, Frames.Scan(reply).Status);
        Assert.Contains("callbacks do not pass the gateway", System.Text.Encoding.UTF8.GetString(reply), StringComparison.Ordinal);
    }

    [Fact]
    public void RequestOfAProvider_IsToldThatNobodyIsThere()
    {
        var frame = Request((ref HessianWriter w) =>
        {
            w.WriteString("callback.service.instid");
            w.WriteString("1234");
        });
        using var output = new FrameWriter();
        Frames.Codec.WriteControlReply(Frames.Scan(frame), new(frame), output);
        var reply = output.Written.ToArray();
        var header = Frames.Scan(reply);
        Assert.Equal((FrameKind.Reply, 60, 1ul), (header.Kind, header.Status, header.CorrelationId));
        Assert.Equal(reply.Length, header.Length);
        Assert.Contains("no service is offered on this connection", System.Text.Encoding.UTF8.GetString(reply), StringComparison.Ordinal);
    }

    [Fact]
    public void MetadataNamedAsReservedKeys_IsNotSent()
    {
        var exchange = new Exchange { Method = "m", Signature = JavaSignature.None, RemainingMs = 7 };
        exchange.CalleeService = new ServiceKey("com.acme.S", "1.0.0", "g");
        foreach (var key in new[] { "path", "Group", "VERSION", "timeout", "token", "generic", "dubbo", "interface", "kept" })
        {
            exchange.RequestMetadata.TryAdd(key, "evil");
        }

        var got = Frames.Read(Frames.Request(exchange, 1));
        Assert.Equal((new ServiceKey("com.acme.S", "1.0.0", "g"), 7), (got.Service, got.CallerTimeoutMs));
        Assert.Equal("kept=evil", string.Join(",", got.RequestMetadata.Entries.ToArray().Select(e => $"{e.Key}={e.Value}")));
    }

    private delegate void Entries(ref HessianWriter writer);

    /// <summary>A call of m() with these attachments.</summary>
    private static byte[] Request(Entries entries)
    {
        using var output = new FrameWriter();
        output.Write([0xDA, 0xBB, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
        var state = HessianWriteState.Rent();
        var writer = new HessianWriter(output, HessianDialect.Final, state);
        foreach (var text in new[] { "2.0.2", "com.acme.S", "0.0.0", "m", "" })
        {
            writer.WriteString(text);
        }

        writer.BeginMap();
        entries(ref writer);
        writer.EndMap();
        state.Return();
        output.PatchInt32(12, output.Length - 16);
        return output.Written.ToArray();
    }
}
