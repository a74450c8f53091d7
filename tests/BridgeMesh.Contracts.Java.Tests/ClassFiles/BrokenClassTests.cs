using BridgeMesh.Contracts.Java.ClassFiles;
using static BridgeMesh.Contracts.Java.Tests.ClassFiles.ClassMaker;

namespace BridgeMesh.Contracts.Java.Tests.ClassFiles;

public class BrokenClassTests
{
    [Fact]
    public void Read_OfAPlainInterface_GivesIt()
    {
        var read = ClassFileReader.Read(new ClassMaker().Interface("com/acme/Order"), out var fault);
        Assert.Null(fault);
        Assert.Equal(("com.acme.Order", 61), (read?.Name, read?.MajorVersion));
        Assert.True(read?.IsInterface);
    }

    [Fact]
    public void Read_OfOtherBytes_NamesTheMagic()
    {
        Assert.Null(ClassFileReader.Read("PK\u0003\u0004 and more"u8.ToArray(), out var fault));
        Assert.Equal(new ClassFault(0, "this is no class file: it begins with 504B0304 instead of CAFEBABE"), fault);
    }

    [Fact]
    public void Read_OfEveryBeginning_IsAFaultInsideIt()
    {
        var whole = Rich();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Null(ClassFileReader.Read(whole.AsMemory(0, length), out var fault));
            Assert.InRange(fault?.Offset ?? -1, 0, length);
        }
    }

    [Fact]
    public void Read_OfBytesBehindTheClass_IsAFault()
    {
        var whole = new ClassMaker().Interface("A");
        Assert.Null(ClassFileReader.Read((byte[])[.. whole, 0, 0], out var fault));
        Assert.Equal(new ClassFault(whole.Length, "2 bytes follow the class"), fault);
    }

    [Fact]
    public void Read_OfALaterVersion_ReadsAndSaysSo()
    {
        var read = ClassFileReader.Read(new ClassMaker { Major = 70 }.Interface("A"), out _);
        Assert.Equal("class version 70.0 is of a later Java than 25: what is new in it is not seen", Assert.Single(read?.Notes ?? []).Message);
    }

    [Fact]
    public void Read_OfALaterVersionWithUnknownConstants_SaysThatThisMayBeWhy()
    {
        var maker = new ClassMaker { Major = 70 };
        maker.Add([21, 0, 0]);
        Assert.Null(ClassFileReader.Read(maker.Interface("A"), out var fault));
        Assert.Equal("constant 1 is of kind 21, which is none; its class version 70.0 is of a later Java than 25, which may be why", fault?.Message);
        Assert.Equal(10, fault?.Offset);
    }

    [Fact]
    public void Read_OfAVersionBeforeJava_IsAFault()
    {
        Assert.Null(ClassFileReader.Read(new ClassMaker { Major = 44 }.Interface("A"), out var fault));
        Assert.Equal(new ClassFault(4, "no Java has class version 44.0"), fault);
    }

    [Fact]
    public void Read_OfAConstantThatNamesItself_IsAFaultAtItsPlace()
    {
        var maker = new ClassMaker();
        maker.Add([7, 0, 1]);
        Assert.Null(ClassFileReader.Read(maker.Interface("A"), out var fault));
        Assert.Equal(new ClassFault(11, "constant 1, a Class, names constant 1, which is a Class and not Utf8"), fault);
    }

    [Fact]
    public void Read_OfAConstantBeyondThePool_IsAFault()
    {
        var maker = new ClassMaker();
        maker.Add([8, 0xFF, 0xFF]);
        Assert.Null(ClassFileReader.Read(maker.Interface("A"), out var fault));
        Assert.Equal("constant 1, a String, names constant 65535, which is outside the 6 there are and not Utf8", fault?.Message);
    }

    [Fact]
    public void Read_OfAnIndexIntoALong_IsAFault()
    {
        var maker = new ClassMaker();
        maker.Add([5, 0, 0, 0, 0, 0, 0, 0, 1]);
        maker.Add([]); // a long takes two indices
        maker.Add([8, 0, 2]);
        Assert.Null(ClassFileReader.Read(maker.Interface("A"), out var fault));
        Assert.Contains("names constant 2, which is half of a number", fault?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0x00 }, 0)]
    [InlineData(new byte[] { 0x41, 0xF0, 0x9F, 0x98, 0x80 }, 1)]
    [InlineData(new byte[] { 0xC3 }, 0)]
    [InlineData(new byte[] { 0xE2, 0x82, 0x41 }, 0)]
    [InlineData(new byte[] { 0x80 }, 0)]
    public void Read_OfTextThatIsNotModifiedUtf8_IsAFaultAtTheByte(byte[] text, int place)
    {
        var maker = new ClassMaker();
        maker.Utf8(text);
        Assert.Null(ClassFileReader.Read(maker.Interface("A"), out var fault));
        Assert.Equal(new ClassFault(13 + place, "a text is not in modified UTF-8"), fault);
    }

    [Fact]
    public void Read_OfAMethodHandleOnAClass_IsAFault()
    {
        var maker = new ClassMaker();
        maker.Handle(6, maker.Class("A"));
        Assert.Null(ClassFileReader.Read(maker.Interface("A"), out var fault));
        Assert.Equal("constant 3 is a method handle of kind 6 on a Class", fault?.Message);
    }

    [Fact]
    public void Read_OfDynamicConstantsThatNeedEachOther_IsAFault()
    {
        var maker = new ClassMaker();
        var handle = maker.Handle(6, maker.Method("A", "boot", "()V"));
        var first = maker.Dynamic(0, maker.NameAndType("x", "I"));
        var second = maker.Dynamic(1, maker.NameAndType("y", "I"));
        maker.Attribute("BootstrapMethods", [0, 2, .. U2(handle), 0, 1, .. U2(second), .. U2(handle), 0, 1, .. U2(first)]);
        Assert.Null(ClassFileReader.Read(maker.Interface("A"), out var fault));
        Assert.Equal($"constant {first} is an argument of its own bootstrap", fault?.Message);
    }

    [Fact]
    public void Read_OfADynamicConstantWithoutBootstrap_IsAFault()
    {
        var maker = new ClassMaker();
        var handle = maker.Handle(6, maker.Method("A", "boot", "()V"));
        var constant = maker.Dynamic(1, maker.NameAndType("x", "I"));
        maker.Attribute("BootstrapMethods", [0, 1, .. U2(handle), 0, 0]);
        Assert.Null(ClassFileReader.Read(maker.Interface("A"), out var fault));
        Assert.Equal($"constant {constant} has a bootstrap method that is not there", fault?.Message);
    }

    [Fact]
    public void Read_OfAnAttributeOfAnotherLength_IsAFault()
    {
        var maker = new ClassMaker();
        maker.Attribute("Deprecated", 1, 2, 3);
        Assert.Null(ClassFileReader.Read(maker.Interface("A"), out var fault));
        Assert.Equal("Deprecated has 3 more bytes than it says", fault?.Message);
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(40, false)]
    [InlineData(20_000, false)]
    public void Read_OfNestedAnnotations_IsBounded(int depth, bool isRead)
    {
        var maker = new ClassMaker();
        var (type, element) = (maker.Utf8("Lcom/acme/A;"), maker.Utf8("value"));
        byte[] opening = [.. U2(type), 0, 1, .. U2(element), (byte)'@'];
        var nested = Enumerable.Repeat(opening, depth).SelectMany(static o => o);
        maker.Attribute("RuntimeVisibleAnnotations", [0, 1, .. nested, .. U2(type), 0, 0]);
        var read = ClassFileReader.Read(maker.Interface("A"), out var fault);
        Assert.Equal(isRead, read is not null);
        Assert.Equal(isRead, fault?.Message != "annotations nested deeper than 32");
    }

    [Fact]
    public void Read_OfASignatureThatIsNone_TakesTheErasedTypesAndSaysSo()
    {
        var maker = new ClassMaker();
        maker.Attribute("Signature", U2(maker.Utf8("<T:Ljava/lang/Object;Lbroken")));
        var read = ClassFileReader.Read(maker.Interface("A"), out _);
        Assert.Equal("java.lang.Object", read?.Super?.Name);
        Assert.StartsWith("its generic signature is none, ", Assert.Single(read?.Notes ?? []).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfTextWithSurrogatesAndNul_GivesTheText()
    {
        var maker = new ClassMaker();

        // U+1F600 as two surrogates of three bytes each, then U+0000 as C0 80. Source: The Java Virtual Machine Specification, section 4.4.7.
        var name = maker.Utf8([0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80, 0xC0, 0x80, 0x41]);
        maker.Attribute("RuntimeVisibleAnnotations", [0, 1, .. U2(maker.Utf8("LA;")), 0, 1, .. U2(maker.Utf8("value")), (byte)'s', .. U2(name)]);
        var read = ClassFileReader.Read(maker.Interface("A"), out _);
        Assert.Equal("\U0001F600\0A", Assert.Single(read?.Annotations ?? []).Find("value")?.Text);
    }

    /// <summary>A class with something of each part.</summary>
    private static byte[] Rich()
    {
        var maker = new ClassMaker();
        var handle = maker.Handle(6, maker.Method("A", "boot", "()V"));
        maker.Add([5, 0, 0, 0, 0, 0, 0, 0, 1]);
        maker.Add([]);
        maker.Dynamic(0, maker.NameAndType("x", "I"));
        maker.Attribute("BootstrapMethods", [0, 1, .. U2(handle), 0, 0]);
        maker.Attribute("RuntimeVisibleAnnotations", [0, 1, .. U2(maker.Utf8("LA;")), 0, 1, .. U2(maker.Utf8("value")), (byte)'[', 0, 0]);
        maker.Attribute("PermittedSubclasses", [0, 1, .. U2(maker.Class("B"))]);
        maker.Attribute("InnerClasses", [0, 1, .. U2(maker.Class("B")), 0, 0, 0, 0, 0, 9]);
        return maker.Interface("A");
    }
}
