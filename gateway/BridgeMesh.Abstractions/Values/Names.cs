using System.Text;
using System.Text.Json;

namespace BridgeMesh.Values;

/// <summary>A field's name in the forms that codecs write. Immutable, safe for any thread; get one from <see cref="Of(string)"/>.</summary>
public sealed class FieldName : IEquatable<FieldName>
{
    private static readonly Utf8Interner<FieldName> Interner = new(16_384, static text => new FieldName(text));

    private readonly byte[] _utf8;

    private FieldName(string text)
    {
        Text = text;
        _utf8 = Wtf8.FromUtf16(text);

        // JSON has no form for a lone surrogate and its encoder throws on one: there it becomes U+FFFD.
        Json = JsonEncodedText.Encode(Encoding.UTF8.GetBytes(text), JsonNames.Encoder);
    }

    public string Text { get; }

    public ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>The name escaped for JSON, to be written without looking at it again.</summary>
    public JsonEncodedText Json { get; }

    public static FieldName Of(string text) => Interner.Get(text);

    public static FieldName Of(ReadOnlySpan<byte> utf8) => Interner.Get(utf8);

    /// <summary>By text: past the interner's capacity the same name may be two objects.</summary>
    public static bool operator ==(FieldName? left, FieldName? right) =>
        ReferenceEquals(left, right) || (left is not null && left.Equals(right));

    public static bool operator !=(FieldName? left, FieldName? right) => !(left == right);

    public bool Equals(FieldName? other) => ReferenceEquals(this, other) || (other is not null && Text == other.Text);

    public override bool Equals(object? obj) => Equals(obj as FieldName);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;
}

/// <summary>A type's name as Java writes it (<c>com.acme.Order</c>, <c>[int</c>). Immutable, safe for any thread.</summary>
public sealed class TypeName : IEquatable<TypeName>
{
    private static readonly Utf8Interner<TypeName> Interner = new(16_384, static text => new TypeName(text));

    private readonly byte[] _utf8;

    private TypeName(string text)
    {
        Text = text;
        _utf8 = Wtf8.FromUtf16(text);
    }

    public string Text { get; }

    public ReadOnlySpan<byte> Utf8 => _utf8;

    public static TypeName Of(string text) => Interner.Get(text);

    public static TypeName Of(ReadOnlySpan<byte> utf8) => Interner.Get(utf8);

    /// <summary>By text: past the interner's capacity the same name may be two objects.</summary>
    public static bool operator ==(TypeName? left, TypeName? right) =>
        ReferenceEquals(left, right) || (left is not null && left.Equals(right));

    public static bool operator !=(TypeName? left, TypeName? right) => !(left == right);

    public bool Equals(TypeName? other) => ReferenceEquals(this, other) || (other is not null && Text == other.Text);

    public override bool Equals(object? obj) => Equals(obj as TypeName);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;
}

internal static class JsonNames
{
    /// <summary>Escapes only what JSON demands: answers are application/json, never put into HTML by the gateway.</summary>
    internal static readonly System.Text.Encodings.Web.JavaScriptEncoder Encoder =
        System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
}
