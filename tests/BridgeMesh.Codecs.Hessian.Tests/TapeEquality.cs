using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Tests;

/// <summary>Compares two tapes value by value. References are followed; identity is compared by position where both sides kept it.</summary>
internal static class TapeEquality
{
    internal static string? Differs(ValueTape left, ValueTape right, string path, int from = 0, bool byName = false)
    {
        var a = from;
        var b = 0;
        while (a < left.Count && b < right.Count)
        {
            if (Differs(left, a, right, b, $"{path}[{a}]", [], byName) is { } found)
            {
                return found;
            }

            a = left.Next(a);
            b = right.Next(b);
        }

        return a == left.Count && b == right.Count ? null : $"{path}: another number of roots";
    }

    private static string? Differs(ValueTape left, int a, ValueTape right, int b, string path, HashSet<(int, int)> open, bool byName)
    {
        (a, b) = (left.Resolve(a), right.Resolve(b));
        ref readonly var x = ref left[a];
        ref readonly var y = ref right[b];
        if (x.Kind != y.Kind)
        {
            return $"{path}: {x.Kind} {x.Type} and {y.Kind} {y.Type}";
        }

        if (!SameType(x, y))
        {
            return $"{path}: {x.Type} and {y.Type}";
        }

        if (!x.IsContainer)
        {
            return SameLeaf(left, a, right, b) ? null : $"{path}: {x.Kind} differs";
        }

        if (x.Count != y.Count)
        {
            return $"{path}: {x.Count} and {y.Count} children";
        }

        if (!open.Add((a, b)))
        {
            return null;
        }

        var i = a + 1;
        var j = b + 1;
        while (i < left.Next(a))
        {
            if (byName && left[i].Name is { } name)
            {
                j = right.FindField(b, name);
            }

            if (j < 0 || left[i].Name?.Text != right[j].Name?.Text)
            {
                return $"{path}: field {left[i].Name}";
            }

            if (Differs(left, i, right, j, $"{path}.{left[i].Name}", open, byName) is { } found)
            {
                return found;
            }

            i = left.Next(i);
            j = right.Next(j);
        }

        return null;
    }

    /// <summary>Types may differ by the dialects' habits: ArrayList and HashMap are named or not, handles live in two packages.</summary>
    private static bool SameType(in ValueToken x, in ValueToken y) => Plain(x.Type?.Text) == Plain(y.Type?.Text);

    private static string? Plain(string? type) => type switch
    {
        "java.util.ArrayList" or "java.util.HashMap" => null,
        _ => type?.Replace("com.alibaba.com.caucho.", "com.caucho.", StringComparison.Ordinal),
    };

    private static bool SameLeaf(ValueTape left, int a, ValueTape right, int b) => left[a].Kind switch
    {
        ValueKind.Float64 => left[a].AsFloat64.Equals(right[b].AsFloat64),
        ValueKind.Instant => left[a].EpochMs == right[b].EpochMs && left[a].NanosOfMs == right[b].NanosOfMs,
        ValueKind.String or ValueKind.Text or ValueKind.Enum or ValueKind.Decimal or ValueKind.BigInteger or ValueKind.Bytes =>
            left.Utf8(a).SequenceEqual(right.Utf8(b)) && left[a].Utf16Length == right[b].Utf16Length,
        _ => left[a].AsInt64 == right[b].AsInt64,
    };
}
