using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Transport.Reactors;

/// <summary>
/// One TCP connection that a reactor carries. Its thread alone reads, sends and closes the descriptor; other threads append to the output and
/// post. An idle connection holds no buffer: what is received lies in the reactor's, and outputs are borrowed while there is something to send.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "Release disposes the socket, at the end of the reactor's batch.")]
internal sealed class ReactorConnection : FrameConnection, IReactorEntry
{
    private readonly Reactor _reactor;
    private readonly Socket _socket;
    private readonly int _descriptor;
    private readonly IFrameHandler _handler;
    private readonly SendQueue _sending;
    private HeldBytes _held;
    private FrameWriter? _output;
    private Queue<FrameWriter>? _filled;
    private PostedMark _posted;
    private bool _closeWhenSent;
    private bool _isBegun;
    private bool _isRegistered;
    private bool _isBlocked;
    private bool _isPaused;
    private uint _watched;
    private int _closed;
    private int _released;
    private long _lastReceived;
    private long _lastSent;

    internal ReactorConnection(Reactor reactor, Socket socket, IFrameHandler handler, long now, int maxQueuedBytes)
        : base(maxQueuedBytes)
    {
        _reactor = reactor;
        _socket = socket;
        _descriptor = (int)socket.SafeHandle.DangerousGetHandle(); // The socket is kept until Release, and with it the descriptor.
        _handler = handler;
        _sending = new SendQueue(reactor.Writers);
        _lastReceived = now;
        _lastSent = now;
    }

    int IReactorEntry.Index { get; set; } = -1;

    ref PostedMark IReactorEntry.Posted => ref _posted;

    internal override FrameWriter Output
    {
        get
        {
            if (_output is null)
            {
                _output = _reactor.Writers.Rent();
            }
            else if (_output.Length >= SendQueue.SegmentBytes)
            {
                // Another segment, rather than to copy what is there into a larger buffer.
                (_filled ??= new Queue<FrameWriter>()).Enqueue(_output);
                _output = _reactor.Writers.Rent();
            }

            return _output;
        }
    }

    internal override bool IsClosed => Volatile.Read(ref _closed) != 0;

    internal override long LastReceived => Volatile.Read(ref _lastReceived);

    internal override long LastSent => Volatile.Read(ref _lastSent);

    internal override void Start()
    {
        Volatile.Write(ref _isBegun, true);
        Post();
    }

    internal override void Flush()
    {
        if (_reactor.IsCurrent)
        {
            FlushHere();
        }
        else if (!IsClosed)
        {
            _reactor.Post(this);
        }
    }

    internal override void CloseWhenSent()
    {
        lock (OutputLock)
        {
            _closeWhenSent = true;
        }

        Post();
    }

