using System.Collections.Immutable;
using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Tests.Replies;

public class ReplyTests
{
    // Null, false, 0, 0L, 0.0 and the empty text as providers made with dubbo-remoting send them: without a flag.
    [Theory]
    [InlineData("4e", "null")]
    [InlineData("46", "false")]
    [InlineData("90", "0")]
    [InlineData("e0", "0L")]
    [InlineData("5b", "0d")]
    [InlineData("00", "\"\"")]
    [InlineData("92", "null")]
    [InlineData("95", "null")]
    [InlineData("95485a", "null")]
    [InlineData("95" + "4e", "null")]
    [InlineData("9191", "1")]
    [InlineData("94914e", "1")]
    [InlineData("9491", "1")]
    public void Result_InOddForms_IsRead(string body, string expected)
    {
        var exchange = Frames.Answered(NewCall(), Reply(body));
        Assert.Equal(ExchangeStatus.Ok, exchange.Status);
        Assert.Equal(expected, TapeText.Of(exchange.Reply).Trim());
    }

    [Theory]
    [InlineData("")]
    [InlineData("91")]
    [InlineData("93")]
    [InlineData("94")]
    [InlineData("96")]
    [InlineData("8f")]
    [InlineData("0161")]
    [InlineData("949148")]
    [InlineData("94914805")]
    [InlineData("949143")]
    public void Result_Malformed_IsABrokenCallee(string body)
    {
        var exchange = NewCall();
        exchange.ReplyHeader = Frames.Scan(Reply(body));
        exchange.ReplyFrame = new(Reply(body));
        Assert.False(Frames.Codec.ReadReply(exchange).IsOk);
    }

    [Fact]
    public void VoidMethod_HasNoValue()
    {
        var exchange = NewCall();
        exchange.Shape = Shape("touch", [], new() { Kind = ShapeKind.Void, JavaType = TypeName.Of("void"), JavaDescriptor = "V" });
        Assert.Equal(0, Frames.Answered(exchange, Reply("92")).Reply.Count);
    }

    [Theory]
    [InlineData("2.0.2", true)]
    [InlineData("2.0.99", true)]
    [InlineData("2.0.2.1", true)]
    [InlineData("2.0.1", false)]
    [InlineData("2.0.100", false)]
    [InlineData("2.0.x", false)]
    [InlineData("2.5.3", false)]
    [InlineData("2.6.2", false)]
    [InlineData("3.2.16", false)]
    [InlineData("5.3.0", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Flag_ByTheRequestersVersion_AllowsAttachments(string? version, bool expected) =>
        Assert.Equal(expected, Dubbo.Requests.CallerFlags.SupportsAttachments(version));

    // An untyped value, as JSON brings it, with its fields in another order: the provider must see the bytes of a Java consumer.
    [Theory]
    [InlineData("2.7.23")]
    [InlineData("3.2.16")]
    public void UntypedArgument_UnderAContract_IsTheDeclaredClassAsJavaWritesIt(string version)
    {
        var golden = GoldenCase.Get(version, "collections", "list-3");
        var item = Item();
        var list = new TypeShape
        {
            Kind = ShapeKind.List,
            JavaType = TypeName.Of("java.util.List"),
            JavaDescriptor = "Ljava/util/List;",
            Element = item,
        };
        var recorded = Frames.Opened(golden.Request ?? []);
        var exchange = new Exchange
        {
            Method = "echoItemList",
            CalleeService = recorded.Service,
            Shape = Shape("echoItemList", [new ParameterShape("items", list)], list),
            RemainingMs = recorded.CallerTimeoutMs,
        };
        exchange.Request.BeginList(TypeName.Of("java.util.ArrayList"));
        for (var i = 0; i < 3; i++)
        {
            exchange.Request.BeginObject(null);
            exchange.Request.Name(FieldName.Of("id"));
            exchange.Request.AddInt32(i);
            exchange.Request.Name(FieldName.Of("price"));
            exchange.Request.AddInt64(i * 100);
            exchange.Request.Name(FieldName.Of("sku"));
            exchange.Request.AddString($"sku-{i}");
            exchange.Request.End();
        }

        exchange.Request.End();
        var frame = golden.Request ?? [];
        var attachments = frame.AsSpan().IndexOf("bridge-demo-consumer"u8) - 1;
        Assert.Equal(frame[16..attachments], Frames.Request(exchange, 1)[16..attachments]);
    }

    [Fact]
    public void WrongNumberOfArguments_IsNotSent()
    {
        var exchange = new Exchange { Method = "m", Signature = JavaSignature.Of("II"), CalleeService = new("com.acme.S") };
        exchange.Request.AddInt32(1);
        using var output = new Wire.FrameWriter();
        var status = Frames.Codec.WriteRequest(exchange, 1, output);
        Assert.Equal((CodecError.TypeMismatch, 0), (status.Error, output.Length));
        Assert.Equal("m has 2 parameters, the call has 1 arguments", status.Detail);
    }

    private static TypeShape Item()
    {
        var fields = new StructShape(TypeName.Of("com.example.bridge.Item"), isException: false);
        fields.SetFields(
            [
                new FieldShape(FieldName.Of("id"), Scalar(ShapeKind.Int32, "int", "I")),
                new FieldShape(FieldName.Of("sku"), Scalar(ShapeKind.String, "java.lang.String", "Ljava/lang/String;")),
                new FieldShape(FieldName.Of("price"), Scalar(ShapeKind.Int64, "long", "J")),
            ]);
        return new TypeShape
        {
            Kind = ShapeKind.Struct,
            JavaType = fields.JavaType,
            JavaDescriptor = "Lcom/example/bridge/Item;",
            Struct = fields,
        };
    }

    private static TypeShape Scalar(ShapeKind kind, string type, string descriptor) =>
        new() { Kind = kind, JavaType = TypeName.Of(type), JavaDescriptor = descriptor, Nullable = descriptor[0] == 'L' };

    private static MethodShape Shape(string name, ImmutableArray<ParameterShape> parameters, TypeShape returns) => new()
    {
        Name = name,
        Parameters = parameters,
        Returns = returns,
        Signature = JavaSignature.Of(string.Concat(parameters.Select(p => p.Type.JavaDescriptor))),
    };

    private static Exchange NewCall() => new() { Method = "m", Signature = JavaSignature.None };

    private static byte[] Reply(string body) => Convert.FromHexString($"dabb0214000000000000000{1}{body.Length / 2:x8}{body}");
}
