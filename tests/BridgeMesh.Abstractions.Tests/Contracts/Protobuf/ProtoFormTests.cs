using BridgeMesh.Values;

namespace BridgeMesh.Contracts;

public class ProtoFormTests
{
    private static readonly TypeShape Int = Of(ShapeKind.Int32, "int", nullable: false);
    private static readonly TypeShape Text = Of(ShapeKind.String, "java.lang.String");

    [Fact]
    public void FieldsOf_WithoutNumbers_CountsInTheOrderDeclared()
    {
        var message = new StructShape(TypeName.Of("a.B"), isException: false);
        message.SetFields([Field("x", Int), Field("y", Text), Field("z", Text)]);
        var fields = ProtoForm.FieldsOf(message);
        Assert.Equal([1, 2, 3], fields.Select(f => f.Number));
        Assert.Equal([ProtoPresence.Implicit, ProtoPresence.Explicit, ProtoPresence.Explicit], fields.Select(f => f.Presence));
    }

    [Fact]
    public void FieldsOf_WithSomeNumbers_FillsTheGaps()
    {
        var message = new StructShape(TypeName.Of("a.B"), isException: false);
        message.SetFields([Field("x", Int), Field("y", Text, 1), Field("z", Text), Field("w", Text, 3)]);
        Assert.Equal([2, 1, 4, 3], ProtoForm.FieldsOf(message).Select(f => f.Number));
    }

    [Fact]
    public void Canonical_OfAMethod_HasOneMessageEachWay()
    {
        var order = new TypeShape
        {
            Kind = ShapeKind.Struct,
            JavaType = TypeName.Of("a.Order"),
            JavaDescriptor = "La/Order;",
            Struct = new StructShape(TypeName.Of("a.Order"), isException: false),
        };
        var place = Method("place", order, new ParameterShape("order", order)).Proto;
        Assert.Equal(ProtoBody.Whole, place.RequestForm);
        Assert.Same(order, place.Request);
        Assert.Equal(ProtoBody.Whole, place.ResponseForm);

        var find = Method("find", Int, new ParameterShape("a", Text), new ParameterShape("b", Int)).Proto;
        Assert.Equal(ProtoBody.Fields, find.RequestForm);
        Assert.Equal(["a", "b"], find.Request.Struct!.Fields.Select(f => f.Name.Text));
        Assert.Equal("FindRequest", find.Request.Struct!.Proto!.FullName);
        Assert.Equal(ProtoBody.Fields, find.ResponseForm);

        var ping = Method("ping", Of(ShapeKind.Void, "void")).Proto;
        Assert.Equal((ProtoBody.Empty, ProtoBody.Empty), (ping.RequestForm, ping.ResponseForm));
    }

    [Fact]
    public void FindNumber_WithAliases_GivesTheFirst()
    {
        var shape = new EnumShape(TypeName.Of("a.E"), ["A", "B", "C", "D"]) { Proto = new ProtoEnum("a.E", [0, 5, 5, -1], IsClosed: false) };
        Assert.Equal([0, 1, 3, -1], new[] { 0, 5, -1, 3 }.Select(shape.FindNumber));
        Assert.Equal(5, shape.NumberOf(2));
        Assert.Equal(2, new EnumShape(TypeName.Of("a.E"), ["A", "B", "C"]).FindNumber(2));
    }

    private static FieldShape Field(string name, TypeShape type, int number = 0) =>
        new(FieldName.Of(name), type) { Proto = number == 0 ? null : new ProtoField(number) };

    private static MethodShape Method(string name, TypeShape returns, params ParameterShape[] parameters) =>
        new() { Name = name, Parameters = [.. parameters], Returns = returns, Signature = JavaSignature.None };

    private static TypeShape Of(ShapeKind kind, string java, bool nullable = true) =>
        new() { Kind = kind, JavaType = TypeName.Of(java), JavaDescriptor = JavaDescriptors.ToDescriptor(java), Nullable = nullable };
}
