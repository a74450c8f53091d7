using System.Text;
using System.Text.Json;
using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Tests.Generic;

public class GenericCallTests
{
    [Theory]
    [InlineData("true-sayHello", "sayHello", "Ljava/lang/String;")]
    [InlineData("true-addInt", "addInt", "II")]
    [InlineData("true-getUser", "getUser", "J")]
    [InlineData("true-int-array", "echoInts", "[I")]
    [InlineData("true-string-array-jvmname", "echoStrings", "[Ljava/lang/String;")]
    [InlineData("true-saveUser-without-class", "saveUser", "Lcom/example/bridge/User;")]
    [InlineData("true-overload-int", "overload", "I")]
    [InlineData("true-invokeAsync", "sayHello", "Ljava/lang/String;")]
    [InlineData("true-types-null", "sayHello", null)]
    [InlineData("true-null-arg", "saveUser", "Lcom/example/bridge/User;")]
    [InlineData("true-many-cycle", "echoNode", "Lcom/example/bridge/Node;")]
    public void RecordedGenericCall_Read_IsTheOrdinaryCall(string name, string method, string? descriptor)
    {
        foreach (var version in GoldenCase.Versions)
        {
            var golden = GoldenCase.Get(version, "generic", name);
            var exchange = Frames.Read(golden.Request ?? []);
            Assert.Equal((method, descriptor), (exchange.Method, exchange.Signature?.Descriptor));
            Assert.Equal(golden.Find("expected", "args")?[2].GetProperty("items").GetArrayLength() ?? 1, exchange.Request.RootCount());
            Assert.Null(exchange.RequestMetadata.Find("generic"));
        }
    }

    [Fact]
    public void MapWithoutClass_WhereTheCallerNamesOne_BecomesThatObject()
    {
        var tape = Frames.Read(Calls.Frame("generic", "true-saveUser-without-class")).Request;
        Assert.Equal((ValueKind.Object, "com.example.bridge.User"), (tape[0].Kind, tape[0].Type?.Text));
        Assert.Equal("generic", tape.Text(tape.FindField(0, "name"u8)));

        // Without a contract nobody says what class the address has: a map it stays.
        Assert.Equal(ValueKind.Map, tape[tape.FindField(0, "address"u8)].Kind);
    }

    [Fact]
    public void MapWithClass_IsTheObject_AndTheKeyIsGone()
    {
        // A service that knows nothing but GenericService got this one, so the class exists nowhere: the gateway needs none.
        var tape = Frames.Read(Calls.Frame("generic", "generic-impl-pojo-map")).Request;
        Assert.Equal((ValueKind.Object, "com.example.unknown.Thing"), (tape[0].Kind, tape[0].Type?.Text));
        Assert.True(tape.FindField(0, "class"u8) < 0);
        Assert.Equal(1, tape[tape.FindField(0, "a"u8)].AsInt32);
    }

    [Fact]
    public void SharedValuesAndCycles_BothWays_StayShared()
    {
        using var maps = new ValueTape();
        var node = maps.BeginMap();
        maps.AddString("class");
        maps.AddString("com.acme.Node");
        maps.AddString("tags");
        var tags = maps.BeginList();
        maps.AddString("a");
        maps.End();
        maps.AddString("same");
        maps.AddReference(tags);
        maps.AddString("parent");
        maps.AddReference(node);
        maps.End();

        using var objects = new ValueTape();
        Assert.True(Realiser.Copy(maps, 0, objects).IsOk);
        Assert.Equal((ValueKind.Object, "com.acme.Node"), (objects[0].Kind, objects[0].Type?.Text));
        Assert.Equal(0, objects[objects.FindField(0, "parent"u8)].Target);
        Assert.Equal(objects.FindField(0, "tags"u8), objects[objects.FindField(0, "same"u8)].Target);

        using var again = new ValueTape();
        Assert.True(Generaliser.CopyAll(objects, again).IsOk);
        Assert.Equal(TapeText.Of(maps), TapeText.Of(again));
    }

