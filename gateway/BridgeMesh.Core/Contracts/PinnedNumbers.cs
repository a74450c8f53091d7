using BridgeMesh.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>
/// Numbers that a contract keeps beside its fields and parameters, <c>numbers: { id: 1, total: 2 }</c>: one line of a type, so that fields stay
/// as short as they were, and inherited fields have one in each class.
/// </summary>
internal sealed class PinnedNumbers(IReadOnlyList<PinnedNumber> numbers, List<SourceProblem> problems)
{
    private readonly HashSet<string> _met = new(StringComparer.Ordinal);

    /// <summary>The field or parameter with the number that is kept for it.</summary>
    /// <param name="isInherited">Whether another class declares it, whose number for it is that class's own.</param>
    public ValueDeclaration Apply(ValueDeclaration value, bool isInherited)
    {
        _met.Add(value.Name.Text);
        foreach (var pinned in numbers)
        {
            if (pinned.Name.Text == value.Name.Text)
            {
                return value with { Proto = Numbered(value, pinned, isInherited) };
            }
        }

        return value;
    }

    /// <summary>Adds a problem for each number of what was not met.</summary>
    /// <param name="owner">What has the fields.</param>
    public void CheckNames(string owner)
    {
        foreach (var pinned in numbers)
        {
            if (!_met.Contains(pinned.Name.Text))
            {
                problems.Add(
                    pinned.Name.At,
                    $"numbers has {pinned.Name}, which {owner} does not have",
                    $"correct the name; of one that was removed write reserved: [{pinned.Number}, {pinned.Name}]");
            }
        }
    }

    /// <summary>Adds a problem for each number that two have, or that is reserved, and each name that is.</summary>
    public static void CheckMessage(
        IEnumerable<ValueDeclaration> fields, IReadOnlyCollection<ProtoReserved> reserved, List<SourceProblem> problems)
    {
        var taken = new HashSet<int>();
        foreach (var field in fields)
        {
            if (field.Proto is { Number: { } number } proto)
            {
                if (reserved.Any(r => r.Holds(number)))
                {
                    problems.Add(proto.NumberAt, $"the field number {number} is reserved", "give the field another, which no field ever had");
                }
                else if (!taken.Add(number))
                {
                    problems.Add(proto.NumberAt, $"the field number {number} is taken", "give the field another, and never one that a field once had");
                }
            }

            if (reserved.Any(r => r.Name == (field.Proto?.Name ?? field.Name.Text)))
            {
                problems.Add(field.Name.At, $"the name {field.Name} is reserved", "give the field another");
            }
        }
    }

    /// <summary>Adds a problem for each constant whose number or name is reserved.</summary>
    public static void CheckConstants(TypeDeclaration declared, List<SourceProblem> problems)
    {
        for (var i = 0; i < declared.Constants.Count && !declared.Reserved.IsEmpty; i++)
        {
            var constant = declared.Constants[i];
            var number = declared.Numbers is { } numbers && i < numbers.Count ? numbers[i] : i;
            if (declared.Reserved.Any(r => r.Holds(number)))
            {
                problems.Add(
                    constant.At, $"the number {number} of {constant} is reserved", "write enum: { NAME: number }, each number one that no constant ever had");
            }
            else if (declared.Reserved.Any(r => r.Name == constant.Text))
            {
                problems.Add(constant.At, $"the name {constant} is reserved", "give the constant another");
            }
        }
    }

    private ProtoDeclaration Numbered(ValueDeclaration value, PinnedNumber pinned, bool isInherited)
    {
        if (!isInherited && value.Proto is { Number: { } own } && own != pinned.Number)
        {
            problems.Add(pinned.Name.At, $"{pinned.Name} has the number {own} where it is declared", "keep one of the two numbers");
        }

        return value.Proto is { } proto
            ? proto with { Number = pinned.Number, NumberAt = pinned.Name.At }
            : new ProtoDeclaration(pinned.Number, pinned.Name.At, ProtoKind.Canonical, null, Packed: true);
    }
}
