using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Contracts;

public class ServiceContractTests
{
    private static readonly TypeShape Void = new() { Kind = ShapeKind.Void, JavaType = TypeName.Of("void"), JavaDescriptor = "V" };

    private static readonly ServiceContract Contract = new(
        new ServiceKey("com.acme.Shop"),
        [
            Method("find", "int"), Method("find", "long"), Method("find", "java.lang.String"), Method("find", "int", "int"),
            Method("place", "com.acme.Order"),
        ]);

    [Theory]
    [InlineData("I")]
    [InlineData("J")]
    [InlineData("Ljava/lang/String;")]
    [InlineData("II")]
    public void Find_ExactSignatureAmongOverloads_IsThatOverload(string descriptor) =>
        Assert.Equal(descriptor, Contract.Find("find", JavaSignature.Of(descriptor))!.Signature.Descriptor);

    [Fact]
    public void Find_LooseSignatureOfUniqueArity_SelectsByArity()
    {
        Assert.Equal("II", Contract.Find("find", JavaSignature.Of("JJ"))!.Signature.Descriptor);
        Assert.Equal("place", Contract.Find("place", JavaSignature.Of("Ljava/util/Map;"))!.Name);
    }

    [Fact]
    public void Find_LooseSignatureOfSharedArity_IsAmbiguous() => Assert.Null(Contract.Find("find", JavaSignature.Of("D")));

    [Theory]
    [InlineData("java.lang.Long", "J")]
    [InlineData("java.lang.Integer", "I")]
    [InlineData("java.lang.CharSequence", "Ljava/lang/String;")]
    [InlineData("java.lang.Object", null)]
    [InlineData("java.lang.Double", null)]
    [InlineData("boolean", null)]
    [InlineData("java.util.HashMap", null)]
    public void Find_LooseTypesAmongOverloads_SelectTheOneThatFitsBest(string typeName, string? descriptor) =>
        Assert.Equal(descriptor, Contract.Find("find", JavaSignature.OfTypeNames([typeName]))?.Signature.Descriptor);

    [Theory]
    [InlineData("find", "Z", "find is ambiguous or not there for (boolean); there are find(int p0); find(long p0); ")]
    [InlineData("find", "III", "find takes no (int, int, int); there are find(int p0); ")]
    [InlineData("find", null, "find has overloads and the call names no types; there are find(int p0); ")]
    [InlineData("place", "", "place takes no (); there is place(com.acme.Order p0)")]
    [InlineData("gone", "", null)]
    public void Explain_WhatFindRefuses_ListsTheSignatures(string method, string? descriptor, string? start)
    {
        var why = Contract.Explain(method, descriptor is null ? null : JavaSignature.Of(descriptor));
        Assert.StartsWith(start ?? "", why ?? "", StringComparison.Ordinal);
        Assert.Equal(start is null, why is null);
    }

    [Fact]
    public void Find_WithoutSignature_NeedsASingleMethod()
    {
        Assert.Null(Contract.Find("find", null));
        Assert.Equal("place", Contract.Find("place", null)!.Name);
        Assert.Null(Contract.Find("gone", null));
    }

    [Fact]
    public void Find_MalformedSignature_DoesNotSelectByArity() => Assert.Null(Contract.Find("place", JavaSignature.Of("IL;")));

    [Fact]
    public void Overloads_ByName_AreInOrderOrEmpty()
    {
        Assert.Equal(4, Contract.Overloads("find").Length);
        Assert.Empty(Contract.Overloads("Find"));
    }

    [Fact]
    public void Struct_FieldsByTextAndBytes_Agree()
    {
        var shape = new StructShape(TypeName.Of("com.acme.Order"), isException: false);
        shape.SetFields([new(FieldName.Of("id"), Void), new(FieldName.Of("größe"), Void), new(FieldName.Of("id"), Void)]);
        Assert.Equal(0, shape.Find("id"));
        Assert.Equal(0, shape.Find("id"u8));
        Assert.Equal(1, shape.Find("größe"));
        Assert.Equal(1, shape.Find("größe"u8));
        Assert.Equal(-1, shape.Find("no"));
        Assert.Equal(-1, shape.Find("no"u8));
    }

    private static MethodShape Method(string name, params string[] types) => new()
    {
        Name = name,
        Parameters = [.. types.Select((t, i) => new ParameterShape($"p{i}", Shape(t)))],
        Returns = Void,
        Signature = JavaSignature.OfTypeNames(types),
    };

    private static TypeShape Shape(string type) => new()
    {
        Kind = type switch
        {
            "int" => ShapeKind.Int32,
            "long" => ShapeKind.Int64,
            "java.lang.String" => ShapeKind.String,
            _ => ShapeKind.Struct,
        },
        JavaType = TypeName.Of(type),
        JavaDescriptor = JavaDescriptors.ToDescriptor(type),
    };
}
