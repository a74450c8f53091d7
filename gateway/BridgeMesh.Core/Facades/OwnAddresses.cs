using System.Collections.Frozen;
using System.Net;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Facades;

/// <summary>
/// Where this gateway itself is reached: an instance there is nobody to call, whatever a registry says of it, and so is one that carries
/// this gateway's mark at an address that it has no longer. Safe for any thread.
/// </summary>
internal sealed class OwnAddresses
{
    private volatile State _state = new(string.Empty, FrozenSet<int>.Empty, FrozenSet<(string, int)>.Empty);

    /// <param name="id">The gateway's.</param>
    /// <param name="listeners">Address that each listener is bound to.</param>
    /// <param name="advertised">Hosts that zones know this gateway by, host names of facades included.</param>
    internal void Use(string id, IEnumerable<(string Host, int Port)> listeners, IEnumerable<string> advertised, MachineAddresses machine)
    {
        var others = advertised.Select(Canonical).ToArray();
        var everywhere = machine.Addresses.Select(static a => Canonical(a.ToString())).Append(Canonical(machine.Name)).ToArray();
        var all = listeners
            .SelectMany(l => (MachineAddresses.IsAny(l.Host) ? everywhere : [Canonical(l.Host)]).Concat(others).Select(h => (h, l.Port)))
            .ToFrozenSet();
        _state = new State(id, all.Select(static a => a.Item2).ToFrozenSet(), all);
    }

    internal bool Contains(ServiceInstance instance)
    {
        var state = _state;
        return (state.Ports.Contains(instance.Port) && state.Addresses.Contains((Canonical(instance.Host), instance.Port)))
            || (instance.Metadata.TryGetValue(InstanceMarks.Gateway, out var id) && id == state.Id);
    }

    private static string Canonical(string host) => IPAddress.TryParse(host, out var address)
        ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()
        : host.ToLowerInvariant();

    private sealed record State(string Id, FrozenSet<int> Ports, FrozenSet<(string Host, int Port)> Addresses);
}
