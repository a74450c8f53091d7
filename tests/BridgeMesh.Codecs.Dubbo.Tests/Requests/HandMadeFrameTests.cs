using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Tests.Requests;

/// <summary>
/// The recorder's own frames, sent to real providers: odd, malformed and hostile. Each test names what the provider answered and holds what
/// the gateway makes of the same bytes. Where the two differ the reason stands beside it.
/// </summary>
public class HandMadeFrameTests
{
    // Frames that real providers execute: the gateway reads them too. Recorded status and the flag of the answer; ours follow the version.
    [Theory]
    [InlineData("raw-minimal-ok", "sayHello", "\"raw\"", true)]
    [InlineData("raw-no-attachments", "sayHello", "\"raw\"", true)]
    [InlineData("raw-null-attachments", "sayHello", "\"raw\"", true)]
    [InlineData("raw-version-empty", "sayHello", "\"raw\"", true)]
    [InlineData("raw-dubbo-version-2.0.0", "sayHello", "\"raw\"", false)]
    [InlineData("raw-dubbo-version-2.0.3", "sayHello", "\"raw\"", true)]
    [InlineData("raw-dubbo-version-2.7.23", "sayHello", "\"raw\"", false)]
    [InlineData("raw-dubbo-version-empty", "sayHello", "\"raw\"", false)]
    [InlineData("raw-exception-old-version", "throwBusiness", "\"E\"", false)]
    [InlineData("raw-extra-bytes", "sayHello", "\"raw\"", true)]
    [InlineData("raw-split-and-pipelined", "sayHello", "\"one\"", true)]
    [InlineData("raw-request-id-max", "sayHello", "\"raw\"", true)]
    [InlineData("raw-int-as-long", "addInt", null, true)]
    [InlineData("raw-pojo-unknown-field", "saveUser", null, true)]
    [InlineData("raw-denied-class", "echo", null, true)]
    [InlineData("raw-list-for-array", "echoInts", null, true)]
    public void Frame_ThatProvidersExecute_IsReadAndAnsweredWithTheirFlag(
        string name, string method, string? argument, bool withAttachments)
    {
        foreach (var version in GoldenCase.Versions)
        {
            var golden = GoldenCase.Get(version, "errors", name);
            var exchange = Frames.Read(golden.Request ?? []);
            Assert.Equal((method, "com.example.bridge.DemoService"), (exchange.Method, exchange.Service.Interface));
            if (argument is not null)
            {
                Assert.Contains(argument, TapeText.Of(exchange.Request), StringComparison.Ordinal);
            }

            exchange.Reply.AddInt32(1);
            var reply = Frames.Reply(exchange);
            var flag = reply[16] - 0x90;
            Assert.Equal(withAttachments ? 4 : 1, flag);
            if (golden.Response is { } recorded && golden.Find("status")?.GetInt32() == 20)
            {
                Assert.Equal((recorded[16] - 0x90) / 3, flag / 3);
            }
        }
    }

    // The provider finds the method, or not, by itself: the gateway passes the call on as it is.
    [Theory]
    [InlineData("raw-unknown-method", "nope", "Ljava/lang/String;")]
    [InlineData("raw-wrong-desc", "sayHello", "I")]
    public void Frame_ForAMethodThatIsNotThere_IsReadAsItIs(string name, string method, string descriptor)
    {
        var exchange = Frames.Read(GoldenCase.Get("2.7.23", "errors", name).Request ?? []);
        Assert.Equal((method, descriptor), (exchange.Method, exchange.Signature?.Descriptor));
    }

    // Without a contract the wire's own types count. 2.7.23 answers 20 with null or 40, 3.2.16 answers 40: the callee judges, not we.
    [Theory]
    [InlineData("raw-arg-type-mismatch")]
    [InlineData("raw-null-for-primitive")]
    [InlineData("raw-map-for-pojo")]
    [InlineData("raw-string-for-enum")]
    public void Frame_WithAnArgumentOfAnotherType_IsReadByTheTypesOnTheWire(string name)
    {
        var exchange = Frames.Read(GoldenCase.Get("3.2.16", "errors", name).Request ?? []);
        Assert.True(exchange.Request.RootCount() >= 1);
    }

