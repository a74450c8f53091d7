using System.Globalization;
using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Tests.Generic;

/// <summary>Trees of JavaBeanDescriptor. The recorded ones are compared in GoldenGenericTests.</summary>
public class BeanTests
{
    [Fact]
    public void EveryKind_DescribedAndRealised_IsTheSame()
    {
        using var typed = new ValueTape();
        typed.BeginObject(TypeName.Of("com.acme.Order"));
        Field(typed, "flag").AddBool(true);
        Field(typed, "count").AddInt32(-7);
        Field(typed, "id").AddInt64(1L << 40);
        Field(typed, "ratio").AddFloat64(0.5);
        Field(typed, "price").AddText(ValueKind.Decimal, "12.50");
        Field(typed, "huge").AddText(ValueKind.BigInteger, "123456789012345678901");
        Field(typed, "name").AddString("é");
        Field(typed, "at").AddInstant(1_700_000_000_123);
        Field(typed, "day").AddText(ValueKind.Text, "2024-01-02", TypeName.Of("java.time.LocalDate"));
        Field(typed, "type").AddText(ValueKind.Text, "com.acme.Order", TypeName.Of("java.lang.Class"));
        Field(typed, "status").AddText(ValueKind.Enum, "NEW", TypeName.Of("com.acme.Status"));
        Field(typed, "bytes").AddBytes([0, 127, 128, 255]);
        Field(typed, "none").AddNull();
        Field(typed, "ints").BeginArray(TypeName.Of("[int"));
        typed.AddInt32(1);
        typed.End();
        Field(typed, "grid").BeginArray(TypeName.Of("[[int"));
        typed.BeginArray(TypeName.Of("[int"));
        typed.End();
        typed.AddNull();
        typed.End();
        Field(typed, "tags").BeginList(TypeName.Of("java.util.TreeSet"), isSet: true);
        typed.AddString("a");
        typed.End();
        Field(typed, "byId").BeginMap();
        typed.AddInt64(1);
        typed.BeginList(TypeName.Of("java.util.LinkedList"));
        typed.End();
        typed.End();
        typed.End();

        AssertRoundTrip(typed);
    }

    [Fact]
    public void SharedValuesAndCycles_StayShared_AndCachedIntegersAreValues()
    {
        using var typed = new ValueTape();
        var node = typed.BeginObject(TypeName.Of("com.acme.Node"));
        Field(typed, "self").AddReference(node);
        var tags = Field(typed, "tags").BeginList(TypeName.Of("java.util.ArrayList"));
        typed.AddInt32(5);
        typed.AddInt32(5);
        typed.End();
        Field(typed, "same").AddReference(tags);
        typed.End();
        AssertRoundTrip(typed);

        // Java describes one cached Integer once and refers to it: twice the value, no reference to a scalar.
        using var described = new ValueTape();
        Describe(typed, described);
        using var shared = new ValueTape();
        shared.BeginObject(BeanDescriptor.Type);
        shared.Name(BeanDescriptor.PropertiesField);
        shared.BeginMap(BeanDescriptor.PropertiesType);
        shared.AddInt32(0);
        var five = Primitive(shared, "java.lang.Integer", static t => t.AddInt32(5));
        shared.AddInt32(1);
        shared.AddReference(five);
        Close(shared, 5, "int");
        Assert.Equal("([int)array[5, 5]", Realised(shared));
    }

    [Fact]
    public void Contract_TellsBytesShortsAndChars()
    {
        using var typed = new ValueTape();
        typed.AddInt32(7);
        typed.AddString("x");
        using var described = new ValueTape();
        using (var transfer = new TapeTransfer(typed, described))
        {
            BeanDescriber.Copy(in transfer, 0, NamedTypes.Find("short"));
            BeanDescriber.Copy(in transfer, 1, NamedTypes.Find("char"));
        }

        Assert.Equal("java.lang.Short", BeanDescriptor.ClassNameOf(described, 0));
        Assert.Equal("java.lang.Character", BeanDescriptor.ClassNameOf(described, described.Next(0)));
    }

    [Fact]
    public void ObjectWithoutAClass_IsAMapOfTexts()
    {
        using var typed = new ValueTape();
        typed.BeginObject(null);
        Field(typed, "sku").AddInt32(1);
        typed.End();
        using var described = new ValueTape();
        Describe(typed, described);
        Assert.Equal("map{\"sku\": 1}", Realised(described));
    }

