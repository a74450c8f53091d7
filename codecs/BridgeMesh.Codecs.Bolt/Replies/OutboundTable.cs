using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Bolt.Replies;

/// <summary>How an answer is put to a Bolt caller.</summary>
internal enum ReplyForm : byte
{
    /// <summary>No frame at all.</summary>
    Nothing,

    /// <summary>Status 0, SofaResponse with the result.</summary>
    Result,

    /// <summary>Status 0, SofaResponse with a Throwable, and the error header.</summary>
    Exception,

    /// <summary>Status 0, SofaResponse with isError and a message, and the error header.</summary>
    FrameworkError,

    /// <summary>
    /// Another status and an RpcServerException. A Java server leaves the content out where the number says it all (4); Java clients do not
    /// look at it then, and sofa-rpc-node shows its users no other message.
    /// </summary>
    ServerException,
}

/// <param name="Retried">Whether SOFARPC's failover client, when told to retry at all, tries again after this answer.</param>
internal readonly record struct OutboundRow(ReplyForm Form, int Status, bool Retried);

/// <summary>The answer a Bolt caller gets for each outcome. Source: the Bolt column of the design's status table.</summary>
internal static class OutboundTable
{
    /// <param name="mayHaveExecuted">
    /// Then nothing is said that makes a client call again on its own, where another form says the same.
    /// </param>
    internal static OutboundRow Of(ExchangeStatus status, bool mayHaveExecuted) => status switch
    {
        ExchangeStatus.Ok => new(ReplyForm.Result, BoltStatus.Success, false),
        ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException => new(ReplyForm.Exception, BoltStatus.Success, false),
        ExchangeStatus.InvalidArgument => new(ReplyForm.ServerException, BoltStatus.DeserializationException, false),
        ExchangeStatus.Unauthenticated or ExchangeStatus.PermissionDenied =>
            new(ReplyForm.ServerException, BoltStatus.ServerException, false),
        ExchangeStatus.Unimplemented => new(ReplyForm.FrameworkError, BoltStatus.Success, false),
        ExchangeStatus.RequestTooLarge => new(ReplyForm.ServerException, BoltStatus.DeserializationException, false),
        ExchangeStatus.ReplyTooLarge => new(ReplyForm.ServerException, BoltStatus.SerializationException, false),

        // SOFARPC's failover client tries again after "busy": not where the method may have run.
        ExchangeStatus.Exhausted when mayHaveExecuted => new(ReplyForm.ServerException, BoltStatus.ServerException, false),
        ExchangeStatus.Exhausted => new(ReplyForm.ServerException, BoltStatus.ThreadPoolBusy, true),
        ExchangeStatus.Unavailable => new(ReplyForm.ServerException, BoltStatus.CommunicationError, false),
        ExchangeStatus.BadGateway => new(ReplyForm.ServerException, BoltStatus.ServerException, false),

        // Also retried, but the caller's own clock runs out at the same time and decides alone; it must see a timeout as a timeout.
        ExchangeStatus.DeadlineExceeded => new(ReplyForm.ServerException, BoltStatus.Timeout, true),
        ExchangeStatus.Cancelled => new(ReplyForm.Nothing, BoltStatus.Success, false),
        _ => new(ReplyForm.ServerException, BoltStatus.ServerException, false),
    };
}
