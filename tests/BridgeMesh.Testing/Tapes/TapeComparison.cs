namespace BridgeMesh.Testing.Tapes;

/// <summary>How closely two tapes must agree.</summary>
/// <param name="AllTypes">Type names must be equal; else only those which the expected tape gives are compared.</param>
/// <param name="AllKinds">
/// Kinds must be equal; else numbers are compared by value, text-like kinds by text, lists with arrays, and objects with maps of the same names.
/// </param>
/// <param name="References">Sharing must be equal; else a reference equals a copy of what it means.</param>
/// <param name="Types">Type names are compared at all.</param>
public sealed record TapeComparison(bool AllTypes, bool AllKinds, bool References, bool Types = true)
{
    /// <summary>Everything as it was.</summary>
    public static readonly TapeComparison Exact = new(AllTypes: true, AllKinds: true, References: true);

    /// <summary>A format that keeps Java's types adds some of its own, such as java.util.ArrayList: what was declared must be there.</summary>
    public static readonly TapeComparison Declared = new(AllTypes: false, AllKinds: true, References: true);

    /// <summary>A format without types or identity, such as JSON, read without a contract.</summary>
    public static readonly TapeComparison Values = new(AllTypes: false, AllKinds: false, References: false, Types: false);
}