    [Fact]
    public void Scalars_Generalised_AreWhatAGenericCallerKnows()
    {
        using var typed = new ValueTape();
        typed.BeginList(TypeName.Of("java.util.LinkedList"));
        typed.AddText(ValueKind.Enum, "NEW", TypeName.Of("com.acme.Status"));
        typed.AddText(ValueKind.Text, "2024-01-02", TypeName.Of("java.time.LocalDate"));
        typed.BeginArray(TypeName.Of("[com.acme.Status"));
        typed.AddText(ValueKind.Enum, "PAID", TypeName.Of("com.acme.Status"));
        typed.End();
        typed.BeginArray(TypeName.Of("[com.acme.Item"));
        typed.End();
        typed.BeginArray(TypeName.Of("[int"));
        typed.AddInt32(1);
        typed.End();
        typed.BeginList(TypeName.Of("java.util.TreeSet"), isSet: true);
        typed.End();
        typed.End();

        using var general = new ValueTape();
        Assert.True(Generaliser.CopyAll(typed, general).IsOk);
        using var expected = new ValueTape();
        expected.BeginList(TypeName.Of("java.util.ArrayList"));
        expected.AddString("NEW");
        expected.AddString("2024-01-02");
        expected.BeginArray(TypeName.Of("[string"));
        expected.AddString("PAID");
        expected.End();
        expected.BeginArray(TypeName.Of("[object"));
        expected.End();
        expected.BeginArray(TypeName.Of("[int"));
        expected.AddInt32(1);
        expected.End();
        expected.BeginList(TypeName.Of("java.util.HashSet"), isSet: true);
        expected.End();
        expected.End();
        TapeAssert.Equal(expected, general, TapeComparison.Exact, "generalised");
    }

    [Theory]
    [InlineData("true-date-long", ShapeKind.Instant, "java.util.Date", ValueKind.Instant)]
    [InlineData("true-bigdecimal", ShapeKind.Decimal, "java.math.BigDecimal", ValueKind.Decimal)]
    [InlineData("true-localdatetime", ShapeKind.Text, "java.time.LocalDateTime", ValueKind.Text)]
    public void Scalar_UnderAContract_BecomesTheDeclaredKind(string name, ShapeKind declared, string type, ValueKind expected)
    {
        var exchange = Frames.Opened(Calls.Frame("generic", name));
        exchange.Contract = ContractOf(exchange, declared, type);
        Assert.True(Frames.Codec.ReadRequest(exchange).IsOk);
        Assert.Equal(expected, exchange.Request[0].Kind);
    }

    [Fact]
    public void Text_ThatIsNotWhatTheContractDeclares_IsRefusedWithItsPlace()
    {
        var exchange = Frames.Opened(Calls.Frame("generic", "true-sayHello"));
        exchange.Contract = ContractOf(exchange, ShapeKind.Decimal, "java.math.BigDecimal");
        var status = Frames.Codec.ReadRequest(exchange);
        Assert.Equal((CodecError.TypeMismatch, "args[0]"), (status.Error, status.Path));
    }

    [Fact]
    public void UnknownGenericForm_CannotBeTranslated_ButForwarded()
    {
        var exchange = Frames.Opened(Encoding.Latin1.GetBytes(
            Encoding.Latin1.GetString(Calls.Frame("generic", "gson-saveUser")).Replace("\x04gson", "\x04gsom", StringComparison.Ordinal)));
        Assert.True(Frames.Codec.CanForward(exchange));
        var status = Frames.Codec.ReadRequest(exchange);
        Assert.Equal(CodecError.Unsupported, status.Error);
        Assert.Contains("raw.return, bean and gson", status.ToString(), StringComparison.Ordinal);
    }

    // The recorded result of the same method called ordinarily, given to the generic caller, must be what Java's provider gave it.
    [Theory]
    [InlineData("true-saveUser-without-class")]
    [InlineData("true-getUser")]
    [InlineData("true-int-array")]
    [InlineData("true-string-array-jvmname")]
    [InlineData("true-null-result")]
    [InlineData("true-many-cycle")]
    public void Result_ForAGenericCaller_IsGeneralisedAsJavaDoes(string name)
    {
        foreach (var version in GoldenCase.Versions)
        {
            var golden = GoldenCase.Get(version, "generic", name);

            // What a generic call of ours reads is the typed result; what a generic caller gets is the generalised one again.
            var exchange = Frames.Opened(golden.Request ?? []);
            exchange.Signature = null;
            Frames.Answered(exchange, golden.Response ?? []);
            var typed = TapeText.Of(exchange.Reply);
            Assert.DoesNotContain("\"class\"", typed, StringComparison.Ordinal);

            var seen = Frames.Answered(new Exchange { Signature = JavaSignature.None }, Frames.Reply(exchange));
            Assert.Null(new ValueView(seen.Reply).Difference(0, Sorted(golden, seen.Reply), "result"));
        }
    }

