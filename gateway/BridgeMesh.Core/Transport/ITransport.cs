using System.Net.Sockets;

namespace BridgeMesh.Core.Transport;

/// <summary>What carries the connections of framed protocols. Safe for any thread.</summary>
internal interface ITransport : IAsyncDisposable
{
    /// <summary>Stands for whichever reactor's turn it is.</summary>
    const int Any = -1;

    /// <summary>Threads that each carry connections of their own; 1 where any thread carries any.</summary>
    int Reactors { get; }

    /// <summary>The reactor that the calling thread is; <see cref="Any"/> for every other thread.</summary>
    int Current { get; }

    /// <summary>Takes a connected socket over, also when it fails later: the connection closes it.</summary>
    FrameConnection Attach(Socket socket, IFrameHandler handler, int maxQueuedBytes, int reactor = Any);

    /// <summary>Connects to the first of a host's addresses that takes the connection, all within the time given.</summary>
    ValueTask<ConnectOutcome> ConnectAsync(string host, int port, TimeSpan timeout, int reactor = Any);

    /// <summary>
    /// Calls back about every so often, until what is returned is disposed of: on the thread of that reactor, so that it finds the locks of its
    /// connections free, or on any where there are none.
    /// </summary>
    IDisposable Every(TimeSpan period, Action tick, int reactor);
}

/// <summary>A connected socket, which is the receiver's to close, or why there is none.</summary>
internal readonly record struct ConnectOutcome(Socket? Socket, string? Failure)
{
    internal static ConnectOutcome TimedOut(TimeSpan timeout) => new(null, $"no connection within {timeout.TotalMilliseconds:0} ms");
}
