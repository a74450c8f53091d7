namespace BridgeMesh.Codecs.Json;

/// <summary>What begins at the scanner's place, told from one byte.</summary>
internal enum JsonToken : byte
{
    /// <summary>Nothing that JSON allows, or the end.</summary>
    None,
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

/// <summary>A string as it stands in the payload, between its quotes.</summary>
internal readonly ref struct JsonText(ReadOnlySpan<byte> raw, bool escaped, long offset)
{
    public ReadOnlySpan<byte> Raw { get; } = raw;

    /// <summary>Whether it holds a backslash.</summary>
    public bool Escaped { get; } = escaped;

    /// <summary>Byte offset of the opening quote.</summary>
    public long Offset { get; } = offset;
}

/// <summary>A number as it stands in the payload; its grammar is checked.</summary>
internal readonly ref struct JsonNumber(ReadOnlySpan<byte> raw, bool isInteger, long offset)
{
    public ReadOnlySpan<byte> Raw { get; } = raw;

    /// <summary>Whether it has neither fraction nor exponent.</summary>
    public bool IsInteger { get; } = isInteger;

    public long Offset { get; } = offset;
}
