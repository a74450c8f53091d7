namespace BridgeMesh.Fuzz.Hessian;

/// <summary>What a place in a Hessian stream is.</summary>
internal enum MarkKind : byte
{
    /// <summary>A whole value, tag to end.</summary>
    Value,

    /// <summary>A byte that says what follows.</summary>
    Tag,

    /// <summary>Two bytes of length of a chunk.</summary>
    Length,

    /// <summary>Number of elements or fields.</summary>
    Count,

    /// <summary>Number of a class, a type or an earlier value.</summary>
    Index,

    /// <summary>The characters or octets of a chunk.</summary>
    Text,

    /// <summary>A field name with its length.</summary>
    Name,

    /// <summary>A class definition, tag to last field name.</summary>
    Definition,

    /// <summary>The mark that ends a list or map.</summary>
    End,
}

internal readonly record struct Mark(MarkKind Kind, int At, int Length);
