using System.Collections.Immutable;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>
/// grpc.reflection.v1 and v1alpha of all services that callers can reach; those that have no contract are named alone. Source:
/// grpc/reflection/v1/reflection.proto; the alpha differs in its package alone.
/// </summary>
/// <param name="own">Contracts of the gateway's own services, which it describes too.</param>
internal sealed class ReflectionService(IExchangeDispatcher dispatcher, IReadOnlyList<ServiceContract> own)
{
    private volatile Described? _described;

    internal static ImmutableArray<ServiceContract> Contracts { get; } =
        [ReflectionShapes.ContractOf("grpc.reflection.v1"), ReflectionShapes.ContractOf("grpc.reflection.v1alpha")];

    /// <summary>Descriptors of what is reachable now. Made anew only when a contract has come or gone, and when somebody asks.</summary>
    internal Described Now()
    {
        var exposure = dispatcher.Exposure;
        if (_described is { } latest && ReferenceEquals(latest.Exposure, exposure))
        {
            return latest;
        }

        var exposed = exposure.Services.Values.Select(static s => s.Contract).OfType<ServiceContract>();
        var contracts = exposed.Concat(own).DistinctBy(static c => c.Service.Interface)
            .OrderBy(static c => c.Service.Interface, StringComparer.Ordinal).ToImmutableArray();
        var index = _described is { } known && known.Contracts.AsSpan().SequenceEqual(contracts.AsSpan()) ? known.Index : DescriptorIndex.Of(contracts);
        var names = contracts.Select(static c => c.ProtoName ?? c.Service.Interface).Where(name => index.FindSymbol(name) is not null).ToList();
        var unknown = exposure.Services.Values.Where(static s => s.Contract is null && DescriptorContracts.IsServiceName(s.Interface))
            .Select(static s => s.Interface).Except(names, StringComparer.Ordinal).ToImmutableHashSet(StringComparer.Ordinal);
        return _described = new Described(exposure, contracts, index, [.. names.Concat(unknown).Order(StringComparer.Ordinal)], unknown);
    }

    internal void Answer(Exchange exchange)
    {
        if (exchange.RequestStream is { } requests)
        {
            exchange.ReplyStream = new ReflectionStream(this, dispatcher, exchange, requests);
        }
        else
        {
            exchange.SetFault(ExchangeStatus.Unimplemented, "reflection is a stream both ways");
        }
    }

    /// <param name="Exposure">What it was made of.</param>
    /// <param name="Services">All names, in their order.</param>
    /// <param name="Unknown">Those of them that nothing describes.</param>
    internal sealed record Described(
        Exposure Exposure, ImmutableArray<ServiceContract> Contracts, DescriptorIndex Index, ImmutableArray<string> Services, ImmutableHashSet<string> Unknown)
    {
        /// <summary>Why a symbol cannot be described.</summary>
        internal string WhyNot(string symbol) => Unknown.FirstOrDefault(s => symbol == s || symbol.StartsWith($"{s}.", StringComparison.Ordinal)) is { } service
            ? $"no contract describes {service}: its calls pass through the gateway as they are"
            : $"the gateway does not know {symbol}";
    }
}
