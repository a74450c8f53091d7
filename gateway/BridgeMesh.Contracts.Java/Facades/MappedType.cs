using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Contracts.Java.Facades;

internal enum MappedForm : byte
{
    /// <summary>Anything: Object, an interface, a class that contracts have no form for.</summary>
    Any,
    Void,
    Scalar,
    Bytes,
    Enum,
    Struct,
    Container,
    Array,

    /// <summary>A type variable of the class that is declared.</summary>
    Variable,
}

/// <summary>A Java type in the words of a contract.</summary>
/// <param name="Java">The Java type that the expression alone stands for, as Java source names it without type arguments.</param>
internal readonly record struct MappedType(TypeExpression Type, string Java, MappedForm Form)
{
    /// <summary>Whether JSON can write it as the name of a member.</summary>
    public bool CanBeKey => Form is MappedForm.Scalar or MappedForm.Enum or MappedForm.Any or MappedForm.Variable;

    /// <summary>Whether it is one text in a path, query or header.</summary>
    public bool IsPlain => Form is MappedForm.Scalar or MappedForm.Enum or MappedForm.Any or MappedForm.Bytes;
}

/// <summary>Where a type stands.</summary>
/// <param name="Place">Class file, for notes.</param>
/// <param name="Member">Class and member, for people.</param>
/// <param name="Variables">Type variables that may stay what they are.</param>
internal sealed record MapScope(string Place, string Member, IReadOnlySet<string> Variables);
