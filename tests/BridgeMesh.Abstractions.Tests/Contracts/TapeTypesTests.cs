
using BridgeMesh.Values;

namespace BridgeMesh.Contracts;

public sealed class TapeTypesTests
{
    [Theory]
    [InlineData(ShapeKind.Int32, "int", null)]
    [InlineData(ShapeKind.String, "java.lang.String", null)]
    [InlineData(ShapeKind.Struct, "com.acme.Order", "com.acme.Order")]
    [InlineData(ShapeKind.Text, "java.time.LocalDate", "java.time.LocalDate")]
    [InlineData(ShapeKind.List, "java.util.List", null)]
    [InlineData(ShapeKind.List, "java.util.LinkedList", "java.util.LinkedList")]
    [InlineData(ShapeKind.Map, "java.util.SortedMap", "java.util.TreeMap")]
    [InlineData(ShapeKind.List, "java.util.Queue", "java.util.LinkedList")]
    [InlineData(ShapeKind.List, "java.util.concurrent.BlockingQueue", "java.util.concurrent.LinkedBlockingDeque")]
    [InlineData(ShapeKind.List, "java.lang.Object", null)]
    [InlineData(ShapeKind.Map, "java.util.AbstractMap", null)]
    [InlineData(ShapeKind.Map, "java.util.concurrent.ConcurrentNavigableMap", "java.util.concurrent.ConcurrentSkipListMap")]
    [InlineData(ShapeKind.Instant, "java.util.Date", null)]
    [InlineData(ShapeKind.Instant, "java.sql.Timestamp", "java.sql.Timestamp")]
    public void TapeType_Shape_IsNamedWhereTheKindSaysTooLittle(ShapeKind kind, string javaType, string? expected) =>
        Assert.Equal(expected, Shape(kind, javaType).TapeType?.Text);

    [Theory]
    [InlineData(ShapeKind.Int32, "int", "[int")]
    [InlineData(ShapeKind.String, "java.lang.String", "[string")]
    [InlineData(ShapeKind.Any, "java.lang.Object", "[object")]
    [InlineData(ShapeKind.Struct, "com.acme.Item", "[com.acme.Item")]
    [InlineData(ShapeKind.Bytes, "[B", "[[byte")]
    public void TapeType_Array_IsInHessiansForm(ShapeKind element, string javaType, string expected) =>
        Assert.Equal(expected, ArrayOf(Shape(element, javaType)).TapeType?.Text);

    [Fact]
    public void TapeType_NestedArray_HasTwoBrackets() => Assert.Equal("[[int", ArrayOf(ArrayOf(Shape(ShapeKind.Int32, "int"))).TapeType?.Text);

    [Fact]
    public void Narrow_DeclaredSubclass_IsFoundByName()
    {
        var catalog = new SubtypeCatalog();
        var animal = new TypeShape
        {
            Kind = ShapeKind.Struct,
            JavaType = TypeName.Of("com.acme.Animal"),
            JavaDescriptor = "Lcom/acme/Animal;",
            Subtypes = catalog,
        };
        var cat = Shape(ShapeKind.Struct, "com.acme.Cat");
        catalog.SetTypes([cat]);
        Assert.Same(cat, animal.Narrow("com.acme.Cat"u8));
        Assert.Same(animal, animal.Narrow("com.acme.Animal"u8));
        Assert.Null(animal.Narrow("com.acme.Dog"u8));
        Assert.Null(cat.Narrow("com.acme.Animal"u8));
    }

    private static TypeShape ArrayOf(TypeShape element) =>
        new() { Kind = ShapeKind.Array, JavaType = TypeName.Of("[?"), JavaDescriptor = "[?", Element = element };

    private static TypeShape Shape(ShapeKind kind, string javaType) =>
        new() { Kind = kind, JavaType = TypeName.Of(javaType), JavaDescriptor = "?" };
}
