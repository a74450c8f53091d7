using BridgeMesh.Core.Model;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Facades;

/// <summary>A port that stands for one service.</summary>
internal sealed record PortGrant(string Rule, ServiceKey Service, int Port);

/// <summary>
/// Gives services ports of their rule's range and remembers which: a caller who kept the address of one must never reach another. For one
/// thread at a time.
/// </summary>
internal sealed class FacadePorts
{
    private readonly Dictionary<(string Rule, ServiceKey Service), int> _given = [];
    private readonly HashSet<int> _used = [];
    private readonly HashSet<int> _taken = [];
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal);
    private HashSet<int> _held = [];

    internal IEnumerable<PortGrant> Grants => _given.Select(static g => new PortGrant(g.Key.Rule, g.Key.Service, g.Value));

    /// <summary>Takes up what an earlier life gave.</summary>
    internal void Restore(IEnumerable<PortGrant> grants)
    {
        foreach (var grant in grants)
        {
            if (_used.Add(grant.Port) && !_given.TryAdd((grant.Rule, grant.Service), grant.Port))
            {
                _used.Remove(grant.Port);
            }
        }
    }

    /// <summary>Something stands at these ports, or may: they are not given to another service.</summary>
    internal void Hold(IEnumerable<int> ports) => _held = [.. ports];

    /// <summary>Another configuration: what it has no range for is forgotten, and ports that others had may be free by now.</summary>
    internal void Use(GatewayModel model)
    {
        _taken.Clear();
        var ranges = model.Facades.Where(static f => f.Ports is not null).ToDictionary(static f => f.Name, static f => f.Ports.GetValueOrDefault());
        foreach (var (key, port) in _given.ToArray())
        {
            if (!ranges.TryGetValue(key.Rule, out var range) || !range.Contains(port))
            {
                _given.Remove(key);
                _used.Remove(port);
            }
        }
    }

    /// <summary>Another program has the port: its service gets another.</summary>
    internal void Refuse(int port)
    {
        _taken.Add(port);
        _used.Remove(port);
        foreach (var key in _given.Where(g => g.Value == port).Select(static g => g.Key).ToArray())
        {
            _given.Remove(key);
        }
    }

    /// <summary>Null where the service has no port and is to get none.</summary>
    internal int? Find(string rule, in ServiceKey service) => _given.TryGetValue((rule, service), out var port) ? port : null;

    /// <summary>The service's port: its own, one that nobody has, or one of a service that is not wanted; null when there is none.</summary>
    /// <param name="wanted">Services of the rule that somebody stands behind.</param>
    internal int? Give(string rule, PortRange range, in ServiceKey service, IReadOnlySet<ServiceKey> wanted)
    {
        if (Find(rule, service) is { } own)
        {
            return own;
        }

        // From where the last one was found on, once around.
        var first = _next.GetValueOrDefault(rule, range.First);
        first = range.Contains(first) ? first : range.First;
        for (var i = 0; i < range.Count && _used.Count < ushort.MaxValue; i++)
        {
            var port = range.First + ((first - range.First + i) % range.Count);
            if (!_taken.Contains(port) && !_held.Contains(port) && _used.Add(port))
            {
                _next[rule] = port + 1;
                _given[(rule, service)] = port;
                return port;
            }
        }

        foreach (var (key, port) in _given)
        {
            if (key.Rule == rule && !wanted.Contains(key.Service) && !_held.Contains(port))
            {
                _given.Remove(key);
                _given[(rule, service)] = port;
                return port;
            }
        }

        return null;
    }
}