    // 2.7.23 answers 40 with "expected string at end of file", 3.2.16 does not answer at all; nobody should wait for nothing.
    [Fact]
    public void EmptyBody_IsABadRequestThatSaysWhatIsMissing()
    {
        var golden = GoldenCase.Get("2.7.23", "errors", "raw-empty-body");
        AssertRefused(golden.Request ?? [], 40, "cannot read the dubbo version");
        Assert.Equal(40, golden.Find("status")?.GetInt32());
    }

    // 2.7.23 answers 40 "Unrecognized serialize type from consumer: 9" in Hessian2, 3.2.16 does not answer.
    [Fact]
    public void UnknownSerialization_IsABadRequestThatNamesIt()
    {
        var golden = GoldenCase.Get("2.7.23", "errors", "raw-unknown-serialization-id");
        AssertRefused(golden.Request ?? [], 40, "serialization fst (id 9)");
        Assert.Equal(40, golden.Find("status")?.GetInt32());
    }

    [Fact]
    public void OneWayFrame_IsReadAndNotAnswered()
    {
        var golden = GoldenCase.Get("2.7.23", "errors", "raw-oneway");
        Assert.Null(golden.Response);
        var exchange = Frames.Read(golden.Request ?? []);
        Assert.True(exchange.OneWay);
        Assert.Empty(Frames.Reply(exchange));
    }

    // Real providers neither answer nor close; the gateway refuses at once, as nothing behind such a header can be trusted.
    [Theory]
    [InlineData("raw-declared-length-over-payload", CodecError.OverBudget)]
    [InlineData("raw-negative-length", CodecError.Malformed)]
    [InlineData("raw-not-dubbo-telnet", CodecError.Malformed)]
    [InlineData("raw-http", CodecError.Malformed)]
    public void FrameThatIsNone_IsRefusedByTheScan(string name, CodecError error)
    {
        var bytes = GoldenCase.Get("2.7.23", "errors", name).Request ?? [];
        var limits = FrameLimits.Default with { MaxFrameBytes = 8_388_608 + 16 };
        Assert.Equal(error, Frames.Codec.Scan(new(bytes), limits, out _).Fault.Error);
    }

    [Fact]
    public void GenericFrame_HandMade_IsUnwrapped()
    {
        var exchange = Frames.Read(GoldenCase.Get("2.7.23", "errors", "raw-generic-invoke").Request ?? []);
        Assert.Equal(("addInt", "II", 2), (exchange.Method, exchange.Signature?.Descriptor, exchange.Request.RootCount()));
        Assert.Equal((4, 5), (exchange.Request[0].AsInt32, exchange.Request[1].AsInt32));
    }

    [Theory]
    [InlineData("0132", "cannot read the path")]
    [InlineData("01320161013001789105", "cannot read the parameter descriptor")]
    [InlineData("05322e302e3201610130014e0151", "the parameter descriptor is no run of Java type descriptors")]
    [InlineData("05322e302e3201610130 4e00", "the method is null")]
    [InlineData("05322e302e32 4e 0130 016d 00 4e", "the request names no service")]
    [InlineData("05322e302e32 0161 0130 016d 0149", "args[0]")]
    [InlineData("05322e302e32 0161 0130 016d 0149 91 91", "expected a map")]
    [InlineData("05322e302e32 0161 0130 016d 0149 91 48 0161", "offset")]
    public void BodyThatEndsOrLies_IsABadRequestThatSaysWhere(string body, string what)
    {
        var bytes = Convert.FromHexString(body.Replace(" ", "", StringComparison.Ordinal));
        AssertRefused([0xDA, 0xBB, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, (byte)bytes.Length, .. bytes], 40, what);
    }

    private static void AssertRefused(byte[] frame, int code, string what)
    {
        var exchange = Frames.Request(frame);
        var status = Frames.Codec.OpenRequest(exchange);
        Assert.False(status.IsOk);
        exchange.SetFault(ExchangeStatus.InvalidArgument, status);
        var reply = Frames.Reply(exchange);
        Assert.Equal((code, exchange.CallerHeader.CorrelationId), (Frames.Scan(reply).Status, Frames.Scan(reply).CorrelationId));
        Assert.Contains(what, System.Text.Encoding.UTF8.GetString(reply), StringComparison.Ordinal);
    }
}