    [Theory]
    [InlineData("com.example.Other", 7, "JavaBeanDescriptor objects")]
    [InlineData("org.apache.dubbo.common.beanutil.JavaBeanDescriptor", 0, "none of 1 to 7")]
    [InlineData("org.apache.dubbo.common.beanutil.JavaBeanDescriptor", 8, "none of 1 to 7")]
    [InlineData("org.apache.dubbo.common.beanutil.JavaBeanDescriptor", 2, "needs the property name")]
    [InlineData("com.alibaba.dubbo.common.beanutil.JavaBeanDescriptor", 1, "needs the property name")]
    public void TreeThatIsNone_IsRefused(string type, int kind, string why)
    {
        using var tape = new ValueTape();
        tape.BeginObject(TypeName.Of(type));
        tape.Name(BeanDescriptor.PropertiesField);
        tape.BeginMap();
        Close(tape, kind, "com.acme.X");
        using var into = new ValueTape();
        using var transfer = new TapeTransfer(tape, into);
        BeanRealiser.Copy(in transfer, 0);
        Assert.Equal(CodecError.TypeMismatch, into.Status.Error);
        Assert.Contains(why, into.Status.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(5)]
    public void DescriptorThatHoldsItself_IsRefusedOrACycle_NeverEndless(int kind)
    {
        using var tape = new ValueTape();
        var own = tape.BeginObject(BeanDescriptor.Type);
        tape.Name(BeanDescriptor.PropertiesField);
        tape.BeginMap();
        tape.AddString("value");
        tape.AddReference(own);
        Close(tape, kind, "java.lang.Object");
        using var into = new ValueTape();
        using var transfer = new TapeTransfer(tape, into);
        BeanRealiser.Copy(in transfer, 0);
        Assert.Equal(kind == 6, into.Failed);
    }

    [Theory]
    [InlineData("int", "[int")]
    [InlineData("java.lang.String", "[string")]
    [InlineData("java.lang.Object", "[object")]
    [InlineData("com.acme.Item", "[com.acme.Item")]
    [InlineData("[I", "[[int")]
    [InlineData("[Ljava.lang.String;", "[[string")]
    [InlineData("[[Lcom.acme.Item;", "[[[com.acme.Item")]
    public void ElementOfAnArray_BothWays_IsItsType(string element, string type)
    {
        Assert.Equal(type, BeanArrays.TypeOf(element).Text);
        Assert.Equal(element, BeanArrays.ElementOf(TypeName.Of(type)));
    }

    [Fact]
    public void NullResult_IsTheNullFlag()
    {
        var exchange = Frames.Opened(GoldenCaseOfBean());
        exchange.Reply.AddNull();
        Assert.Equal(0x95, Frames.Reply(exchange)[16]);
    }

    [Fact]
    public void Exception_ForABeanCaller_IsTheGenericException()
    {
        var exchange = Frames.Opened(GoldenCaseOfBean());
        exchange.Status = ExchangeStatus.RuntimeException;
        exchange.ExceptionType = TypeName.Of("com.acme.Oops");
        var seen = Frames.Answered(new Exchange { Signature = JavaSignature.None }, Frames.Reply(exchange));
        Assert.Equal("org.apache.dubbo.rpc.service.GenericException", seen.ExceptionType?.Text);
    }

    private static byte[] GoldenCaseOfBean() => Golden.GoldenCase.Get("2.7.23", "generic", "bean-getUser").Request ?? [];

    private static void AssertRoundTrip(ValueTape typed)
    {
        using var described = new ValueTape();
        Describe(typed, described);
        Assert.Equal(WithoutMarks(TapeText.Of(typed)), WithoutMarks(Realised(described)));
    }

    /// <summary>Token numbers are the tape's own; both tapes were filled alike, so only their order counts.</summary>
    private static string WithoutMarks(string text)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        return System.Text.RegularExpressions.Regex.Replace(text, "#[0-9]+", m =>
            names.TryGetValue(m.Value, out var name) ? name
                : names[m.Value] = "#" + (char)('a' + names.Count));
    }

    private static void Describe(ValueTape typed, ValueTape into)
    {
        using var transfer = new TapeTransfer(typed, into);
        BeanDescriber.Copy(in transfer, 0, null);
        Assert.False(into.Failed, into.Status.ToString());
    }

    private static string Realised(ValueTape described)
    {
        using var into = new ValueTape();
        using var transfer = new TapeTransfer(described, into);
        BeanRealiser.Copy(in transfer, 0);
        Assert.False(into.Failed, into.Status.ToString());
        return TapeText.Of(into);
    }

    private static ValueTape Field(ValueTape tape, string name)
    {
        tape.Name(FieldName.Of(name));
        return tape;
    }

    private static int Primitive(ValueTape tape, string type, Func<ValueTape, int> value)
    {
        var at = tape.BeginObject(BeanDescriptor.Type);
        tape.Name(BeanDescriptor.PropertiesField);
        tape.BeginMap(BeanDescriptor.PropertiesType);
        tape.AddString("value");
        value(tape);
        Close(tape, 6, type);
        return at;
    }

    private static void Close(ValueTape tape, int kind, string className)
    {
        tape.End();
        tape.Name(BeanDescriptor.TypeField);
        tape.AddInt32(kind);
        tape.Name(BeanDescriptor.ClassNameField);
        tape.AddString(className.ToString(CultureInfo.InvariantCulture));
        tape.End();
    }
}
