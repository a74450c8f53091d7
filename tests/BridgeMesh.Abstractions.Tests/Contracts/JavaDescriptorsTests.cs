namespace BridgeMesh.Contracts;

public class JavaDescriptorsTests
{
    [Theory]
    [InlineData("boolean", "Z")]
    [InlineData("byte", "B")]
    [InlineData("char", "C")]
    [InlineData("short", "S")]
    [InlineData("int", "I")]
    [InlineData("long", "J")]
    [InlineData("float", "F")]
    [InlineData("double", "D")]
    [InlineData("void", "V")]
    [InlineData("java.lang.String", "Ljava/lang/String;")]
    [InlineData("[I", "[I")]
    [InlineData("[[J", "[[J")]
    [InlineData("[Lcom.acme.Order$Item;", "[Lcom/acme/Order$Item;")]
    public void ClassGetName_ThereAndBack_IsTheSame(string typeName, string descriptor)
    {
        Assert.Equal(descriptor, JavaDescriptors.ToDescriptor(typeName));
        Assert.Equal([typeName], JavaDescriptors.ToTypeNames(descriptor, out var wellFormed).ToArray());
        Assert.True(wellFormed);
    }

    [Theory]
    [InlineData("int[]", "[I")]
    [InlineData("java.lang.String[][]", "[[Ljava/lang/String;")]
    public void SourceForm_OfArray_BecomesDescriptor(string typeName, string descriptor) =>
        Assert.Equal(descriptor, JavaDescriptors.ToDescriptor(typeName));

    [Fact]
    public void Run_OfDescriptors_IsTakenApart() =>
        Assert.Equal(
            ["java.lang.String", "int", "[[Lcom.acme.A;", "[B", "double"],
            JavaDescriptors.ToTypeNames("Ljava/lang/String;I[[Lcom/acme/A;[BD", out _).ToArray());

    [Theory]
    [InlineData("X", 0)]
    [InlineData("I[", 1)]
    [InlineData("Ljava/lang/String", 0)]
    [InlineData("IJL;", 2)]
    [InlineData("[[", 0)]
    [InlineData("La[b;", 0)]
    public void Malformed_Run_StopsAtThePlace(string descriptors, int names)
    {
        Assert.Equal(names, JavaDescriptors.ToTypeNames(descriptors, out var wellFormed).Length);
        Assert.False(wellFormed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("a;Lb")]
    [InlineData("[")]
    [InlineData("[X")]
    [InlineData("[I[J")]
    public void NameOfNoType_Signature_IsNotWellFormed(string typeName)
    {
        Assert.False(JavaSignature.OfTypeNames([typeName]).WellFormed);
        Assert.False(JavaSignature.OfTypeNames(["int", typeName]).WellFormed);
    }

    [Fact]
    public void MillionDimensions_OfAPeer_AreNotRecursedInto()
    {
        var name = "int" + string.Concat(Enumerable.Repeat("[]", 1_000_000));
        Assert.Equal(1_000_001, JavaDescriptors.ToDescriptor(name).Length);
    }

    [Fact]
    public void Signature_OfSameDescriptor_IsShared()
    {
        var signature = JavaSignature.Of("Ljava/lang/String;I");
        Assert.Same(signature, JavaSignature.OfTypeNames(["java.lang.String", "int"]));
        Assert.Same(signature, JavaSignature.Of("Ljava/lang/String;I"u8));
        Assert.Equal(["java.lang.String", "int"], signature.TypeNames.ToArray());
        Assert.Empty(JavaSignature.None.TypeNames);
        Assert.True(JavaSignature.None.WellFormed);
    }
}
