using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Pipeline;

internal static class Faults
{
    private const string FirstRoot = "args[0]";

    /// <summary>What a caller is told when its request could not be read or does not fit.</summary>
    internal static ExchangeStatus OfRequest(in CodecStatus status) => status.Error switch
    {
        CodecError.OverBudget => ExchangeStatus.RequestTooLarge,
        _ => ExchangeStatus.InvalidArgument,
    };

    /// <summary>Tapes call their roots args[n]; a reply's only root is the result.</summary>
    internal static CodecStatus OfResult(in CodecStatus status) =>
        status.Path is { } path && path.StartsWith(FirstRoot, StringComparison.Ordinal)
            ? status with
            {
                Path = string.Concat("result", path.AsSpan(FirstRoot.Length)),

                // A value that holds itself is named by its path too.
                Detail = status.Detail?.Replace($"the value of {FirstRoot}", "the value of result", StringComparison.Ordinal),
            }
            : status;

    internal static void SetUnfitReply(Exchange exchange, in CodecStatus status) => exchange.SetFault(
        ExchangeStatus.BadGateway,
        $"the callee's answer does not fit the contract: {OfResult(status)}",
        mayHaveExecuted: true);
}
