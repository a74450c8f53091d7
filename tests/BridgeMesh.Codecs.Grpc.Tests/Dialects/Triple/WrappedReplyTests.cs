using System.Buffers;
using BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Tests.Dialects.Triple;

public sealed class WrappedReplyTests
{
    private static readonly TypeName Declared = TypeName.Of("com.acme.OrderException");

    [Fact]
    public void Write_AResult_IsJavasBytes()
    {
        var exchange = Call();
        exchange.Reply.AddString("ab");
        using var output = new FrameWriter();
        Assert.True(WrappedReply.Write(exchange, "hessian4", exchange.Reply, output).IsOk);
        var expected = WrapperBytes.Message((1, "hessian4"), (2, WrapperBytes.Text("ab")), (3, "java.lang.String"));
        Assert.Equal(expected, output.Written.ToArray());
    }

    [Theory]
    [InlineData("026162", "\"ab\"")]
    [InlineData("4E", "null")]
    [InlineData("", "null")]
    public void Read_AResult_IsTheValue(string data, string expected)
    {
        var exchange = Call();
        Assert.True(Read(exchange, 0, Convert.FromHexString(data), "java.lang.String").IsOk);
        Assert.Equal((ExchangeStatus.Ok, expected), (exchange.Status, TapeText.Of(exchange.Reply)));
    }

    [Fact]
    public void Exception_Declared_ComesBackWithClassMessageAndFields()
    {
        var thrown = Call();
        thrown.Status = ExchangeStatus.BusinessException;
        thrown.ExceptionType = Declared;
        thrown.Message = "sold out";
        thrown.Reply.BeginObject(Declared);
        thrown.Reply.Name(FieldName.Of("code"));
        thrown.Reply.AddInt32(7);
        thrown.Reply.End();
        using var output = new FrameWriter();
        Assert.True(WrappedReply.WriteException(thrown, "hessian4", output).IsOk);

        // 3.1 and 3.2 go by the header, 3.3 by the type as well.
        foreach (var code in new[] { WrappedReply.BusinessCode, 0 })
        {
            var caught = Call();
            Assert.True(WrappedReply.Read(new ReadOnlySequence<byte>(output.WrittenMemory), code, caught, caught.Reply).IsOk);
            Assert.Equal((ExchangeStatus.BusinessException, Declared, "sold out"), (caught.Status, caught.ExceptionType, caught.Message));
            Assert.Equal(7, caught.Reply[caught.Reply.FindField(0, "code"u8)].AsInt32);
            Assert.True(caught.MayHaveExecuted);
        }
    }

    [Fact]
    public void Exception_Undeclared_IsARuntimeExceptionThatNamesItsClass()
    {
        var thrown = Call();
        thrown.Status = ExchangeStatus.RuntimeException;
        thrown.ExceptionType = TypeName.Of("com.acme.Secret");
        thrown.Message = "broken";
        using var output = new FrameWriter();
        Assert.True(WrappedReply.WriteException(thrown, "hessian4", output).IsOk);
        var caught = Call();
        WrappedReply.Read(new ReadOnlySequence<byte>(output.WrittenMemory), WrappedReply.BusinessCode, caught, caught.Reply);
        Assert.Equal(("java.lang.RuntimeException", "com.acme.Secret: broken"), (caught.ExceptionType?.Text, caught.Message));
    }

    [Theory]
    [InlineData(4, ExchangeStatus.DeadlineExceeded)]
    [InlineData(7, ExchangeStatus.PermissionDenied)]
    [InlineData(14, ExchangeStatus.Unavailable)]
    [InlineData(3, ExchangeStatus.RuntimeException)]
    public void Exception_OfDubbosOwn_IsTheStatusOfItsCode(int code, ExchangeStatus expected)
    {
        var type = TypeName.Of("org.apache.dubbo.rpc.RpcException");
        var own = new Exchange { Status = ExchangeStatus.RuntimeException, ExceptionType = type, Message = "no" };
        own.Reply.BeginObject(own.ExceptionType);
        own.Reply.Name(ThrowableValue.StackTrace);
        own.Reply.BeginArray(TypeName.Of("[java.lang.StackTraceElement"));
        own.Reply.End();
        own.Reply.End();
        using var output = new FrameWriter();
        Assert.True(WrappedReply.WriteException(own, "hessian4", output).IsOk);
        var caught = Call();
        WrappedReply.Read(new ReadOnlySequence<byte>(output.WrittenMemory), code, caught, caught.Reply);
        Assert.Equal((expected, "no"), (caught.Status, caught.Message));
    }

    [Theory]
    [InlineData("08")]
    [InlineData("0AFF")]
    [InlineData("120178")]
    [InlineData("0A0868657373696134120152")]
    public void Read_BytesThatAreNoReply_IsAFault(string hex)
    {
        var exchange = Call();
        Assert.False(WrappedReply.Read(new ReadOnlySequence<byte>(Convert.FromHexString(hex)), 0, exchange, exchange.Reply).IsOk);
    }

    private static CodecStatus Read(Exchange exchange, int code, byte[] data, string type) => WrappedReply.Read(
        new ReadOnlySequence<byte>(WrapperBytes.Message((1, "hessian2"), (2, data), (3, type))), code, exchange, exchange.Reply);

    private static Exchange Call()
    {
        var text = Type(ShapeKind.String, "java.lang.String");
        var number = Type(ShapeKind.Int32, "int");
        var exception = new StructShape(Declared, isException: true);
        exception.SetFields([new FieldShape(FieldName.Of("code"), number)]);
        var shape = new MethodShape
        {
            Name = "get",
            Signature = JavaSignature.Of("Ljava/lang/String;"),
            Parameters = [new ParameterShape("id", text)],
            Returns = text,
            Exceptions = [exception],
        };
        return new Exchange { Method = "get", Shape = shape, Contract = new ServiceContract(new ServiceKey("com.acme.Shop"), [shape]) };
    }

    private static TypeShape Type(ShapeKind kind, string name) =>
        new() { Kind = kind, JavaType = TypeName.Of(name), JavaDescriptor = JavaDescriptors.ToDescriptor(name) };
}
