using System.Collections.Immutable;
using BridgeMesh.Contracts;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>The numbers of one message's fields from one import to the next. Immutable.</summary>
/// <param name="Numbers">One a field, in the fields' order.</param>
/// <param name="Reserved">Ranges, rising, then names.</param>
internal sealed record PinnedMessage(IReadOnlyList<PinnedNumber> Numbers, ImmutableArray<ProtoReserved> Reserved)
{
    /// <summary>Fields by what is written of them, else the lowest numbers that are free in their order: as <see cref="ProtoForm.FieldsOf"/> does.</summary>
    public static PinnedMessage Of(
        IReadOnlyCollection<ValueDeclaration> fields, IReadOnlyCollection<PinnedNumber> written, ImmutableArray<ProtoReserved> reserved) =>
        new(Numbered(fields, Written(fields, written), reserved, 1), reserved);

    /// <summary>
    /// The same message with the fields that it has now: those that it had keep their numbers, others get some above all that were ever used, and
    /// what is gone is reserved. A name that comes back is free again, its old number is not.
    /// </summary>
    public PinnedMessage Next(
        IReadOnlyCollection<ValueDeclaration> fields, IReadOnlyCollection<PinnedNumber> written, ImmutableArray<ProtoReserved> reserved)
    {
        var all = Reserve([.. Reserved, .. reserved], Numbers, fields.Select(static f => f.Name.Text).ToHashSet(StringComparer.Ordinal));
        var known = Written(fields, written);
        foreach (var (name, number) in Numbers)
        {
            known.TryAdd(name.Text, number);
        }

        var used = Numbers.Select(static n => n.Number).Concat(all.Where(static r => r.To < ProtoField.MaxNumber).Select(static r => r.To));
        var highest = used.DefaultIfEmpty(0).Max();
        return new PinnedMessage(Numbered(fields, known, all, highest + 1), all);
    }

    /// <summary>What is reserved when some of the numbers are no longer there.</summary>
    /// <param name="names">What is there now.</param>
    public static ImmutableArray<ProtoReserved> Reserve(
        IReadOnlyCollection<ProtoReserved> reserved, IReadOnlyCollection<PinnedNumber> before, IReadOnlySet<string> names)
    {
        var gone = before.Where(n => !names.Contains(n.Name.Text)).ToList();
        var ranges = new List<ProtoReserved>();
        foreach (var range in reserved.Where(static r => r.Name is null).Concat(gone.Select(static g => new ProtoReserved(null, g.Number, g.Number)))
            .OrderBy(static r => r.From))
        {
            if (ranges is [.., var last] && range.From - 1 <= last.To)
            {
                ranges[^1] = last with { To = Math.Max(last.To, range.To) };
            }
            else
            {
                ranges.Add(range);
            }
        }

        var kept = reserved.Select(static r => r.Name).OfType<string>().Concat(gone.Select(static g => g.Name.Text)).Distinct(StringComparer.Ordinal);
        return [.. ranges, .. kept.Where(n => !names.Contains(n)).Select(static n => new ProtoReserved(n, 0, 0))];
    }

    private static Dictionary<string, int> Written(IReadOnlyCollection<ValueDeclaration> fields, IReadOnlyCollection<PinnedNumber> written)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, number) in written)
        {
            known.TryAdd(name.Text, number);
        }

        foreach (var field in fields)
        {
            if (field.Proto is { Number: { } number })
            {
                known.TryAdd(field.Name.Text, number);
            }
        }

        return known;
    }

    private static List<PinnedNumber> Numbered(
        IReadOnlyCollection<ValueDeclaration> fields, Dictionary<string, int> known, ImmutableArray<ProtoReserved> reserved, int from)
    {
        var taken = known.Values.ToHashSet();
        var next = from;
        var numbers = new List<PinnedNumber>(fields.Count);
        foreach (var field in fields)
        {
            if (!known.TryGetValue(field.Name.Text, out var number))
            {
                number = Free();
            }

            numbers.Add(new PinnedNumber(field.Name, number));
        }

        return numbers;

        int Free()
        {
            while (!ProtoField.IsNumber(next) || taken.Contains(next) || reserved.Any(r => r.Holds(next)))
            {
                // Above everything there may be nothing: then what is free below.
                next = next >= ProtoField.MaxNumber ? 1 : next + 1;
            }

            return next++;
        }
    }
}
