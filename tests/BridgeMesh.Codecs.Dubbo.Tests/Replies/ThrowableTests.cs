using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Tests.Replies;

public class ThrowableTests
{
    private static readonly TypeName Business = TypeName.Of("com.example.bridge.BusinessException");
    private static readonly TypeName Custom = TypeName.Of("com.example.bridge.BusinessRuntimeException");

    [Theory]
    [InlineData("2.7.23")]
    [InlineData("3.2.16")]
    public void DeclaredException_FromItsFieldsAlone_HasTheClassDefinitionOfARealProvider(string version)
    {
        var exchange = Thrown(ExchangeStatus.BusinessException, Business, "business failure E42");
        exchange.Contract = Contract(Business);
        exchange.Shape = exchange.Contract.Methods[0];
        exchange.Reply.BeginObject(Business);
        exchange.Reply.Name(FieldName.Of("code"));
        exchange.Reply.AddString("E42");
        exchange.Reply.Name(FieldName.Of("severity"));
        exchange.Reply.AddInt32(3);
        exchange.Reply.End();
        var reply = Frames.Reply(exchange);

        var recorded = GoldenCase.Get(version, "semantics", "throw-checked").Response ?? [];
        var definition = Definition(recorded);
        Assert.Equal(definition, Definition(reply));

        var seen = Read(reply);
        Assert.Equal((Business, "business failure E42"), (seen.ExceptionType, seen.Message));
        Assert.Equal("E42", seen.Reply.Text(seen.Reply.FindField(0, "code"u8)));
        AssertDecodable(seen.Reply);
    }

    [Fact]
    public void RecordedException_DeclaredByTheContract_IsABusinessException()
    {
        var recorded = GoldenCase.Get("3.2.16", "semantics", "throw-checked").Response ?? [];
        var exchange = new Exchange { Shape = Contract(Business).Methods[0] };
        Frames.Answered(exchange, recorded);
        Assert.Equal((ExchangeStatus.BusinessException, Business), (exchange.Status, exchange.ExceptionType));
        Assert.True(exchange.MayHaveExecuted);
    }

    [Fact]
    public void UndeclaredException_UnderAContract_IsARuntimeExceptionThatNamesIt()
    {
        var exchange = Thrown(ExchangeStatus.RuntimeException, Custom, "broken");
        exchange.Contract = Contract(Business);
        exchange.Shape = exchange.Contract.Methods[0];
        var seen = Read(Frames.Reply(exchange));
        Assert.Equal("java.lang.RuntimeException", seen.ExceptionType?.Text);
        Assert.Equal("com.example.bridge.BusinessRuntimeException: broken", seen.Message);
        AssertDecodable(seen.Reply);
    }

    /// <summary>Dubbo 3's list decides, whose lines are beginnings of names: it has java.lang.Class, but no ArithmeticException.</summary>
    [Theory]
    [InlineData("java.lang.IllegalStateException", "java.lang.IllegalStateException")]
    [InlineData("java.lang.ClassCastException", "java.lang.ClassCastException")]
    [InlineData("java.lang.ArithmeticException", "java.lang.RuntimeException")]
    [InlineData("java.lang.ArrayIndexOutOfBoundsException", "java.lang.RuntimeException")]
    [InlineData("java.lang.UnsupportedOperationException", "java.lang.RuntimeException")]
    public void ExceptionOfTheJdk_UnderAContract_KeepsItsClassIfDubbo3DecodesIt(string thrown, string written)
    {
        var exchange = Thrown(ExchangeStatus.RuntimeException, TypeName.Of(thrown), "boom");
        exchange.Contract = Contract(Business);
        exchange.Shape = exchange.Contract.Methods[0];
        var seen = Read(Frames.Reply(exchange));
        Assert.Equal((written, thrown == written ? "boom" : thrown + ": boom"), (seen.ExceptionType?.Text, seen.Message));
    }

    [Fact]
    public void Exception_WithoutClass_IsARuntimeException()
    {
        // A Node provider's error is a text alone.
        var exchange = Thrown(ExchangeStatus.RuntimeException, null, "out of stock");
        var seen = Read(Frames.Reply(exchange));
        Assert.Equal(("java.lang.RuntimeException", "out of stock"), (seen.ExceptionType?.Text, seen.Message));
    }

