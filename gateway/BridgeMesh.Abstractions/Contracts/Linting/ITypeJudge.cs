namespace BridgeMesh.Contracts.Linting;

/// <summary>Where a value stands.</summary>
public enum TypePlace : byte
{
    /// <summary>An argument, a result, or a field.</summary>
    Value,

    /// <summary>In a list, set or array.</summary>
    Element,

    /// <summary>A map's key.</summary>
    Key,

    /// <summary>A map's value.</summary>
    Entry,
}

/// <summary>
/// What a format makes of types. Asked once for each class and each place inside it, not once a method. Stateless; safe for any thread.
/// </summary>
public interface ITypeJudge
{
    /// <summary>Whether values of a declared subclass cross as such, so that its fields matter too.</summary>
    bool KeepsSubclasses { get; }

    /// <summary>Judges a value by its own type; what is below it is asked for by itself.</summary>
    void Judge(TypeShape type, TypePlace place, ValuePolicy policy, in LintSink sink);

    /// <summary>Judges a class as a whole, such as its fields' names.</summary>
    void Judge(StructShape type, ValuePolicy policy, in LintSink sink);

    /// <summary>Judges a class whose values can hold themselves.</summary>
    /// <param name="through">The field by which: <c>children[]</c>.</param>
    void JudgeCycle(StructShape type, string through, ValuePolicy policy, in LintSink sink);
}

/// <summary>Takes findings about one place.</summary>
/// <param name="Path">Of that place.</param>
public readonly record struct LintSink(ICollection<LintFinding> Findings, string Path)
{
    public void Add(LintRule rule, string reason, string cure) => Findings.Add(new LintFinding(rule, Path, reason, cure));

    /// <param name="below">The rest of the path, such as <c>.name</c>.</param>
    public void Add(LintRule rule, string below, string reason, string cure) => Findings.Add(new LintFinding(rule, Path + below, reason, cure));
}
