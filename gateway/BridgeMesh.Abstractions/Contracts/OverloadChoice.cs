using BridgeMesh.Values;

namespace BridgeMesh.Contracts;

/// <summary>Chooses among overloads as Java does: the one that fits no argument worse than any other and some argument better.</summary>
public static class OverloadChoice
{
    /// <summary>The argument cannot be passed at all. Higher numbers fit better.</summary>
    public const int Unfit = -1;

    /// <summary>The caller said nothing that tells.</summary>
    public const int Unknown = 0;

    /// <summary>Another type of the same sort: a conversion without loss may do.</summary>
    public const int Convertible = 1;

    /// <summary>The type but for its box, or a subclass.</summary>
    public const int Close = 2;

    public const int Exact = 3;

    /// <summary>Overloads that a message lists at most.</summary>
    private const int MaxListed = 8;

    /// <param name="arguments">Arguments of the call, by which candidates are compared.</param>
    /// <param name="fit">How a candidate takes an argument.</param>
    /// <param name="fitting">How many candidates take all arguments: with 0 the call is wrong, with several and no choice it is ambiguous.</param>
    public static MethodShape? Best(
        IReadOnlyList<MethodShape> candidates, int arguments, Func<MethodShape, int, int> fit, out int fitting)
    {
        var fits = new List<(MethodShape Candidate, int[] Fits)>();
        foreach (var candidate in candidates)
        {
            var each = new int[arguments];
            var takes = true;
            for (var i = 0; i < arguments && takes; i++)
            {
                each[i] = fit(candidate, i);
                takes = each[i] != Unfit;
            }

            if (takes)
            {
                fits.Add((candidate, each));
            }
        }

        fitting = fits.Count;
        foreach (var (candidate, own) in fits)
        {
            if (fits.TrueForAll(o => ReferenceEquals(o.Candidate, candidate) || Dominates(own, o.Fits)))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>How a parameter takes what a caller in another language calls its argument's type.</summary>
    /// <param name="typeName">Class.getName form.</param>
    public static int FitOf(TypeShape parameter, string typeName)
    {
        if (parameter.JavaType.Text == typeName)
        {
            return Exact;
        }

        if (typeName == "java.lang.Object" || parameter.Kind == ShapeKind.Any)
        {
            return Unknown;
        }

        var named = SortOf(typeName);
        if (named == Sort.Class)
        {
            return parameter.Narrow(TypeName.Of(typeName).Utf8) is null ? Unfit : Close;
        }

        if (named != SortOf(parameter))
        {
            return Unfit;
        }

        return Unboxed(parameter.JavaType.Text) == Unboxed(typeName) ? Close : Convertible;
    }

    /// <summary>Overloads as signatures, for messages.</summary>
    public static string List(IReadOnlyCollection<MethodShape> overloads) =>
        string.Join("; ", overloads.Take(MaxListed)) + (overloads.Count > MaxListed ? "; ..." : string.Empty);

    private static bool Dominates(int[] own, int[] other)
    {
        var better = false;
        for (var i = 0; i < own.Length; i++)
        {
            if (own[i] < other[i])
            {
                return false;
            }

            better |= own[i] > other[i];
        }

        return better;
    }

    private enum Sort : byte
    {
        Number,
        Bool,
        Text,
        Sequence,
        Members,
        Class,
    }

    private static Sort SortOf(string typeName) => Unboxed(typeName) switch
    {
        "boolean" => Sort.Bool,
        "byte" or "short" or "int" or "long" or "float" or "double" or "java.lang.Number" or "java.math.BigDecimal" or "java.math.BigInteger" =>
            Sort.Number,
        "char" or "java.lang.String" or "java.lang.CharSequence" => Sort.Text,
        var name when name.StartsWith('[') => Sort.Sequence,
        var name when name.StartsWith("java.util.", StringComparison.Ordinal) =>
            name.EndsWith("Map", StringComparison.Ordinal) ? Sort.Members
            : name.EndsWith("List", StringComparison.Ordinal) || name.EndsWith("Set", StringComparison.Ordinal)
                || name is "java.util.Collection" or "java.util.Vector" ? Sort.Sequence
            : Sort.Class,
        _ => Sort.Class,
    };

    // What untyped callers send for it: enums and dates as text, objects as maps.
    private static Sort SortOf(TypeShape parameter) => parameter.Kind switch
    {
        ShapeKind.Bool => Sort.Bool,
        >= ShapeKind.Int8 and <= ShapeKind.Float64 or ShapeKind.Decimal or ShapeKind.BigInteger => Sort.Number,
        ShapeKind.Char or ShapeKind.String or ShapeKind.Text or ShapeKind.Enum or ShapeKind.Instant => Sort.Text,
        ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Bytes => Sort.Sequence,
        ShapeKind.Map or ShapeKind.Struct => Sort.Members,
        _ => Sort.Class,
    };

    private static string Unboxed(string typeName) => typeName switch
    {
        "java.lang.Boolean" => "boolean",
        "java.lang.Byte" => "byte",
        "java.lang.Short" => "short",
        "java.lang.Integer" => "int",
        "java.lang.Long" => "long",
        "java.lang.Float" => "float",
        "java.lang.Double" => "double",
        "java.lang.Character" => "char",
        _ => typeName,
    };
}
