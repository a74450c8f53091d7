namespace BridgeMesh.Contracts;

/// <summary>Whether protobuf tells a field that was not set from one that holds its default.</summary>
public enum ProtoPresence : byte
{
    /// <summary>It does not: proto3 without <c>optional</c>. The default is not sent, and what is not sent is the default.</summary>
    Implicit,

    /// <summary>It does: messages, members of a oneof, <c>optional</c>, proto2.</summary>
    Explicit,

    /// <summary>proto2's required: a message without it is refused.</summary>
    Required,
}

/// <summary>What a field is in a protobuf message.</summary>
/// <param name="Number">1 to 536,870,911, but for 19,000 to 19,999, which protobuf keeps for itself.</param>
public sealed record ProtoField(int Number)
{
    /// <summary>Largest field number: 2^29 - 1. Source: protobuf.dev, "Assigning Field Numbers".</summary>
    public const int MaxNumber = (1 << 29) - 1;

    public ProtoPresence Presence { get; init; } = ProtoPresence.Explicit;

    /// <summary>Whether a list of numbers is written packed; both forms are read.</summary>
    public bool Packed { get; init; } = true;

    /// <summary>Name of the oneof that it is a member of; null outside of one.</summary>
    public string? Oneof { get; init; }

    /// <summary>Its name in the .proto file (<c>order_id</c>), which ProtoJSON reads beside the JSON name; null when it is the field's own.</summary>
    public string? ProtoName { get; init; }

    /// <summary>proto2's default where it is not the type's own, as the descriptor writes it.</summary>
    public string? Default { get; init; }

    public static bool IsNumber(int number) => number is >= 1 and <= MaxNumber and not (>= 19_000 and <= 19_999);
}
