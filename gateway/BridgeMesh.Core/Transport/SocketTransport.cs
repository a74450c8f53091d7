using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Transport;

/// <summary>The portable transport: the framework's sockets and its thread pool.</summary>
internal sealed class SocketTransport(TimeProvider time, ILogger log) : ITransport
{
    public int Reactors => 1;

    public int Current => ITransport.Any;

    public FrameConnection Attach(Socket socket, IFrameHandler handler, int maxQueuedBytes, int reactor = ITransport.Any) =>
        new SocketConnection(socket, handler, time, log, maxQueuedBytes);

    public async ValueTask<ConnectOutcome> ConnectAsync(string host, int port, TimeSpan timeout, int reactor = ITransport.Any)
    {
        Socket? socket = null;
        string failure;
        try
        {
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var patience = new CancellationTokenSource(timeout, time);
            await socket.ConnectAsync(new DnsEndPoint(host, port), patience.Token).ConfigureAwait(false);
            return new ConnectOutcome(socket, null);
        }
        catch (SocketException refused)
        {
            failure = refused.SocketErrorCode.ToString();
        }
        catch (OperationCanceledException)
        {
            failure = ConnectOutcome.TimedOut(timeout).Failure!; // It always says why.
        }

        socket?.Dispose();
        return new ConnectOutcome(null, failure);
    }

    public IDisposable Every(TimeSpan period, Action tick, int reactor) =>
        time.CreateTimer(static state => ((Action)state!)(), tick, period, period);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
