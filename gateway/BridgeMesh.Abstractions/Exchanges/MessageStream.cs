using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Exchanges;

/// <summary>Which methods that stream a protocol's side can carry on the translate lane.</summary>
[Flags]
public enum StreamSupport : byte
{
    /// <summary>One message each way.</summary>
    None = 0,

    /// <summary>Any number of requests.</summary>
    Client = 1,

    /// <summary>Any number of replies.</summary>
    Server = 2,

    All = Client | Server,
}

/// <summary>
/// One direction of a call with any number of messages. Its reader pulls one message after the other, and what it does not pull is not
/// read from the peer: that is the back-pressure. One reader at a time; a direction's reader may run beside the other direction's. The
/// channel reads requests into <see cref="Exchange.Request"/>, the caller side reads replies into <see cref="Exchange.Reply"/>.
/// </summary>
public interface IMessageStream : IAsyncDisposable
{
    /// <summary>
    /// Resets the tape and reads the next message into it: the arguments of a request, one root each, or the result of a reply. Throws
    /// <see cref="OperationCanceledException"/> alone, and only when the token says so. After the end it keeps saying how it ended.
    /// </summary>
    ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken);
}

/// <summary>What came of reading from a stream.</summary>
public readonly record struct MessageRead
{
    /// <summary>
    /// No further message comes. How a stream of replies ended is told by the exchange, in its status, message, exception and reply metadata.
    /// </summary>
    public static MessageRead Ended => default;

    public static MessageRead Of => new() { HasMessage = true };

    /// <summary>The tape holds a message.</summary>
    public bool HasMessage { get; private init; }

    /// <summary>Not Ok where the sender of a request broke a message: the call is over, and gets this as its fault.</summary>
    public CodecStatus Fault { get; private init; }

    public static MessageRead Failed(in CodecStatus fault) => new() { Fault = fault };
}

/// <summary>What streaming asks of both sides of a call.</summary>
public static class StreamRules
{
    public static StreamSupport NeededBy(MethodShape shape)
    {
        var needed = shape.ClientStreaming ? StreamSupport.Client : StreamSupport.None;
        return shape.ServerStreaming ? needed | StreamSupport.Server : needed;
    }

    /// <summary>Why a side cannot carry the method; null when it can.</summary>
    public static string? WhyNot(MethodShape shape, string protocol, StreamSupport support) => (NeededBy(shape) & ~support) switch
    {
        StreamSupport.None => null,
        StreamSupport.Client => $"{shape.Name} takes a stream of requests, and {protocol} carries one request a call",
        StreamSupport.Server => $"{shape.Name} answers with a stream, and {protocol} carries one reply a call",
        _ => $"{shape.Name} streams both ways, and {protocol} carries one message each way",
    };
}
