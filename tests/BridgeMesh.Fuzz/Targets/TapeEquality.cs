using BridgeMesh.Values;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>Whether two tapes hold the same values, token by token.</summary>
internal static class TapeEquality
{
    /// <summary>The first difference in words; null when there is none.</summary>
    /// <param name="types">Whether type names count.</param>
    internal static string? Difference(ValueTape left, ValueTape right, bool types = true)
    {
        if (LosesIdentity(left) || KeepsScalarsByTheirFields(left))
        {
            return null;
        }

        for (var i = 0; i < left.Count && i < right.Count; i++)
        {
            ref readonly var a = ref left[i];
            ref readonly var b = ref right[i];
            if (a.Kind != b.Kind || a.Name?.Text != b.Name?.Text || (types && !SameType(a.Type, b.Type)) || !Same(left, right, i))
            {
                return $"token {i}: {Show(left, i)} became {Show(right, i)}";
            }
        }

        return left.Count == right.Count ? null : $"{left.Count} tokens became {right.Count}";
    }

    /// <summary>
    /// hessian-lite counts a UUID when it writes and not when it reads, so behind one our writer writes shared values again.
    /// </summary>
    private static bool LosesIdentity(ValueTape tape)
    {
        for (var i = 0; i < tape.Count && tape.HasReferences; i++)
        {
            if (tape[i].Kind == ValueKind.Text && tape[i].Type?.Text == "java.util.UUID")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A class definition between an object and its field is legal and nobody writes it. A handle or number read like that is kept by its
    /// fields; written again without the definition it reads as the scalar that it stands for.
    /// </summary>
    private static bool KeepsScalarsByTheirFields(ValueTape tape)
    {
        for (var i = 0; i < tape.Count; i++)
        {
            if (tape[i].Kind == ValueKind.Object && tape[i].Type?.Text is { } type
                && (type.Contains("com.caucho.hessian.io.", StringComparison.Ordinal) || type.StartsWith("java.", StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    // Each dialect's writer uses its own package for the classes that stand for java.time and the like, and Java's writers leave out the
    // name of the map or list that their readers make of one without a name.
    private static bool SameType(TypeName? a, TypeName? b) =>
        a?.Text == b?.Text || (a?.Text is "java.util.HashMap" or "java.util.ArrayList" && b is null) || (a is not null && b is not null && Neutral(a.Text) == Neutral(b.Text));

    private static string Neutral(string type)
    {
        const string Prefix = "com.alibaba.";
        return type.StartsWith("com.alibaba.com.caucho.hessian.io.", StringComparison.Ordinal) ? type[Prefix.Length..] : type;
    }

    private static bool Same(ValueTape left, ValueTape right, int i)
    {
        ref readonly var a = ref left[i];
        ref readonly var b = ref right[i];
        return a.Kind switch
        {
            ValueKind.Absent or ValueKind.Null => true,
            ValueKind.Float64 => a.AsInt64 == b.AsInt64 || (double.IsNaN(a.AsFloat64) && double.IsNaN(b.AsFloat64)),
            ValueKind.Bool or ValueKind.Int32 or ValueKind.Int64 or ValueKind.UInt64 or ValueKind.Float32 or ValueKind.Reference => a.AsInt64 == b.AsInt64,
            ValueKind.Instant => a.EpochMs == b.EpochMs && a.NanosOfMs == b.NanosOfMs,
            ValueKind.List or ValueKind.Array or ValueKind.Map or ValueKind.Object => a.Count == b.Count && left.Next(i) == right.Next(i),
            _ => left.Utf8(i).SequenceEqual(right.Utf8(i)) && a.Utf16Length == b.Utf16Length,
        };
    }

    private static string Show(ValueTape tape, int i)
    {
        ref readonly var token = ref tape[i];
        var text = token.Kind switch
        {
            ValueKind.Bool or ValueKind.Int32 or ValueKind.Int64 or ValueKind.UInt64 or ValueKind.Reference or ValueKind.Instant => $" {token.AsInt64}",
            ValueKind.Float32 or ValueKind.Float64 => $" bits {token.AsInt64:x}",
            ValueKind.List or ValueKind.Array or ValueKind.Map or ValueKind.Object => $" of {token.Count} to {tape.Next(i)}",
            ValueKind.Null or ValueKind.Absent => string.Empty,
            _ => $" {Convert.ToHexStringLower(tape.Utf8(i)[..Math.Min(64, tape.Utf8(i).Length)])}",
        };
        return $"{token.Name?.Text}({token.Type?.Text}){token.Kind}{text}";
    }
}
