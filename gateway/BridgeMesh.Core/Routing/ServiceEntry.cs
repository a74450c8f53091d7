using System.Collections.Immutable;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Routing;

/// <summary>A service as one registry has it, and the ways to its instances.</summary>
internal sealed record ServiceEntry(string Registry, ServiceSnapshot Snapshot, ImmutableArray<Endpoint> Endpoints);

/// <summary>All that the registries have under one interface's name: its versions, groups and unique ids. Immutable but for its freshness.</summary>
internal sealed record NamedServices(ImmutableArray<ServiceEntry> Entries, Freshness Freshness);

/// <summary>Whether what was made of some services still holds. Safe for any thread.</summary>
internal sealed class Freshness
{
    private volatile bool _isOver;

    internal bool IsOver => _isOver;

    internal void End() => _isOver = true;
}
