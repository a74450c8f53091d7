using System.Collections.Frozen;
using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>
/// The pipeline with the services in front of it that every gRPC server is asked for, health and reflection: a listener that dispatches here
/// answers them in each of its dialects. A service of that name that callers can reach through the gateway goes before. Safe for any thread.
/// </summary>
internal sealed class OwnServices : IExchangeDispatcher
{
    /// <summary>Time for a request to arrive, in ms, where the caller names none.</summary>
    private const int ReadTimeoutMs = 10_000;

    private readonly IExchangeDispatcher _inner;
    private readonly HealthService _health;
    private readonly ReflectionService _reflection;
    private readonly FrozenDictionary<string, ServiceContract> _contracts;

    internal OwnServices(IExchangeDispatcher inner, bool hasReflection, bool hasHealth)
    {
        _inner = inner;
        ImmutableArray<ServiceContract> health = hasHealth ? [HealthService.Contract] : [];
        var contracts = hasReflection ? health.AddRange(ReflectionService.Contracts) : health;
        _contracts = contracts.ToFrozenDictionary(static c => c.Service.Interface, StringComparer.Ordinal);
        _health = new HealthService(inner, _contracts.Keys);
        _reflection = new ReflectionService(inner, contracts);
    }

    public ImmutableArray<ServiceContract> Contracts => _inner.Contracts;

    public Exposure Exposure => _inner.Exposure;

    public TimeProvider Time => _inner.Time;

    public Exchange Rent(ICallerSide caller) => _inner.Rent(caller);

    public void Return(Exchange exchange) => _inner.Return(exchange);

    public void Cancel(Exchange exchange) => _inner.Cancel(exchange);

    public Lane Plan(Exchange exchange)
    {
        if (!_contracts.TryGetValue(exchange.Service.Interface, out var contract) || Exposure.Services.ContainsKey(exchange.Service.Interface))
        {
            return _inner.Plan(exchange);
        }

        exchange.Contract = contract;
        exchange.CalleeService = exchange.Service;
        exchange.Lane = Lane.Translate;
        var timeoutMs = exchange.CallerTimeoutMs > 0 ? exchange.CallerTimeoutMs : ReadTimeoutMs;
        exchange.Deadline = Time.GetTimestamp() + (timeoutMs * Time.TimestampFrequency / 1_000);
        return Lane.Translate;
    }

    public void Dispatch(Exchange exchange)
    {
        // The contract is one of ours only where Plan said so.
        if (exchange.Contract is not { } contract || !ReferenceEquals(_contracts.GetValueOrDefault(contract.Service.Interface), contract))
        {
            _inner.Dispatch(exchange);
            return;
        }

        var caller = exchange.Caller ?? throw new InvalidOperationException("an exchange without a caller was dispatched");
        var read = caller.ReadRequest(exchange);
        if (!read.IsOk)
        {
            exchange.SetFault(read.Error == CodecError.OverBudget ? ExchangeStatus.RequestTooLarge : ExchangeStatus.InvalidArgument, read);
        }
        else if (exchange.Shape is { } shape && StreamRules.WhyNot(shape, caller.Protocol, caller.Streams) is { } oneMessage)
        {
            exchange.SetFault(ExchangeStatus.Unimplemented, oneMessage);
        }
        else if (ReferenceEquals(contract, HealthService.Contract))
        {
            _health.Answer(exchange);
        }
        else
        {
            _reflection.Answer(exchange);
        }

        caller.OnReply(exchange);
    }
}