    [Fact]
    public void CauseThatMayNotPass_IsARuntimeExceptionThatNamesIt()
    {
        var exchange = Thrown(ExchangeStatus.BusinessException, Business, "outer");
        exchange.Contract = Contract(Business);
        exchange.Shape = exchange.Contract.Methods[0];
        exchange.Reply.BeginObject(Business);
        exchange.Reply.Name(FieldName.Of("cause"));
        exchange.Reply.BeginObject(Custom);
        exchange.Reply.Name(ThrowableValue.Message);
        exchange.Reply.AddString("inner");
        exchange.Reply.End();
        exchange.Reply.End();
        var seen = Read(Frames.Reply(exchange)).Reply;
        AssertDecodable(seen);
        var cause = ThrowableValue.CauseOf(seen, 0);
        Assert.Equal("java.lang.RuntimeException", seen[cause].Type?.Text);
        Assert.Equal("com.example.bridge.BusinessRuntimeException: inner", ThrowableValue.MessageOf(seen, cause));
        AssertDecodable(seen, cause);
    }

    [Fact]
    public void CauseOfTheJdk_IsKept()
    {
        var recorded = GoldenCase.Get("2.7.23", "semantics", "throw-runtime-custom").Response ?? [];
        var exchange = Frames.Answered(Calls.FromDubbo(), recorded);
        var seen = Read(Frames.Reply(exchange)).Reply;
        var cause = seen.FindField(0, "cause"u8);
        Assert.Equal((ValueKind.Object, "java.lang.IllegalArgumentException"), (seen[cause].Kind, seen[cause].Type?.Text));
        Assert.Equal("root cause", seen.Text(seen.FindField(cause, "detailMessage"u8)));
    }

    [Fact]
    public void TextUnderTheExceptionFlag_OfANodeProvider_IsItsMessage()
    {
        byte[] body = [0x93, 4, .. "oops"u8, (byte)'H', (byte)'Z'];
        var seen = Read([0xDA, 0xBB, 2, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, (byte)body.Length, .. body]);
        Assert.Equal((ExchangeStatus.RuntimeException, null, "oops"), (seen.Status, seen.ExceptionType, seen.Message));
        Assert.Equal(0, seen.Reply.Count);
    }

    [Fact]
    public void StackInTheMessage_OfAWrappedException_IsCutOff()
    {
        var type = TypeName.Of("java.lang.RuntimeException");
        var exchange = Thrown(ExchangeStatus.RuntimeException, type, "a.B: why\n\tat a.B.c(B.java:1)\n");
        Assert.Equal("a.B: why", Read(Frames.Reply(exchange)).Message);
    }

    private static Exchange Thrown(ExchangeStatus status, TypeName? type, string message)
    {
        var exchange = Calls.FromDubbo();
        exchange.Status = status;
        exchange.ExceptionType = type;
        exchange.Message = message;
        exchange.MayHaveExecuted = true;
        return exchange;
    }

    private static Exchange Read(byte[] reply) => Frames.Answered(new Exchange { Signature = JavaSignature.None }, reply);

    /// <summary>What java.lang.Throwable's own fields must be for Java to decode and print it.</summary>
    private static void AssertDecodable(ValueTape tape, int index = 0)
    {
        Assert.Equal(ValueKind.List, tape[tape.FindField(index, "suppressedExceptions"u8)].Kind);
        var stack = tape[tape.FindField(index, "stackTrace"u8)];
        Assert.Equal((ValueKind.Array, "[java.lang.StackTraceElement"), (stack.Kind, stack.Type?.Text));
        var cause = ThrowableValue.CauseOf(tape, index);
        Assert.Equal(cause < 0 ? index : cause, tape.Resolve(tape.FindField(index, "cause"u8)));
        Assert.Equal(ValueKind.String, tape[tape.FindField(index, "detailMessage"u8)].Kind);
    }

    /// <summary>The class definition of a status 20 reply with flag 3: from behind the flag to the instance's mark.</summary>
    private static string Definition(byte[] reply)
    {
        Assert.Equal((0x93, (byte)'C'), (reply[16], reply[17]));
        var end = reply.AsSpan(17).IndexOf((byte)0x60);
        return Convert.ToHexStringLower(reply.AsSpan(17, end));
    }

    private static ServiceContract Contract(TypeName declared) => new(
        new ServiceKey("com.example.bridge.DemoService"),
        [
            new MethodShape
            {
                Name = "sayHello",
                Parameters = [],
                Returns = new() { Kind = ShapeKind.Any, JavaType = TypeName.Of("java.lang.Object"), JavaDescriptor = "Ljava/lang/Object;" },
                Exceptions = [new StructShape(declared, isException: true)],
                Signature = JavaSignature.None,
            },
        ]);
}
