namespace BridgeMesh.Values;

public class NamesTests
{
    [Fact]
    public void FieldName_OfTextAndBytes_IsOneObjectInAllForms()
    {
        var name = FieldName.Of("größe\"");
        Assert.Same(name, FieldName.Of("größe\""u8));
        Assert.True(name.Utf8.SequenceEqual("größe\""u8));
        Assert.Equal("größe\\\"", name.Json.ToString());
        Assert.Equal("größe\"", name.ToString());
    }

    [Fact]
    public void FieldName_WithLoneSurrogate_DoesNotThrowAndKeepsIt()
    {
        var name = FieldName.Of("a\uD800");
        Assert.Equal("a\uD800", name.Text);
        Assert.Same(name, FieldName.Of(name.Utf8));
        Assert.Equal("a\uFFFD", name.Json.ToString());
        Assert.NotSame(name, FieldName.Of("a\uD801"));
    }

    [Fact]
    public void TypeName_OfTextAndBytes_IsOneObject()
    {
        var type = TypeName.Of("[Lcom.acme.Order;");
        Assert.Same(type, TypeName.Of("[Lcom.acme.Order;"u8));
        Assert.Equal("[Lcom.acme.Order;", type.Text);
    }

    [Fact]
    public void SharedText_OfSameBytes_IsOneString()
    {
        Assert.Same(SharedText.Of("com.acme.OrderService"u8), SharedText.Of("com.acme.OrderService"u8));
        Assert.Same(string.Empty, SharedText.Of([]));
    }

    [Fact]
    public void Names_ThatTheInternerDoesNotKeep_AreStillEqual()
    {
        // Too long to be kept; names past the interner's capacity are alike.
        var text = new string('x', 600);
        Assert.NotSame(FieldName.Of(text), FieldName.Of(text));
        Assert.True(FieldName.Of(text) == FieldName.Of(FieldName.Of(text).Utf8));
        Assert.Equal(TypeName.Of(text), TypeName.Of(TypeName.Of(text).Utf8));
        Assert.Equal(TypeName.Of(text).GetHashCode(), TypeName.Of(text).GetHashCode());
        Assert.True(TypeName.Of(text) != TypeName.Of(text + "y"));
        Assert.False(TypeName.Of(text) == null);
    }
}
