namespace BridgeMesh.Values;

/// <summary>Why a payload could not be read or written.</summary>
public enum CodecError : byte
{
    None,

    /// <summary>The bytes end inside a value.</summary>
    Truncated,

    /// <summary>The bytes are not of the format.</summary>
    Malformed,

    /// <summary>A bound of <see cref="TapeBudget"/> or of the frame limits would be passed.</summary>
    OverBudget,

    /// <summary>A value does not fit the contract: wrong type, out of range, missing, unknown.</summary>
    TypeMismatch,

    /// <summary>The target format has no form for the value.</summary>
    Unrepresentable,

    /// <summary>A serialization, version or feature that is known but not offered; the detail names it.</summary>
    Unsupported,
}

/// <summary>Outcome of a codec's step: a value, as what peers send is never a reason to throw.</summary>
/// <param name="Error">None when the step succeeded.</param>
/// <param name="Offset">Byte offset in the payload or frame, or -1 when there is none.</param>
/// <param name="Path">Where in the value, for example <c>args[0].items[3].price</c>; null when unknown.</param>
/// <param name="Detail">One sentence for the caller, without secrets or addresses.</param>
public readonly record struct CodecStatus(CodecError Error, long Offset, string? Path, string? Detail)
{
    public static CodecStatus Ok => default;

    public bool IsOk => Error == CodecError.None;

    public static CodecStatus Fail(CodecError error, string detail, long offset = -1, string? path = null) => new(error, offset, path, detail);

    public override string ToString()
    {
        if (IsOk)
        {
            return "ok";
        }

        var where = (Path, Offset) switch
        {
            (null, < 0) => string.Empty,
            (null, _) => $" at offset {Offset}",
            (_, < 0) => $" at {Path}",
            _ => $" at {Path} (offset {Offset})",
        };
        return $"{Detail ?? Error.ToString()}{where}";
    }
}
