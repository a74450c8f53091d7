using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Transport.Reactors;

/// <summary>Several reactors, to which connections are dealt in turn. Linux only.</summary>
internal sealed class ReactorTransport : ITransport
{
    /// <summary>Further ones share nothing but cost a thread and 256 KiB each; sockets and the kernel are the bound long before.</summary>
    internal const int MaxReactors = 64;

    private readonly Reactor[] _reactors;
    private readonly TimeProvider _time;
    private uint _next;

    /// <param name="reactors">1 to <see cref="MaxReactors"/>.</param>
    internal ReactorTransport(int reactors, TimeProvider time, ILogger log)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(reactors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(reactors, MaxReactors);
        _time = time;
        _reactors = [.. Enumerable.Range(0, reactors).Select(i => new Reactor(i, time, log))];
        foreach (var reactor in _reactors)
        {
            reactor.Start();
        }
    }

    internal static bool IsSupported => OperatingSystem.IsLinux();

    public int Reactors => _reactors.Length;

    public int Current => Reactor.Current is { } reactor && ReferenceEquals(_reactors[reactor.Index % _reactors.Length], reactor)
        ? reactor.Index
        : ITransport.Any;

    public FrameConnection Attach(Socket socket, IFrameHandler handler, int maxQueuedBytes, int reactor = ITransport.Any)
    {
        socket.Blocking = false;
        return new ReactorConnection(Choose(reactor), socket, handler, _time.GetTimestamp(), maxQueuedBytes);
    }

    public async ValueTask<ConnectOutcome> ConnectAsync(string host, int port, TimeSpan timeout, int reactor = ITransport.Any)
    {
        using var patience = new CancellationTokenSource(timeout, _time);
        var failure = "it has no address";
        try
        {
            var addresses = IPAddress.TryParse(host, out var literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(host, patience.Token).ConfigureAwait(false);
            foreach (var address in addresses)
            {
                var outcome = await ConnectAsync(new IPEndPoint(address, port), Choose(reactor), patience.Token).ConfigureAwait(false);
                if (outcome.Socket is not null)
                {
                    return outcome;
                }

                failure = outcome.Failure;
            }
        }
        catch (SocketException unknown)
        {
            failure = unknown.SocketErrorCode.ToString();
        }
        catch (OperationCanceledException)
        {
            return patience.IsCancellationRequested ? ConnectOutcome.TimedOut(timeout) : new ConnectOutcome(null, "the gateway stops");
        }

        return new ConnectOutcome(null, failure);
    }

    public IDisposable Every(TimeSpan period, Action tick, int reactor) => Choose(reactor).Every(period, tick);

    public async ValueTask DisposeAsync()
    {
        foreach (var reactor in _reactors)
        {
            await reactor.StopAsync().ConfigureAwait(false);
        }
    }

    private static async Task<ConnectOutcome> ConnectAsync(IPEndPoint address, Reactor reactor, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var isConnected = false;
        try
        {
            socket.NoDelay = true;
            socket.Blocking = false;
            var error = await new ConnectAttempt(reactor, socket, address).RunAsync(cancellationToken).ConfigureAwait(false);
            isConnected = error == 0;
            return isConnected ? new ConnectOutcome(socket, null) : new ConnectOutcome(null, NameOf(error));
        }
        finally
        {
            if (!isConnected)
            {
                socket.Dispose();
            }
        }
    }

    /// <summary>As the framework names the same failures of its own sockets.</summary>
    private static string NameOf(int error) => error switch
    {
        99 => nameof(SocketError.AddressNotAvailable),
        101 => nameof(SocketError.NetworkUnreachable),
        104 => nameof(SocketError.ConnectionReset),
        110 => nameof(SocketError.TimedOut),
        111 => nameof(SocketError.ConnectionRefused),
        113 => nameof(SocketError.HostUnreachable),
        _ => Marshal.GetPInvokeErrorMessage(error),
    };

    private Reactor Choose(int reactor) => _reactors[(reactor >= 0 ? (uint)reactor : Interlocked.Increment(ref _next)) % (uint)_reactors.Length];
}
