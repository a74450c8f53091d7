using System.Buffers;

namespace BridgeMesh.Core.Transport;

/// <summary>What a connection tells its owner. Calls of one connection's OnReceived never overlap; OnClosed may come from another thread.</summary>
internal interface IFrameHandler
{
    /// <summary>
    /// Takes whole frames from the start of the buffer, which is valid until this returns. Returns the bytes taken, or -1 when the peer broke the
    /// protocol and the connection must close.
    /// </summary>
    long OnReceived(in ReadOnlySequence<byte> buffer);

    /// <summary>Called once.</summary>
    void OnClosed(CloseReason reason);
}

internal enum CloseReason : byte
{
    /// <summary>The peer closed, between frames.</summary>
    PeerClosed,

    /// <summary>The peer closed or reset in the middle of a frame.</summary>
    Interrupted,

    /// <summary>The peer sent what is not its protocol.</summary>
    ProtocolBroken,

    /// <summary>The peer does not read what is sent to it.</summary>
    SlowReader,

    /// <summary>The peer answers no heartbeat.</summary>
    Silent,

    /// <summary>The peer began a frame and did not end it in time.</summary>
    Stalled,

    /// <summary>The peer has had nothing to say for too long.</summary>
    Idle,

    /// <summary>We closed.</summary>
    Local,
}
