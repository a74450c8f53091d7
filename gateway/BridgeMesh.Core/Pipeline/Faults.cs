using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Pipeline;

internal static class Faults
{
    /// <summary>What a caller is told when its request could not be read or does not fit.</summary>
    internal static ExchangeStatus OfRequest(in CodecStatus status) => status.Error switch
    {
        CodecError.OverBudget => ExchangeStatus.RequestTooLarge,
        _ => ExchangeStatus.InvalidArgument,
    };
}
