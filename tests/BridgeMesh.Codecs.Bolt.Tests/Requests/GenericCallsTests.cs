using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Requests;

/// <summary>Every recorded call through GenericService, of each type: read, passed on, written to a callee and answered.</summary>
public sealed class GenericCallsTests
{
    /// <summary>The recordings by name and <c>sofa_head_generic_type</c>.</summary>
    public static TheoryData<string, string> Recorded
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var golden in GoldenCase.Of("sofarpc-java-generic"))
            {
                data.Add(golden.Name, HeaderPairs.Of(golden.Request).Single(p => p.Key == "sofa_head_generic_type").Value);
            }

            return data;
        }
    }

    [Fact]
    public void Recordings_CoverEveryType() => Assert.Equal(["0", "1", "2"], Recorded.Select(r => (string)r[1]).Distinct().Order());

    [Theory]
    [MemberData(nameof(Recorded))]
    public void ReadRequest_GenericCall_IsTheTypedCallThatItMeans(string name, string type)
    {
        var golden = GoldenCase.Of("sofarpc-java-generic", name);
        Assert.Equal(golden.ExpectedText("method") == "$invoke" ? "0" : type, type);
        var exchange = Frames.Read(golden.Request);
        AssertMeant(golden, exchange);
        Assert.DoesNotContain(exchange.RequestMetadata.Entries.ToArray(), p => p.Key.Contains("generic", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void WriteRequest_TranslatedToABoltCallee_IsAnOrdinaryCall(string name, string type)
    {
        var golden = GoldenCase.Of("sofarpc-java-generic", name);
        var exchange = Frames.Read(golden.Request);
        exchange.CalleeService = exchange.Service;
        exchange.RemainingMs = 1_000;
        var written = Frames.WriteRequest(exchange, 1);
        Assert.DoesNotContain(HeaderPairs.Of(written), p => p.Key.Contains("generic", StringComparison.Ordinal));
        Assert.True(written.AsSpan().IndexOf("generic."u8) < 0, type);
        AssertMeant(golden, Frames.Read(written));
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void CopyPatched_GenericCall_IsPassedOnAsItIs(string name, string type)
    {
        var golden = GoldenCase.Of("sofarpc-java-generic", name);
        var exchange = Frames.Opened(golden.Request);
        Assert.True(Frames.Codec.CanForward(exchange));
        using var output = new FrameWriter();
        var patch = new FramePatch(exchange.CallerHeader.CorrelationId, 0, null);
        Frames.AssertOk(Frames.Codec.CopyPatched(exchange.CallerHeader, exchange.RequestFrame, patch, output));
        Assert.True(golden.Request.AsSpan().SequenceEqual(output.Written), type);
    }

    /// <summary>The consumer's own decoder makes GenericObjects of an ordinary answer; a real server's is one, byte for byte.</summary>
    [Theory]
    [MemberData(nameof(Recorded))]
    public void WriteReply_ToAGenericCaller_IsWhatARealServerAnswers(string name, string type)
    {
        var golden = GoldenCase.Of("sofarpc-java-generic", name);
        var exchange = Frames.Opened(golden.Request);
        exchange.ReplyHeader = Frames.Scan(golden.Answer);
        exchange.ReplyFrame = Frames.Sequence(golden.Answer);
        Frames.AssertOk(Frames.Codec.ReadReply(exchange));
        exchange.ReplyFrame = default;
        var written = Frames.WriteReply(exchange);
        if (exchange.Status != ExchangeStatus.RuntimeException)
        {
            Assert.True(golden.Answer.AsSpan().SequenceEqual(written), type);
            return;
        }

        // An exception has no stack trace of the callee's; class, own fields and message are the same.
        Assert.Equal(HeaderPairs.Of(golden.Answer), HeaderPairs.Of(written));
        var reply = Frames.ReadReply(written);
        Assert.Equal(("com.example.bridge.BizException", "gfail"), (reply.ExceptionType?.Text, reply.Message));
        Assert.Equal(1, reply.Reply[reply.Reply.FindField(0, FieldName.Of("code"))].AsInt32);
    }

    [Fact]
    public void WriteRequest_FieldsThatAGenericObjectLeftOut_AreThereByContract()
    {
        var exchange = Frames.Read(GoldenCase.Of("sofarpc-java-generic", "generic-object").Request);
        Assert.Equal(5, exchange.Request[0].Count);
        exchange.CalleeService = exchange.Service;
        exchange.RemainingMs = 1_000;
        exchange.Shape = Shapes.Method("echoPerson", DemoTypes.Person, ("person", DemoTypes.Person));
        var written = Frames.WriteRequest(exchange, 1);

        // The class as a Java caller with the real one defines it.
        var ordinary = GoldenCase.Of("sofarpc-java-generic", "invoke-object").Request;
        var start = ordinary.AsSpan().LastIndexOf("com.example.bridge.Person"u8);
        var definition = ordinary.AsSpan(start, ordinary.AsSpan(start).IndexOf("extra"u8) + 5);
        Assert.True(written.AsSpan().IndexOf(definition) > 0, "another class definition");
        Assert.Equal(9, Frames.Read(written).Request[0].Count);
    }

    [Theory]
    [InlineData("GenericObject")]
    [InlineData("GenericArray")]
    [InlineData("GenericMap")]
    public void ReadRequest_GenericValueUnderItsOwnClass_IsRefused(string kind)
    {
        // What $invoke, type 0, makes of a generic value that it was given in a list: it writes the stand-in itself.
        var call = Frames.Read(GoldenCase.Of("sofarpc-java-generic", "generic-list").Request);
        call.CalleeService = call.Service;
        call.RemainingMs = 1_000;
        call.Request.Reset();
        call.Request.BeginList();
        call.Request.BeginObject(TypeName.Of("com.alipay.hessian.generic.model." + kind));
        call.Request.Name(FieldName.Of("type"));
        call.Request.AddString("com.example.bridge.Person");
        call.Request.End();
        call.Request.End();
        var ordinary = Frames.WriteRequest(call, 1);
        Frames.Read(ordinary); // Without the header it is an object like any other.

        var generic = WithHeaderOf(GoldenCase.Of("sofarpc-java-generic", "invoke").Request, ordinary);
        var exchange = Frames.Opened(generic);
        var status = Frames.Codec.ReadRequest(exchange);
        Assert.Equal((CodecError.TypeMismatch, "args[0][0]"), (status.Error, status.Path));
        Assert.Contains(kind, status.Detail, StringComparison.Ordinal);
    }

    private static void AssertMeant(GoldenCase golden, Exchange exchange)
    {
        var args = golden.Expected.GetProperty("args");
        Assert.Equal(args[0].GetProperty("value").GetString(), exchange.Method);
        var types = args[1].GetProperty("items").EnumerateArray().Select(t => t.GetProperty("value").GetString() ?? string.Empty);
        Assert.Equal(JavaSignature.OfTypeNames(types), exchange.Signature);
        var at = 0;
        foreach (var view in args[2].GetProperty("items").EnumerateArray())
        {
            JavaView.AssertSame(view, exchange.Request, at, golden.Id);
            at = exchange.Request.Next(at);
        }

        Assert.Equal(exchange.Request.Count, at);
    }

    private static byte[] WithHeaderOf(byte[] headerFrom, byte[] contentFrom)
    {
        var first = Frames.Scan(headerFrom);
        var second = Frames.Scan(contentFrom);
        Assert.Equal(Frames.Opened(headerFrom).Service, Frames.Opened(contentFrom).Service);
        byte[] frame =
        [
            .. headerFrom.AsSpan(0, first.Layout.A + first.Layout.B + first.Layout.C),
            .. contentFrom.AsSpan(second.Layout.A + second.Layout.B + second.Layout.C),
        ];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(first.Layout.A - 4), second.Layout.D);
        return frame;
    }
}