    [Fact]
    public void Exception_ForAGenericCaller_IsTheGenericException()
    {
        var exchange = Frames.Opened(Calls.Frame("generic", "true-business-exception"));
        exchange.Status = ExchangeStatus.BusinessException;
        exchange.ExceptionType = TypeName.Of("com.example.bridge.BusinessException");
        exchange.Message = "business failure E1";
        var reply = Frames.Reply(exchange);
        var seen = Frames.Answered(new Exchange { Signature = JavaSignature.None }, reply);
        Assert.Equal("org.apache.dubbo.rpc.service.GenericException", seen.ExceptionType?.Text);
        Assert.Equal("com.example.bridge.BusinessException", seen.Reply.Text(seen.Reply.FindField(0, "exceptionClass"u8)));
        Assert.Equal("business failure E1", seen.Reply.Text(seen.Reply.FindField(0, "exceptionMessage"u8)));

        // The definition of its class is the one that a real provider sends.
        var recorded = GoldenCase.Get("3.2.16", "generic", "generic-impl-exception").Response ?? [];
        var length = "0-org.apache.dubbo.rpc.service.GenericException"u8.Length + 1 + 1 + 21 + 11 + 6 + 14 + 17 + 15;
        Assert.Equal(recorded.AsSpan(17, length).ToArray(), reply.AsSpan(17, length).ToArray());
    }

    [Theory]
    [InlineData("2.7.23", "true-business-exception", "com.example.bridge.BusinessException", "business failure E1")]
    [InlineData("2.7.23", "true-runtime-exception", "java.lang.IllegalStateException", "rt")]
    [InlineData("3.2.16", "true-business-exception", "com.example.bridge.BusinessException", "business failure E1")]
    [InlineData("3.2.16", "generic-impl-exception", "com.example.bridge.BusinessException", "generic fail")]
    public void Exception_OfAGenericCallOfOurs_IsTheServicesOwn(string version, string name, string type, string message)
    {
        // No signature and no contract: the call went through $invoke.
        var exchange = Frames.Answered(new Exchange { Method = "any" }, GoldenCase.Get(version, "generic", name).Response ?? []);
        Assert.Equal((ExchangeStatus.RuntimeException, type, message), (exchange.Status, exchange.ExceptionType?.Text, exchange.Message));
        Assert.Equal(type, exchange.Reply[0].Type?.Text);
    }

    [Fact]
    public void Call_WithoutContractAndTypes_IsSentThroughInvoke()
    {
        var exchange = new Exchange { Method = "sayHello", CalleeService = new("com.example.bridge.DemoService"), RemainingMs = 10_000 };
        exchange.Request.AddString("x");
        var sent = Frames.Request(exchange, Calls.Id);
        var recorded = Calls.Frame("generic", "true-types-null");
        var application = recorded.AsSpan().IndexOf("bridge-demo-consumer"u8);

        // Byte for byte what a Java generic consumer sends, but for its own name.
        Assert.Equal(recorded[16..(application - 1)], sent[16..(application - 1)]);
        Assert.Equal(recorded[(application + 20)..], sent[(application + 10)..]);
    }

    [Fact]
    public void JsonObject_SentThroughInvoke_IsAMapAndComesBackAsOne()
    {
        var exchange = new Exchange { Method = "save", CalleeService = new("com.acme.S") };
        exchange.Request.BeginObject(null);
        exchange.Request.Name(FieldName.Of("sku"));
        exchange.Request.AddString("a");
        exchange.Request.End();
        var got = Frames.Read(Frames.Request(exchange, 1));
        Assert.Equal("save", got.Method);
        Assert.Equal(ValueKind.Map, got.Request[0].Kind);
    }

    private static ServiceContract ContractOf(Exchange exchange, ShapeKind kind, string type)
    {
        var shape = new TypeShape { Kind = kind, JavaType = TypeName.Of(type), JavaDescriptor = JavaDescriptors.ToDescriptor(type) };
        var method = new MethodShape
        {
            Name = exchange.Method,
            Parameters = [new ParameterShape("value", shape)],
            Returns = shape,
            Signature = exchange.Signature ?? JavaSignature.None,
        };
        return new ServiceContract(exchange.Service, [method]);
    }

    /// <summary>Java's HashMap order is not ours: the view's entries in the order of the tape.</summary>
    private static JsonElement Sorted(GoldenCase golden, ValueTape tape) => MapOrder.Of(golden.Find("expected", "result") ?? default, tape);
}
