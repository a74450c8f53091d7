using System.Buffers;
using BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Tests.Dialects.Triple;

public sealed class WrappedRequestTests
{
    private const string Service = "com.acme.Shop";

    /// <summary>add(int 5, String "ab") as Java writes it: 0x95 is Hessian's 5, 0x02 the length of the text.</summary>
    private static readonly byte[] Add = WrapperBytes.Message(
        (1, "hessian4"), (2, new byte[] { 0x95 }), (2, WrapperBytes.Text("ab")), (3, "int"), (3, "java.lang.String"));

    [Fact]
    public void Write_ArgumentsOfADeclaredMethod_AreTheWrappersFields()
    {
        var exchange = Call("find", "ILjava/lang/String;");
        exchange.Request.AddInt32(5);
        exchange.Request.AddString("ab");
        using var output = new FrameWriter();
        Assert.True(WrappedRequest.Write(exchange, exchange.Request, output).IsOk);
        Assert.Equal(Add, output.Written.ToArray());
    }

    [Fact]
    public void Read_EverySplit_GivesTheArgumentsAndTheOverload()
    {
        for (var at = 0; at <= Add.Length; at++)
        {
            var exchange = Call("find", null);
            Assert.Equal("5, \"ab\"", Read(exchange, SegmentedBytes.SplitAt(Add, at)));
            Assert.Equal("ILjava/lang/String;", exchange.Shape?.Signature.Descriptor);
        }
    }

    [Fact]
    public void Read_WithoutAContract_TakesTheTypesFromTheWire()
    {
        var exchange = new Exchange { Method = "anything" };
        Assert.Equal("5, \"ab\"", Read(exchange, new ReadOnlySequence<byte>(Add)));
        Assert.Equal("ILjava/lang/String;", exchange.Signature?.Descriptor);
    }

    [Theory]
    [InlineData("int", "I")]
    [InlineData("long", "J")]
    [InlineData("[I", "[I")]
    [InlineData("[Ljava.lang.String;", "[Ljava/lang/String;")]
    public void Read_AnOverload_IsChosenByItsTypes(string type, string descriptor)
    {
        var exchange = Call("find", null);
        var argument = type[0] == '[' ? new byte[] { (byte)'N' } : [0x95];
        Read(exchange, new ReadOnlySequence<byte>(WrapperBytes.Message((1, "hessian2"), (2, argument), (3, type))));
        Assert.Equal(descriptor, exchange.Shape?.Signature.Descriptor);
    }

    [Fact]
    public void Read_AnOverloadThatIsNotThere_LeavesTheRefusalToThePipeline()
    {
        var exchange = Call("find", null);
        Assert.Equal("null", Read(exchange, Of((1, "hessian4"), (2, "N"), (3, "com.acme.Other"))));
        Assert.Null(exchange.Shape);
    }

