namespace BridgeMesh.Contracts.Linting;

/// <summary>How well a protocol carries a method, from the best to the worst.</summary>
public enum LintLevel : byte
{
    /// <summary>All values cross and mean the same there; a finding of this level names an edge, such as a null.</summary>
    Fine,

    /// <summary>Some values that the types allow are changed, shortened, or refused with their path.</summary>
    Lossy,

    /// <summary>What a call or a name means is not certain: two read it in two ways.</summary>
    Ambiguous,

    /// <summary>The method cannot be called, or values that it is made for are refused.</summary>
    Unsupported,
}

/// <summary>One thing that a protocol's lint looks for.</summary>
/// <param name="Code">Short and stable, in kebab-case: <c>long-in-json</c>. Unique within a protocol.</param>
/// <param name="What">One sentence, for documents.</param>
public sealed record LintRule(string Code, LintLevel Level, string What);

/// <summary>One place of a method where a rule applies.</summary>
/// <param name="Path">
/// What it is about: <c>order.items[].price</c>, <c>returns.total</c>, <c>notes{key}</c>, <c>throws com.acme.X</c>; empty for the method.
/// </param>
/// <param name="Reason">Why, in one line that stands for itself.</param>
/// <param name="Cure">What to do about it; one line.</param>
public sealed record LintFinding(LintRule Rule, string Path, string Reason, string Cure)
{
    public LintLevel Level => Rule.Level;

    public string Code => Rule.Code;
}
