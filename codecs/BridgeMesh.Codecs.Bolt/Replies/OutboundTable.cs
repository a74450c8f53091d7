using System.Collections.Immutable;
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

/// <summary>
/// The answer a Bolt caller gets for each outcome, one row per neutral status in its order. Source: the Bolt column of the design's status
/// table; com.alipay.sofa.rpc.client.FailOverCluster, which calls again upon "busy" and upon a timeout.
/// </summary>
internal static class OutboundTable
{
    /// <summary>What stands for an answer that would be retried and must not be: Java's client gives up on it at once.</summary>
    internal static readonly OutboundRow NotRetried = Fault(BoltStatus.ServerException);

    private static readonly ImmutableArray<(ExchangeStatus Status, OutboundRow Row)> Rows =
    [
        (ExchangeStatus.Ok, new(ReplyForm.Result, BoltStatus.Success, false)),
        (ExchangeStatus.BusinessException, new(ReplyForm.Exception, BoltStatus.Success, false)),
        (ExchangeStatus.RuntimeException, new(ReplyForm.Exception, BoltStatus.Success, false)),
        (ExchangeStatus.InvalidArgument, Fault(BoltStatus.DeserializationException)),
        (ExchangeStatus.Unauthenticated, Fault(BoltStatus.ServerException)),
        (ExchangeStatus.PermissionDenied, Fault(BoltStatus.ServerException)),
        (ExchangeStatus.Unimplemented, new(ReplyForm.FrameworkError, BoltStatus.Success, false)),
        (ExchangeStatus.RequestTooLarge, Fault(BoltStatus.DeserializationException)),
        (ExchangeStatus.ReplyTooLarge, Fault(BoltStatus.SerializationException)),
        (ExchangeStatus.Exhausted, Fault(BoltStatus.ThreadPoolBusy, retried: true)),
        (ExchangeStatus.Unavailable, Fault(BoltStatus.CommunicationError)),
        (ExchangeStatus.BadGateway, Fault(BoltStatus.ServerException)),
        (ExchangeStatus.DeadlineExceeded, Fault(BoltStatus.Timeout, retried: true)),
        (ExchangeStatus.Cancelled, new(ReplyForm.Nothing, BoltStatus.Success, false)),
        (ExchangeStatus.Internal, Fault(BoltStatus.ServerException)),
    ];

    /// <summary>Every status has its row, at its own number.</summary>
    internal static bool IsInOrder => Rows.Select(static r => r.Status).SequenceEqual(Enum.GetValues<ExchangeStatus>());

    /// <param name="mayHaveExecuted">The call may have been executed and is not idempotent: nothing is said that makes a client call again.</param>
    internal static OutboundRow Of(ExchangeStatus status, bool mayHaveExecuted)
    {
        var row = Rows[(int)status].Row;
        return row.Retried && mayHaveExecuted ? NotRetried : row;
    }

    private static OutboundRow Fault(int status, bool retried = false) => new(ReplyForm.ServerException, status, retried);
}
