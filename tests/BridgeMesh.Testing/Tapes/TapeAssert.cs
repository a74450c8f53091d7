using System.Globalization;
using BridgeMesh.Values;
using Xunit.Sdk;

namespace BridgeMesh.Testing.Tapes;

/// <summary>Compares tapes deeply. A difference is told with its path and both values.</summary>
public static class TapeAssert
{
    /// <summary>Bound on values compared when references are followed; a cycle ends there.</summary>
    private const int MaxValues = 5_000_000;

    public static void Equal(ValueTape expected, ValueTape actual, TapeComparison? comparison = null, string? about = null)
    {
        var difference = Difference(expected, actual, comparison ?? TapeComparison.Exact);
        if (difference is not null)
        {
            throw new XunitException($"{about}{(about is null ? string.Empty : ": ")}{difference}");
        }
    }

    /// <summary>The first difference, or null.</summary>
    public static string? Difference(ValueTape expected, ValueTape actual, TapeComparison comparison)
    {
        if (expected.Status != actual.Status)
        {
            return $"status: expected {expected.Status}, got {actual.Status}";
        }

        if (expected.RootCount() != actual.RootCount())
        {
            return $"expected {expected.RootCount()} roots, got {actual.RootCount()}: {Cut(TapeText.Of(actual))}";
        }

        var walk = new Walk(expected, actual, comparison);
        for (int e = 0, a = 0; e < expected.Count; e = expected.Next(e), a = actual.Next(a))
        {
            if (walk.Compare(e, a) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private static string Cut(string text) => text.Length <= 300 ? text : $"{text.AsSpan(0, 300)}… ({text.Length} characters)";

    private sealed class Walk(ValueTape expected, ValueTape actual, TapeComparison comparison)
    {
        private readonly HashSet<(int, int)> _onTheWay = [];
        private int _values;

        internal string? Compare(int e, int a)
        {
            if (++_values > MaxValues)
            {
                throw new XunitException($"more than {MaxValues} values to compare");
            }

            if (!comparison.References)
            {
                (e, a) = (expected.Resolve(e), actual.Resolve(a));
                if (!_onTheWay.Add((e, a)))
                {
                    return null;
                }
            }

            var difference = CompareTokens(e, a);
            _onTheWay.Remove((e, a));
            return difference;
        }

        private string? CompareTokens(int e, int a)
        {
            ref readonly var want = ref expected[e];
            ref readonly var got = ref actual[a];
            var kinds = comparison.AllKinds ? want.Kind == got.Kind : Family(want.Kind) == Family(got.Kind);
            var types = !comparison.Types || want.Type == got.Type || (!comparison.AllTypes && want.Type is null);
            if (!kinds || !types || (comparison.AllKinds && want.Name != got.Name))
            {
                return Differ(e, a);
            }

            if (want.IsContainer)
            {
                return Family(want.Kind) == ValueKind.Map && !comparison.AllKinds ? CompareByKey(e, a) : CompareChildren(e, a);
            }

            return SameLeaf(e, a) ? null : Differ(e, a);
        }

        private string? CompareChildren(int e, int a)
        {
            if (expected[e].Count != actual[a].Count)
            {
                return Differ(e, a);
            }

            var (end, otherEnd) = (expected.Next(e), actual.Next(a));
            int i = e + 1, j = a + 1;
            for (; i < end && j < otherEnd; i = expected.Next(i), j = actual.Next(j))
            {
                if (Compare(i, j) is { } difference)
                {
                    return difference;
                }
            }

            return i == end && j == otherEnd ? null : Differ(e, a);
        }

        private string? CompareByKey(int e, int a)
        {
            var want = Entries(expected, e);
            var got = Entries(actual, a);
            if (want.Count != got.Count)
            {
                return Differ(e, a);
            }

            foreach (var (key, value) in want)
            {
                if (!got.TryGetValue(key, out var other))
                {
                    return Differ(e, a);
                }

                if (Compare(value, other) is { } difference)
                {
                    return difference;
                }
            }

            return null;
        }

        private static Dictionary<string, int> Entries(ValueTape tape, int container)
        {
            var entries = new Dictionary<string, int>(StringComparer.Ordinal);
            var end = tape.Next(container);
            for (var i = container + 1; i < end; i = tape.Next(i))
            {
                if (tape[container].Kind == ValueKind.Object)
                {
                    entries[tape[i].Name?.Text ?? string.Empty] = i;
                    continue;
                }

                var key = i;
                i = tape.Next(i);
                entries[Scalar(tape, key) ?? TapeText.Of(tape, key)] = i;
            }

            return entries;
        }

        private bool SameLeaf(int e, int a)
        {
            ref readonly var want = ref expected[e];
            ref readonly var got = ref actual[a];
            if (!comparison.AllKinds)
            {
                return Scalar(expected, e) == Scalar(actual, a);
            }

            return want.Kind switch
            {
                ValueKind.Null or ValueKind.Absent => true,
                ValueKind.Reference => expected.PathOf(want.Target) == actual.PathOf(got.Target),
                ValueKind.Instant => want.EpochMs == got.EpochMs && want.NanosOfMs == got.NanosOfMs,
                ValueKind.Float32 => BitConverter.SingleToInt32Bits(want.AsFloat32) == BitConverter.SingleToInt32Bits(got.AsFloat32),
                ValueKind.Bool or ValueKind.Int32 or ValueKind.Int64 or ValueKind.UInt64 or ValueKind.Float64 => want.AsInt64 == got.AsInt64,
                _ => expected.Utf8(e).SequenceEqual(actual.Utf8(a)) && want.Utf16Length == got.Utf16Length,
            };
        }

        private string Differ(int e, int a) =>
            $"at {expected.PathOf(e)}: expected {Cut(TapeText.Of(expected, e))}, got {Cut(TapeText.Of(actual, a))} (at {actual.PathOf(a)})";

        private static ValueKind Family(ValueKind kind) => kind switch
        {
            ValueKind.List or ValueKind.Array => ValueKind.List,
            ValueKind.Map or ValueKind.Object => ValueKind.Map,
            ValueKind.Absent => ValueKind.Null,
            ValueKind.Null or ValueKind.Bool or ValueKind.Reference => kind,
            _ => ValueKind.String,
        };

        private static string? Scalar(ValueTape tape, int index)
        {
            ref readonly var token = ref tape[index];
            return token.Kind switch
            {
                ValueKind.Null or ValueKind.Absent => "null",
                ValueKind.Bool => token.AsBool ? "true" : "false",
                ValueKind.Int32 or ValueKind.Int64 => token.AsInt64.ToString(CultureInfo.InvariantCulture),
                ValueKind.UInt64 => token.AsUInt64.ToString(CultureInfo.InvariantCulture),
                ValueKind.Float32 => ((double)token.AsFloat32).ToString("R", CultureInfo.InvariantCulture),
                ValueKind.Float64 => token.AsFloat64.ToString("R", CultureInfo.InvariantCulture),
                ValueKind.Instant => DateTimeOffset.FromUnixTimeMilliseconds(token.EpochMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
                ValueKind.Bytes => Convert.ToBase64String(tape.Utf8(index)),
                ValueKind.String or ValueKind.Text or ValueKind.Enum or ValueKind.Decimal or ValueKind.BigInteger => tape.Text(index),
                _ => null,
            };
        }
    }
}