    internal override void Close(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _closed, (int)reason + 1, 0) != 0)
        {
            return;
        }

        if (_reactor.IsCurrent)
        {
            _reactor.ReleaseLater(this);
        }
        else if (!_reactor.Post(this))
        {
            ((IReactorEntry)this).Release();
        }

        _handler.OnClosed(reason);
    }

    void IReactorEntry.OnReady(uint events)
    {
        if (IsClosed)
        {
            return;
        }

        if ((events & Libc.EpollOut) != 0)
        {
            _isBlocked = false;
            FlushHere();
        }

        // An error and the peer's complete end are told whether they were asked for or not.
        const uint end = Libc.EpollError | Libc.EpollHangUp;
        if (IsClosed || (events & (Libc.EpollIn | end)) == 0)
        {
            return;
        }

        if (!_isPaused)
        {
            Receive();
        }
        else if ((events & end) != 0)
        {
            Close(CloseReason.Interrupted);
        }
    }

    void IReactorEntry.OnPosted()
    {
        if (IsClosed)
        {
            _reactor.ReleaseLater(this);
            return;
        }

        if (!_isRegistered && Volatile.Read(ref _isBegun))
        {
            _isRegistered = true;
            _watched = Libc.EpollIn;
            if (!_reactor.Register(this, _descriptor, _watched))
            {
                Close(CloseReason.Interrupted);
                return;
            }
        }

        FlushHere();
    }

    void IReactorEntry.OnStopped() => Close(CloseReason.Local);

    void IReactorEntry.Release()
    {
        // A close and a post that finds it closed both ask for this, and the descriptor may be another connection's the second time.
        if (Interlocked.Exchange(ref _released, 1) != 0)
        {
            return;
        }

        _reactor.Unregister(this, _descriptor);
        if ((CloseReason)(_closed - 1) is not (CloseReason.SlowReader or CloseReason.Silent))
        {
            // What was sent is to reach a peer that has not read it yet. It fails where the peer was faster.
            _ = Libc.Shutdown(_descriptor, Libc.ShutdownBoth);
        }

        _socket.Dispose();
        _held.Clear();
        _sending.Clear();
        lock (OutputLock)
        {
            // The output itself is left to the collector: a thread that does not know yet of the close may append to it once more.
            _output = null;
            _filled = null;
        }
    }

    private void Post()
    {
        if (_reactor.IsCurrent)
        {
            ((IReactorEntry)this).OnPosted();
        }
        else
        {
            _reactor.Post(this);
        }
    }

    /// <summary>On the reactor's thread: takes what was appended and sends what the system takes of it.</summary>
    private void FlushHere()
    {
        if (IsClosed || !_isRegistered)
        {
            return; // Before the start it goes out with it.
        }

        bool closeWhenSent;
        lock (OutputLock)
        {
            while (_filled is { Count: > 0 })
            {
                _sending.Add(_filled.Dequeue());
            }

            if (_output is not null)
            {
                _sending.Add(_output);
                _output = null;
            }

            closeWhenSent = _closeWhenSent;
        }

        if (!_isBlocked && _sending.QueuedBytes > 0)
        {
            var outcome = _sending.Send(_descriptor);
            if (outcome == SendOutcome.Failed)
            {
                Close(CloseReason.Interrupted);
                return;
            }

            _isBlocked = outcome == SendOutcome.Blocked;
            Volatile.Write(ref _lastSent, _reactor.Now);
        }

        if (_sending.QueuedBytes > MaxQueuedBytes)
        {
            Close(CloseReason.SlowReader);
        }
        else if (closeWhenSent && _sending.QueuedBytes == 0)
        {
            Close(CloseReason.Local);
        }
        else
        {
            Rewatch();
        }
    }

    /// <summary>Reads only from a peer that takes its answers, and waits for room only where there was none.</summary>
    private void Rewatch()
    {
        _isPaused = _isPaused ? _sending.QueuedBytes >= ResumeBytes : _sending.QueuedBytes > PauseBytes;
        var wanted = (_isPaused ? 0 : Libc.EpollIn) | (_isBlocked ? Libc.EpollOut : 0);
        if (wanted != _watched)
        {
            _watched = wanted;
            if (!_reactor.Rewatch(this, _descriptor, wanted))
            {
                Close(CloseReason.Interrupted);
            }
        }
    }

    /// <summary>One read for each time that the connection is ready, so that none keeps the others waiting.</summary>
    private void Receive()
    {
        var shared = _reactor.ReceiveBuffer;
        var isApart = _held.Length > Reactor.MaxCopiedBytes;
        var before = _held.Length;
        var target = isApart ? _held.MakeRoom() : shared;
        if (!isApart)
        {
            _held.CopyTo(shared);
        }

        var received = Read(target, before);
        if (received < 0 && Marshal.GetLastSystemError() is Libc.Again or Libc.Interrupted)
        {
            return;
        }

        if (received <= 0)
        {
            FlushHere(); // Answers to what came before the end.
            Close(received < 0 || before > 0 ? CloseReason.Interrupted : CloseReason.PeerClosed);
            return;
        }

        Volatile.Write(ref _lastReceived, _reactor.Now);
        long taken;
        try
        {
            taken = _handler.OnReceived(new ReadOnlySequence<byte>(target, 0, before + received));
        }
        catch (Exception bug)
        {
            // A fault of ours must cost this connection only, not the process.
            Log.HandlerFailed(_reactor.Logger, bug);
            taken = -1;
        }

        if (taken < 0)
        {
            FlushHere();
            Close(CloseReason.ProtocolBroken);
        }
        else if (isApart)
        {
            _held.Keep(before + received, (int)taken);
        }
        else
        {
            _held.Replace(shared.AsSpan((int)taken, before + received - (int)taken));
        }
    }

    private unsafe int Read(byte[] target, int at)
    {
        fixed (byte* pointer = target)
        {
            return (int)Libc.Read(_descriptor, pointer + at, (nuint)(target.Length - at));
        }
    }
}
