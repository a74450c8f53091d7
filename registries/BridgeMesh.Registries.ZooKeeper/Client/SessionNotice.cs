namespace BridgeMesh.Registries.ZooKeeper.Client;

internal enum SessionState
{
    /// <summary>No connection; one is looked for. The session may live on.</summary>
    Connecting,
    Connected,

    /// <summary>Connected to a server that lost its quorum: reads alone.</summary>
    ConnectedReadOnly,

    /// <summary>The session is over: its ephemeral nodes are gone, and what must be there has to be made anew under the next session.</summary>
    Expired,

    /// <summary>The server does not take the login. It is tried again, in case somebody corrects it there.</summary>
    AuthFailed,
    Closed,
}

/// <param name="SessionId">Of the session that the state is about; 0 before there is one.</param>
/// <param name="Reason">One line for people; empty when there is nothing to say.</param>
internal sealed record SessionNotice(SessionState State, long SessionId, string Reason);
