using BridgeMesh.Contracts.Java.Signatures;

namespace BridgeMesh.Contracts.Java.Tests.Signatures;

public class SignatureParserTests
{
    [Theory]
    [InlineData("Ljava/util/List<Ljava/lang/String;>;", "java.util.List<java.lang.String>")]
    [InlineData("Ljava/util/Map<TK;[Ljava/util/List<+TV;>;>;", "java.util.Map<K, java.util.List<? extends V>[]>")]
    [InlineData("Ljava/util/List<*>;", "java.util.List<?>")]
    [InlineData("Ljava/util/List<-[I>;", "java.util.List<? super int[]>")]
    [InlineData("[[TT;", "T[][]")]
    [InlineData("LA<TT;>.B<TU;>.C;", "A<T>.B<U>.C")]
    [InlineData("Lcom/acme/A$B<TT;>;", "com.acme.A$B<T>")]
    public void Field_OfEachForm_IsReadAsWritten(string signature, string expected)
    {
        Assert.Equal(expected, SignatureParser.Field(signature, out var fault)?.ToString());
        Assert.Empty(fault);
    }

    [Fact]
    public void Class_WithBounds_HasThemInOrder()
    {
        var read = SignatureParser.Class(
            "<T:Ljava/lang/Object;U::Ljava/lang/Comparable<TU;>;:Ljava/io/Serializable;>Lcom/acme/Parent<TT;>;Ljava/util/List<TU;>;", out _);
        Assert.NotNull(read);
        Assert.Equal(
            ["T", "U extends java.lang.Comparable<U> & java.io.Serializable"], read.Parameters.Select(static p => p.ToString()).ToArray());
        Assert.Equal(("com.acme.Parent<T>", "java.util.List<U>"), ($"{read.Super}", $"{Assert.Single(read.Interfaces)}"));
    }

    [Fact]
    public void Method_WithVariablesAndThrows_HasThem()
    {
        var read = SignatureParser.Method("<X:Ljava/lang/Exception;>(ITT;[J)Ljava/util/Set<TX;>;^TX;^Lcom/acme/Failure;", out _);
        Assert.NotNull(read);
        Assert.Equal(["int", "T", "long[]"], read.Parameters.Select(static p => $"{p}").ToArray());
        Assert.Equal(("java.util.Set<X>", "X, com.acme.Failure"), ($"{read.Returns}", string.Join(", ", read.Throws)));
    }

    [Theory]
    [InlineData("", "a type is missing at character 0")]
    [InlineData("I", "a type is missing at character 0")]
    [InlineData("Ljava/lang/String", "a name is missing or has no end at character 11")]
    [InlineData("LA<>;", "a type is missing at character 3")]
    [InlineData("LA<I>;", "a type is missing at character 3")]
    [InlineData("LA;LB;", "the signature ends here, yet there is more at character 3")]
    [InlineData("TT", "a name is missing or has no end at character 1")]
    [InlineData("L;", "a name is missing or has no end at character 1")]
    [InlineData("[V", "a type is missing at character 1")]
    public void Field_OfWhatIsNone_SaysWhere(string signature, string expected)
    {
        Assert.Null(SignatureParser.Field(signature, out var fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void Field_OfEveryBeginning_IsRefused()
    {
        const string Whole = "Ljava/util/Map<TK;[Ljava/util/List<+LA<TV;>.B<*>;>;>;";
        Assert.All(Enumerable.Range(0, Whole.Length), length => Assert.Null(SignatureParser.Field(Whole[..length], out _)));
        Assert.NotNull(SignatureParser.Field(Whole, out _));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("LA<")]
    public void Field_NestedWithoutEnd_IsRefusedByItsDepth(string opening)
    {
        Assert.Null(SignatureParser.Field(string.Concat(Enumerable.Repeat(opening, 20_000)), out var fault));
        Assert.StartsWith("types nested deeper than 64", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("()V", "")]
    [InlineData("(ILjava/lang/String;[[JZ)Ljava/util/List;", "int, java.lang.String, long[][], boolean")]
    public void Method_OfADescriptor_HasErasedTypes(string descriptor, string parameters) =>
        Assert.Equal(parameters, string.Join(", ", DescriptorParser.Method(descriptor)?.Parameters ?? []));

    [Theory]
    [InlineData("")]
    [InlineData("(")]
    [InlineData("()")]
    [InlineData("(V)V")]
    [InlineData("(L;)V")]
    [InlineData("(I)VV")]
    [InlineData("(Ljava.lang.String;)V")]
    public void Method_OfWhatIsNoDescriptor_IsNull(string descriptor) => Assert.Null(DescriptorParser.Method(descriptor));
}
