using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Gateway.Registries;

/// <summary>A part of an instance that two views of it give differently; empty where one says nothing.</summary>
internal sealed record DifferingField(string Name, string Old, string New);

/// <summary>One instance as two views have it.</summary>
internal sealed record DifferingInstance(ServiceInstance Old, ServiceInstance New, ImmutableArray<DifferingField> Fields);

/// <summary>
/// What differs between two views of services: two registries, or one at two times. An instance is the same by its service, protocol, host
/// and port. Services without instances count as not there, as nobody can call them.
/// </summary>
internal sealed record RegistryDifference(
    ImmutableArray<ServiceInstance> Gone, ImmutableArray<ServiceInstance> Come, ImmutableArray<DifferingInstance> Changed, int Same)
{
    public bool IsNone => Gone.IsEmpty && Come.IsEmpty && Changed.IsEmpty;

    /// <param name="ignored">Names of fields that do not count; <c>metadata</c> stands for all of it.</param>
    public static RegistryDifference Between(
        IEnumerable<ServiceInstance> old, IEnumerable<ServiceInstance> now, IReadOnlyCollection<string> ignored)
    {
        var before = ById(old);
        var after = ById(now);
        var changed = ImmutableArray.CreateBuilder<DifferingInstance>();
        var same = 0;
        foreach (var (id, then) in before)
        {
            if (!after.TryGetValue(id, out var instance))
            {
                continue;
            }

            var fields = then.Equals(instance) ? [] : Fields(then, instance, ignored);
            if (fields.IsEmpty)
            {
                same++;
            }
            else
            {
                changed.Add(new(then, instance, fields));
            }
        }

        return new(
            InOrder(before.Where(b => !after.ContainsKey(b.Key)).Select(static b => b.Value)),
            InOrder(after.Where(a => !before.ContainsKey(a.Key)).Select(static a => a.Value)),
            [.. changed.OrderBy(static c => InstanceWords.NameOf(c.Old), StringComparer.Ordinal)],
            same);
    }

    /// <summary>The last one counts where a registry lists one twice.</summary>
    private static Dictionary<(ServiceKey, string, string, int), ServiceInstance> ById(IEnumerable<ServiceInstance> instances)
    {
        var found = new Dictionary<(ServiceKey, string, string, int), ServiceInstance>();
        foreach (var instance in instances)
        {
            found[(instance.Service, instance.Protocol, instance.Host, instance.Port)] = instance;
        }

        return found;
    }

    private static ImmutableArray<DifferingField> Fields(ServiceInstance old, ServiceInstance now, IReadOnlyCollection<string> ignored)
    {
        var before = InstanceWords.Of(old).ToDictionary(static f => f.Name, static f => f.Text, StringComparer.Ordinal);
        var after = InstanceWords.Of(now).ToDictionary(static f => f.Name, static f => f.Text, StringComparer.Ordinal);
        return
        [
            .. before.Keys.Union(after.Keys, StringComparer.Ordinal)
                .Where(n => !ignored.Contains(n) && !(n.StartsWith("metadata.", StringComparison.Ordinal) && ignored.Contains("metadata")))
                .Select(n => new DifferingField(n, before.GetValueOrDefault(n, string.Empty), after.GetValueOrDefault(n, string.Empty)))
                .Where(static f => f.Old != f.New),
        ];
    }

    private static ImmutableArray<ServiceInstance> InOrder(IEnumerable<ServiceInstance> instances) =>
        [.. instances.OrderBy(InstanceWords.NameOf, StringComparer.Ordinal)];
}
