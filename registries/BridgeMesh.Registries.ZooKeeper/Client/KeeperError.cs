namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>
/// How an operation ended: the codes of org.apache.zookeeper.KeeperException.Code, and those below -1000, which are this client's own and
/// mean that nothing was sent.
/// </summary>
internal enum KeeperError
{
    Ok = 0,
    SystemError = -1,
    RuntimeInconsistency = -2,
    DataInconsistency = -3,

    /// <summary>The connection went while the answer was awaited: the operation may have been done.</summary>
    ConnectionLoss = -4,

    /// <summary>The server could not read the request, or this client not the answer.</summary>
    MarshallingError = -5,
    Unimplemented = -6,

    /// <summary>No answer within the operation's time: it may have been done, or be done yet.</summary>
    OperationTimeout = -7,
    BadArguments = -8,
    UnknownSession = -12,
    NewConfigNoQuorum = -13,
    ReconfigInProgress = -14,
    ApiError = -100,
    NoNode = -101,
    NoAuth = -102,
    BadVersion = -103,
    NoChildrenForEphemerals = -108,
    NodeExists = -110,
    NotEmpty = -111,

    /// <summary>The session is over and its ephemeral nodes are gone; the client opens another.</summary>
    SessionExpired = -112,
    InvalidCallback = -113,
    InvalidAcl = -114,
    AuthFailed = -115,
    SessionMoved = -118,

    /// <summary>A write was sent to a read-only server.</summary>
    NotReadOnly = -119,
    EphemeralOnLocalSession = -120,
    NoWatcher = -121,
    RequestTimeout = -122,
    ReconfigDisabled = -123,
    SessionClosedRequireSaslAuth = -124,
    QuotaExceeded = -125,
    ThrottledOperation = -127,

    /// <summary>The request is larger than a server takes; it would close the connection of all.</summary>
    RequestTooLarge = -1001,

    /// <summary>As many operations wait as may.</summary>
    TooManyPending = -1002,

    /// <summary>The client is closed.</summary>
    Closed = -1003,
}

/// <summary>What an operation came to. The value means something only when the error is <see cref="KeeperError.Ok"/>.</summary>
internal readonly record struct KeeperResult<T>(KeeperError Error, T Value)
{
    public bool IsOk => Error == KeeperError.Ok;
}
