using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Contracts.Comparing;

/// <summary>
/// What differs between two versions of contracts: services, then their methods, then the classes and enums that those carry. Says nothing of
/// what it means: that differs by protocol, see <see cref="BridgeMesh.Plugins.IChangeRules"/>.
/// </summary>
internal static class ContractComparison
{
    /// <param name="samePair">Whether the only service of each side is one service, whatever it is called.</param>
    public static ImmutableArray<ContractChange> Compare(
        IReadOnlyList<ServiceContract> old, IReadOnlyList<ServiceContract> now, bool samePair = false)
    {
        var changes = new List<ContractChange>();
        var types = new TypeComparison();
        var pairs = Pair(old, now, samePair, changes);
        foreach (var (before, after) in pairs)
        {
            Compare(before, after, changes);
            new MethodComparison(before, after, types, changes).Compare();
        }

        changes.AddRange(types.Changes());
        return [.. changes];
    }

    /// <summary>By the whole key; then by the interface, where each side has one left of it.</summary>
    private static List<(ServiceContract Old, ServiceContract New)> Pair(
        IReadOnlyList<ServiceContract> old, IReadOnlyList<ServiceContract> now, bool samePair, List<ContractChange> changes)
    {
        if (samePair && old is [var single] && now is [var other])
        {
            return [(single, other)];
        }

        var pairs = new List<(ServiceContract Old, ServiceContract New)>();
        var left = new List<ServiceContract>(now);
        var gone = new List<ServiceContract>();
        var byKey = new Dictionary<ServiceKey, ServiceContract>();
        foreach (var contract in now)
        {
            byKey.TryAdd(contract.Service, contract);
        }

        foreach (var contract in old)
        {
            if (byKey.TryGetValue(contract.Service, out var same))
            {
                pairs.Add((contract, same));
                left.Remove(same);
            }
            else
            {
                gone.Add(contract);
            }
        }

        foreach (var contract in gone.ToList())
        {
            var name = contract.Service.Interface;
            if (gone.Count(c => c.Service.Interface == name) == 1 && left.Where(c => c.Service.Interface == name).ToList() is [var only])
            {
                pairs.Add((contract, only));
                gone.Remove(contract);
                left.Remove(only);
            }
        }

        AddUnpaired(gone, left, changes);
        return pairs;
    }

    private static void AddUnpaired(List<ServiceContract> gone, List<ServiceContract> left, List<ContractChange> changes)
    {
        foreach (var contract in gone)
        {
            changes.Add(new ContractChange(ChangeKind.ServiceRemoved, contract.Service.Interface)
            {
                Old = contract.Service.ToString(),
                OldService = contract,
                Counterpart = left.FirstOrDefault(c => HaveSameMethods(contract, c))?.Service.Interface,
            });
        }

        foreach (var contract in left)
        {
            changes.Add(new ContractChange(ChangeKind.ServiceAdded, contract.Service.Interface)
            {
                New = contract.Service.ToString(),
                NewService = contract,
                Counterpart = gone.FirstOrDefault(c => HaveSameMethods(contract, c))?.Service.Interface,
            });
        }
    }

    private static bool HaveSameMethods(ServiceContract one, ServiceContract other) =>
        one.Methods.Length > 0 && one.Methods.Length == other.Methods.Length
        && one.Methods.Select(Identity).ToHashSet(StringComparer.Ordinal).SetEquals(other.Methods.Select(Identity));

    private static string Identity(MethodShape method) => $"{method.Name}({method.Signature.Descriptor})";

    private static void Compare(ServiceContract old, ServiceContract now, List<ContractChange> changes)
    {
        void Add(ChangeKind kind, string before, string after)
        {
            if (before != after)
            {
                changes.Add(new ContractChange(kind, old.Service.Interface) { Old = before, New = after, OldService = old, NewService = now });
            }
        }

        Add(ChangeKind.ServiceKeyChanged, old.Service.ToString(), now.Service.ToString());
        if (old.ProtoName is not null || now.ProtoName is not null)
        {
            Add(ChangeKind.ServiceProtoNameChanged, old.ProtoName ?? old.Service.Interface, now.ProtoName ?? now.Service.Interface);
        }

        if (old.Policy != now.Policy)
        {
            Add(ChangeKind.ValuesChanged, Words(old.Policy), Words(now.Policy));
        }
    }

    private static string Words(ValuePolicy policy) => policy.ProtoJson
        ? "protobuf's JSON"
        : Writing.ValuePolicyText.Of(policy) is { Count: > 0 } words ? string.Join(", ", words.Select(static w => $"{w.Key}: {w.Value.Trim('"')}")) : "the usual";
}
