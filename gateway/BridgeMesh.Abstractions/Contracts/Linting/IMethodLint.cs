namespace BridgeMesh.Contracts.Linting;

/// <summary>
/// What a protocol makes of a contract's methods, told before anything is called. A codec registers one for its protocol; it says what the
/// codec really does. Stateless; safe for any thread.
/// </summary>
public interface IMethodLint
{
    /// <summary>Name of the protocol: bolt, dubbo, http, grpc, triple.</summary>
    string Protocol { get; }

    /// <summary>Every rule that it may find, for documents and tools.</summary>
    IReadOnlyList<LintRule> Rules { get; }

    /// <summary>What a value of a type is in the protocol, in a few words, for plans that people read; null where it does not tell.</summary>
    string? FormOf(TypeShape type, TypePlace place, ValuePolicy policy) => null;

    /// <summary>Adds what it finds of one method of <see cref="LintScope.Contract"/>. Must not throw.</summary>
    void Check(MethodShape method, LintScope scope, ICollection<LintFinding> findings);
}
