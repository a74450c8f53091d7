using System.Collections.Immutable;

namespace BridgeMesh.Contracts;

/// <summary>
/// One difference between an older and a newer contract, without a judgement. What it is about is set, on the sides that have it.
/// </summary>
/// <param name="Path">
/// Of what changed, by its old name: <c>com.acme.OrderService.place(order)</c>, <c>com.acme.Order.items[]</c>, <c>com.acme.Status.PAID</c>.
/// </param>
public sealed record ContractChange(ChangeKind Kind, string Path)
{
    /// <summary>For people; null where there was nothing.</summary>
    public string? Old { get; init; }

    /// <summary>For people; null where there is nothing any more.</summary>
    public string? New { get; init; }

    /// <summary>The ways that values of it travel.</summary>
    public ValueUse Use { get; init; } = ValueUse.Both;

    public ValuePlace Place { get; init; }

    public ServiceContract? OldService { get; init; }

    public ServiceContract? NewService { get; init; }

    public MethodShape? OldMethod { get; init; }

    public MethodShape? NewMethod { get; init; }

    /// <summary>Of a changed type, and of a parameter that was added or removed.</summary>
    public TypeShape? OldType { get; init; }

    public TypeShape? NewType { get; init; }

    public StructShape? OldStruct { get; init; }

    public StructShape? NewStruct { get; init; }

    public EnumShape? OldEnum { get; init; }

    public EnumShape? NewEnum { get; init; }

    /// <summary>Place of the parameter, field or constant in what it is of; -1 without one.</summary>
    public int OldOrdinal { get; init; } = -1;

    public int NewOrdinal { get; init; } = -1;

    /// <summary>What was removed at the same time and looks the same, or was added: it may only have been renamed. Null without such.</summary>
    public string? Counterpart { get; init; }

    /// <summary>Of a change of a class or enum: methods that carry it, <c>com.acme.OrderService.place</c>, in the contract's order.</summary>
    public ImmutableArray<string> Methods { get; init; } = [];

    public override string ToString() => $"{Kind} {Path}{(Old ?? New) switch { null => string.Empty, _ => $": {Old} -> {New}" }}";
}
