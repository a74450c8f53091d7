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
    /// <summary>Callers connected at once; more are closed at once. Settable by the listener's <c>maxConnections</c>.</summary>
    private const int DefaultMaxConnections = 16_384;

    private readonly ListenerSettings _settings;
    private readonly IFrameCodec _codec;
    private readonly IExchangeDispatcher _dispatcher;
    private readonly ILogger _log;
    private readonly int _maxConnections;
    private readonly Lock _lock = new();
    private readonly HashSet<FramedCaller> _callers = [];
    private readonly CancellationTokenSource _stopping = new();
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;

    internal FramedListener(ListenerSettings settings, IFrameCodec codec, IExchangeDispatcher dispatcher, ILogger log)
    {
        _settings = settings;
        _codec = codec;
        _dispatcher = dispatcher;
        _log = log;
        _maxConnections = settings.Settings.TryGetValue("maxConnections", out var text) && int.TryParse(text, out var max) && max > 0
            ? max
            : DefaultMaxConnections;
    }

    public int Port => ((IPEndPoint?)_socket?.LocalEndPoint)?.Port ?? 0;

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
        _accepting = AcceptAsync(socket);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _socket?.Dispose();
        await _accepting.ConfigureAwait(false);
        foreach (var caller in Callers())
        {
            caller.GoAway();
        }

        while (!cancellationToken.IsCancellationRequested && Callers().Any(c => c.InFlight > 0))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), _dispatcher.Time, CancellationToken.None).ConfigureAwait(false);
        }

        foreach (var caller in Callers())
        {
            if (cancellationToken.IsCancellationRequested)
            {
                caller.Close();
            }
            else
            {
                caller.CloseWhenSent();
            }
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
        }
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
            if (_callers.Count >= _maxConnections)
            {
                socket.Dispose();
                return;
            }

            try
            {
                socket.NoDelay = true;
                caller = new FramedCaller(this, socket, _codec, _dispatcher, _settings.Limits, _log);
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
