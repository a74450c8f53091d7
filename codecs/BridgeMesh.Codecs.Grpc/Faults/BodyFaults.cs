using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Faults;

/// <summary>What a body that cannot be read means for its call.</summary>
internal static class BodyFaults
{
    internal static ExchangeStatus OfRequest(in CodecStatus read) => read.Error switch
    {
        CodecError.OverBudget => ExchangeStatus.RequestTooLarge,
        CodecError.Unsupported => ExchangeStatus.Unimplemented,
        _ => ExchangeStatus.InvalidArgument,
    };

    internal static ExchangeStatus OfReply(in CodecStatus read) =>
        read.Error == CodecError.OverBudget ? ExchangeStatus.ReplyTooLarge : ExchangeStatus.BadGateway;
}
