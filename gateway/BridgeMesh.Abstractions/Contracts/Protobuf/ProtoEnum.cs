using System.Collections.Immutable;

namespace BridgeMesh.Contracts;

/// <summary>What an enum is in protobuf.</summary>
/// <param name="FullName">With package, such as <c>acme.order.v1.Status</c>.</param>
/// <param name="Numbers">One a constant, in the constants' order; aliases repeat a number, and the first constant of it is its
/// name.</param>
/// <param name="IsClosed">proto2: a number without a constant is an unknown field. In proto3 it is a value like any other.</param>
public sealed record ProtoEnum(string FullName, ImmutableArray<int> Numbers, bool IsClosed)
{
    /// <summary>Numbers and names that constants once had, which no constant gets again.</summary>
    public ImmutableArray<ProtoReserved> Reserved { get; init; } = [];
}

/// <summary>What a class is in protobuf.</summary>
/// <param name="FullName">With package, such as <c>acme.order.v1.Order</c>.</param>
public sealed record ProtoMessage(string FullName)
{
    /// <summary>Numbers and names that fields once had, which no field gets again.</summary>
    public ImmutableArray<ProtoReserved> Reserved { get; init; } = [];
}

/// <summary>What a message keeps from being used again: a name, or a range of numbers where there is none.</summary>
/// <param name="From">First number; 0 for a name.</param>
/// <param name="To">Last number, itself reserved; 0 for a name.</param>
public readonly record struct ProtoReserved(string? Name, int From, int To)
{
    public bool Holds(int number) => Name is null && number >= From && number <= To;
}
