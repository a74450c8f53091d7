using System.Collections.Immutable;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Http.Bindings;

/// <summary>The native paths of the contracts now in force, of all of them or of one service's. Safe for any thread.</summary>
internal sealed class BindingsInForce(IExchangeDispatcher dispatcher, PinnedService? pinned)
{
    private Compiled? _compiled;

    /// <summary>Null where requests may be for any service.</summary>
    internal PinnedService? Pinned => pinned;

    /// <summary>Compiled anew when the dispatcher shows another array of contracts. Two threads may do so; either is right.</summary>
    internal HttpBindingTable Table
    {
        get
        {
            var known = Volatile.Read(ref _compiled);
            var current = dispatcher.Contracts;
            if (known is not null && known.Source == current)
            {
                return known.Table;
            }

            var compiled = new Compiled(current, new HttpBindingTable(pinned?.Among(current) ?? current));
            Volatile.Write(ref _compiled, compiled);
            return compiled.Table;
        }
    }

    private sealed record Compiled(ImmutableArray<ServiceContract> Source, HttpBindingTable Table);
}
