using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Bolt.Replies;

/// <summary>A callee's status in neutral terms.</summary>
/// <param name="MayHaveExecuted">The method may have run.</param>
/// <param name="Message">For a reply without a text of its own.</param>
internal readonly record struct InboundRow(ExchangeStatus Status, bool MayHaveExecuted, string Message)
{
    /// <param name="message">The reply's own text.</param>
    internal void Settle(Exchange exchange, string? message)
    {
        exchange.Status = Status;
        exchange.MayHaveExecuted = MayHaveExecuted;
        exchange.Message = message ?? Message;
    }
}

/// <summary>
/// What a Bolt callee's answer means. The number alone does not say it: status 2 and an error with status 0 need a look at the message.
/// </summary>
internal static class InboundTable
{
    private const string UnknownName = "the callee does not know the service or method";

    /// <summary>By status number; not for 0.</summary>
    internal static InboundRow OfStatus(int status, string? message) => status switch
    {
        // Nobody there for the class, the service or the method: nothing ran.
        BoltStatus.ServerException when UnknownNames.AreIn(message) => new(ExchangeStatus.Unimplemented, false, UnknownName),

        // sofa-rpc-node's provider puts every error that its code throws here.
        BoltStatus.ServerException => new(ExchangeStatus.RuntimeException, true, "the callee answered with a server exception"),
        BoltStatus.ThreadPoolBusy => new(ExchangeStatus.Exhausted, false, "the callee's thread pool is full"),
        BoltStatus.CommunicationError => new(ExchangeStatus.Unavailable, true, "the callee answered with a communication error"),
        BoltStatus.NoProcessor => new(ExchangeStatus.Unimplemented, false, "the callee has no processor for the request"),
        BoltStatus.Timeout => new(ExchangeStatus.DeadlineExceeded, true, "the callee's time ran out"),
        BoltStatus.ClientSendError => new(ExchangeStatus.Unavailable, false, "the callee answered that sending failed"),
        BoltStatus.ConnectionClosed => new(ExchangeStatus.Unavailable, true, "the callee answered that its connection closed"),
        BoltStatus.DeserializationException => new(ExchangeStatus.InvalidArgument, false, "the callee could not read the request"),
        BoltStatus.SerializationException => new(ExchangeStatus.BadGateway, true, "the callee could not write its result"),
        BoltStatus.CodecException => new(ExchangeStatus.BadGateway, true, "the callee answered with a codec exception"),
        BoltStatus.Error or BoltStatus.Unknown => new(ExchangeStatus.BadGateway, true, "the callee answered with an unknown error"),
        _ => new(ExchangeStatus.BadGateway, true, $"the callee answered with the unknown Bolt status {status}"),
    };

    /// <summary>Status 0 with isError: the callee's framework speaks, not the method.</summary>
    internal static InboundRow OfFrameworkError(string? message) => UnknownNames.AreIn(message)
        ? new(ExchangeStatus.Unimplemented, false, UnknownName)
        : new(ExchangeStatus.RuntimeException, true, "the callee answered with an error");
}
