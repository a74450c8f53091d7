using System.Net;
using System.Net.Sockets;
using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Callers;

/// <summary>Accepts callers of a framed protocol.</summary>
internal sealed class FramedListener : IListener
{
    /// <summary>
    /// How long a caller must have been silent until its connection is closed in a drain: a call that it sent before it read the go-away is
    /// under way for a round trip.
    /// </summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainPause = TimeSpan.FromMilliseconds(10);

    private readonly ListenerSettings _settings;
    private readonly IFrameCodec _codec;
    private readonly ITransport _transport;
    private readonly IExchangeDispatcher _dispatcher;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly HashSet<FramedCaller> _callers = [];
    private readonly CancellationTokenSource _stopping = new();
    private CallerLimits _limits;
    private ITimer? _sweeper;
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;
    private int _inFlight;
    private bool _isFull;

    internal FramedListener(ListenerSettings settings, IFrameCodec codec, ITransport transport, IExchangeDispatcher dispatcher, ILogger log)
    {
        _settings = settings;
        _codec = codec;
        _transport = transport;
        _dispatcher = dispatcher;
        _log = log;
        _limits = CallerLimits.Of(settings);
    }

    public int Port { get; private set; }

    internal CallerLimits Limits => Volatile.Read(ref _limits);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var address = IPAddress.Parse(_settings.Host);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);

        // ReuseAddress is left alone: on Unix .NET turns it into SO_REUSEPORT, with which a second gateway would silently take half of the
        // calls. What a restart needs, SO_REUSEADDR past connections in TIME_WAIT, .NET sets on Unix by itself.
        try
        {
            socket.Bind(new IPEndPoint(address, _settings.Port));
            socket.Listen(1_024);
        }
        catch (SocketException taken)
        {
            socket.Dispose();
            throw new IOException($"listener {_settings.Name}: cannot bind {_settings.Host}:{_settings.Port}: {taken.Message}", taken);
        }

        _socket = socket;
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port; // Bound, so it has one.
        _sweeper = _dispatcher.Time.CreateTimer(static state => ((FramedListener)state!).Sweep(), this, SweepPeriod, SweepPeriod);
        _accepting = AcceptAsync(socket);
        return Task.CompletedTask;
    }

    /// <summary>Connections that are open take the new limits too; those above a smaller number of them stay.</summary>
    public bool TryChange(ListenerSettings settings)
    {
        Volatile.Write(ref _limits, CallerLimits.Of(settings));
        return true;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await StopAcceptingAsync().ConfigureAwait(false);
        foreach (var caller in Callers())
        {
            caller.GoAway();
        }

        var time = _dispatcher.Time;
        var quiet = (long)(Quiet.TotalSeconds * time.TimestampFrequency);
        while (!cancellationToken.IsCancellationRequested && Callers() is { Length: > 0 } left)
        {
            var now = time.GetTimestamp();
            foreach (var caller in left)
            {
                if (caller.IsQuiet(now, quiet))
                {
                    caller.CloseWhenSent();
                }
            }

            await Task.Delay(DrainPause, time, CancellationToken.None).ConfigureAwait(false);
        }

        foreach (var caller in Callers())
        {
            caller.Close();
        }

        if (_sweeper is not null)
        {
            await _sweeper.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _stopping.Dispose();
    }

    internal void OnClosed(FramedCaller caller)
    {
        lock (_lock)
        {
            _callers.Remove(caller);
            _isFull &= _callers.Count > Limits.MaxConnections / 10 * 9; // Lest a crowd at the door fills the log.
        }
    }

    /// <summary>Calls in flight at this listener, with this one.</summary>
    internal int OnCallBegun() => Interlocked.Increment(ref _inFlight);

    internal void OnCallEnded() => Interlocked.Decrement(ref _inFlight);

    private void Sweep()
    {
        var limits = Limits;
        var now = _dispatcher.Time.GetTimestamp();
        foreach (var caller in Callers())
        {
            caller.Sweep(now, limits, _dispatcher.Time.TimestampFrequency);
        }
    }

    private async Task StopAcceptingAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        if (Interlocked.Exchange(ref _socket, null) is not { } socket)
        {
            return;
        }

        // Who is connected already, and not yet accepted, would be reset by the close.
        try
        {
            socket.Blocking = false;
            while (socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
            {
                Admit(socket.Accept());
            }
        }
        catch (SocketException)
        {
            // He went before he was let in, or there is no descriptor for him.
        }

        socket.Dispose();
    }

    private FramedCaller[] Callers()
    {
        lock (_lock)
        {
            return [.. _callers];
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failed)
            {
                // Out of descriptors, as a rule: those that close soon make room.
                Log.AcceptFailed(_log, _settings.Name, failed.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _dispatcher.Time, CancellationToken.None).ConfigureAwait(false);
                continue;
            }

            Admit(socket);
        }
    }

    private void Admit(Socket socket)
    {
        FramedCaller caller;
        lock (_lock)
        {
            if (_callers.Count >= Limits.MaxConnections)
            {
                // The newest is turned away: to close an older one, idle for the moment, would cost a caller that has done no harm.
                socket.Dispose();
                if (!_isFull)
                {
                    _isFull = true;
                    Log.CallersFull(_log, _settings.Name, _callers.Count);
                }

                return;
            }

            try
            {
                socket.NoDelay = true;
                caller = new FramedCaller(this, socket, _codec, _transport, _dispatcher, _log);
            }
            catch (SocketException)
            {
                // The caller was gone before it was let in.
                socket.Dispose();
                return;
            }

            _callers.Add(caller);
        }

        caller.Start();
    }
}