    [Fact]
    public void Read_AnotherSerialization_IsRefusedByName()
    {
        var exchange = Call("find", null);
        var message = Of((1, "fastjson2"), (2, new byte[] { 1 }), (3, "int"));
        Assert.True(RequestWrapper.TryOpen(message, exchange, out var wrapper));
        var status = WrappedRequest.Read(message, wrapper, exchange, exchange.Request);
        Assert.Equal(CodecError.Unsupported, status.Error);
        Assert.Contains("fastjson2", status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_AValueSharedByArguments_IsWrittenInBoth()
    {
        var exchange = Call("both", "Ljava/util/List;Ljava/util/List;");
        var list = exchange.Request.BeginList();
        exchange.Request.AddInt32(1);
        exchange.Request.End();
        exchange.Request.AddReference(list);
        using var output = new FrameWriter();
        Assert.True(WrappedRequest.Write(exchange, exchange.Request, output).IsOk);

        var read = Call("both", null);
        var text = Read(read, new ReadOnlySequence<byte>(output.WrittenMemory));
        Assert.Equal("[1], [1]", text.Replace("(java.util.ArrayList)", string.Empty, StringComparison.Ordinal));
    }

    [Fact]
    public void Write_AWrongNumberOfArguments_IsRefused()
    {
        var exchange = Call("find", "ILjava/lang/String;");
        exchange.Request.AddInt32(5);
        using var output = new FrameWriter();
        Assert.Equal(CodecError.TypeMismatch, WrappedRequest.Write(exchange, exchange.Request, output).Error);
    }

    /// <summary>Requests of callers that speak protobuf come under the same content type.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("0A03616263")]
    [InlineData("0805")]
    [InlineData("0A0868657373")]
    [InlineData("0A0868657373696134")]
    public void TryOpen_AProtobufMessage_IsNoWrapper(string hex) =>
        Assert.False(RequestWrapper.TryOpen(new ReadOnlySequence<byte>(Convert.FromHexString(hex)), Call("greet", null), out _));

    [Fact]
    public void TryOpen_ATextThatIsTheNameOfASerialization_IsNoWrapperWhereTheMethodTakesOne()
    {
        var message = Of((1, "hessian4"));
        Assert.False(RequestWrapper.TryOpen(message, Call("greet", null), out _));
        Assert.True(RequestWrapper.TryOpen(message, Call("nothing", null), out var wrapper));
        Assert.Empty(wrapper.Arguments);
    }

    [Fact]
    public void TryOpen_BrokenBytes_NeverThrowsNorReadsPastTheEnd()
    {
        var random = new Random(20260729);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Add.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var message = new ReadOnlySequence<byte>(bytes.AsMemory(0, random.Next(bytes.Length + 1)));
            var exchange = Call("find", null);
            if (RequestWrapper.TryOpen(message, exchange, out var wrapper))
            {
                _ = WrappedRequest.Read(message, wrapper, exchange, exchange.Request);
                Assert.All(wrapper.Arguments, a => Assert.InRange(a.Offset + a.Length, 0, (int)message.Length));
            }
        }
    }

    [Fact]
    public void TryOpen_MoreArgumentsThanJavaHas_IsNoWrapper()
    {
        var fields = new List<(int, object)> { (1, "hessian4") };
        for (var i = 0; i < 256; i++)
        {
            fields.Add((2, new byte[] { (byte)'N' }));
            fields.Add((3, "int"));
        }

        Assert.False(RequestWrapper.TryOpen(Of([.. fields]), new Exchange { Method = "m" }, out _));
    }

    private static string Read(Exchange exchange, ReadOnlySequence<byte> message)
    {
        Assert.True(RequestWrapper.TryOpen(message, exchange, out var wrapper));
        var status = WrappedRequest.Read(message, wrapper, exchange, exchange.Request);
        Assert.True(status.IsOk, status.ToString());
        return TapeText.Of(exchange.Request);
    }

    private static ReadOnlySequence<byte> Of(params (int Field, object Value)[] fields) => new(WrapperBytes.Message(fields));

    private static Exchange Call(string method, string? descriptor)
    {
        var contract = new ServiceContract(
            new ServiceKey(Service),
            [
                Method("find", "I"), Method("find", "J"), Method("find", "[I"), Method("find", "[Ljava/lang/String;"),
                Method("find", "ILjava/lang/String;"), Method("both", "Ljava/util/List;Ljava/util/List;"),
                Method("greet", "Ljava/lang/String;"), Method("nothing", string.Empty),
            ]);
        var exchange = new Exchange { Method = method, Contract = contract };
        exchange.Shape = descriptor is null ? null : contract.Find(method, JavaSignature.Of(descriptor));
        return exchange;
    }

    private static MethodShape Method(string name, string descriptor)
    {
        var signature = JavaSignature.Of(descriptor);
        return new MethodShape
        {
            Name = name,
            Signature = signature,
            Parameters = [.. signature.TypeNames.Select(static (t, i) => new ParameterShape($"p{i}", Type(t)))],
            Returns = Type("void"),
        };
    }

    private static TypeShape Type(string name) => new()
    {
        Kind = name switch
        {
            "int" => ShapeKind.Int32,
            "long" => ShapeKind.Int64,
            "java.lang.String" => ShapeKind.String,
            "java.util.List" => ShapeKind.List,
            "void" => ShapeKind.Void,
            _ => ShapeKind.Array,
        },
        JavaType = TypeName.Of(name),
        JavaDescriptor = JavaDescriptors.ToDescriptor(name),
        Nullable = name is not ("int" or "long" or "void"),
    };
}
