using System.Collections.Immutable;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>
/// grpc.reflection.v1 and v1alpha of all services that callers can reach and that have a contract. Source: grpc/reflection/v1/reflection.proto;
/// the alpha differs in its package alone.
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
        var exposed = dispatcher.Exposure.Services.Values.Select(static s => s.Contract).OfType<ServiceContract>();
        var contracts = exposed.Concat(own).DistinctBy(static c => c.Service.Interface)
            .OrderBy(static c => c.Service.Interface, StringComparer.Ordinal).ToImmutableArray();
        if (_described is { } known && known.Contracts.AsSpan().SequenceEqual(contracts.AsSpan()))
        {
            return known;
        }

        var index = DescriptorIndex.Of(contracts);
        var names = contracts.Select(static c => c.ProtoName ?? c.Service.Interface).Where(name => index.FindSymbol(name) is not null);
        return _described = new Described(contracts, index, [.. names]);
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

    /// <param name="Services">Names that can be described, in their order.</param>
    internal sealed record Described(ImmutableArray<ServiceContract> Contracts, DescriptorIndex Index, ImmutableArray<string> Services);
}
