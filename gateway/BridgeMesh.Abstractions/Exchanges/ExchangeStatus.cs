namespace BridgeMesh.Exchanges;

/// <summary>How an exchange ended, in no protocol's own numbers. Each codec has two tables: from this to its codes and back.</summary>
public enum ExchangeStatus : byte
{
    Ok,

    /// <summary>The callee threw an exception that its contract declares.</summary>
    BusinessException,

    /// <summary>The callee threw an exception that its contract does not declare.</summary>
    RuntimeException,

    /// <summary>The request could not be understood or translated.</summary>
    InvalidArgument,
    Unauthenticated,
    PermissionDenied,

    /// <summary>No such service or method.</summary>
    Unimplemented,
    RequestTooLarge,
    ReplyTooLarge,

    /// <summary>A limit, pool or queue is full.</summary>
    Exhausted,

    /// <summary>No instance, or none that can be reached.</summary>
    Unavailable,

    /// <summary>The callee broke its protocol.</summary>
    BadGateway,
    DeadlineExceeded,

    /// <summary>The caller went away; nobody reads the answer.</summary>
    Cancelled,

    /// <summary>A fault of the gateway's own.</summary>
    Internal,
}
