using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>
/// A code that the gateway's own services answer with and that no neutral status has: it stands beside the status in the exchange's
/// CalleeItem, as those services are their calls' callees.
/// </summary>
internal sealed class AnsweredCode
{
    private static readonly AnsweredCode NotFoundCode = new() { Code = Faults.GrpcStatus.NotFound };

    internal int Code { get; private init; }

    internal static void NotFound(Exchange exchange, string message)
    {
        exchange.SetFault(ExchangeStatus.InvalidArgument, message);
        exchange.CalleeItem = NotFoundCode;
    }
}
