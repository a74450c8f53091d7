using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Transport;

/// <summary>
/// One TCP connection of the portable transport: a receive loop that hands whole buffers to a handler, and an output that any thread may
/// append to under the output lock. Sends and receives are reused SocketAsyncEventArgs, so steady traffic allocates nothing.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "Close disposes the socket; the rest may be in use by its last operation and is left to the collector.")]
internal sealed class SocketConnection : FrameConnection
{
    private const int FirstBufferBytes = 16 << 10;
    private const int MaxIdleBufferBytes = 64 << 10;

    private readonly Socket _socket;
    private readonly IFrameHandler _handler;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Args _receive;
    private readonly Args _send;
    private byte[] _buffer;
    private int _start;
    private int _end;
    private FrameWriter _output = new();
    private FrameWriter _sending = new();
    private int _sent;
    private bool _sendActive;
    private bool _readPaused;
    private bool _closeWhenSent;
    private int _closed;
    private long _lastReceived;
    private long _lastSent;

    internal SocketConnection(Socket socket, IFrameHandler handler, TimeProvider time, ILogger log, int maxQueuedBytes)
        : base(maxQueuedBytes)
    {
        _socket = socket;
        _handler = handler;
        _time = time;
        _log = log;
        _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        _receive = new Args(this, isSend: false);
        _send = new Args(this, isSend: true);
        _lastReceived = time.GetTimestamp();
        _lastSent = _lastReceived;
    }

    internal override FrameWriter Output => _output;

    internal override bool IsClosed => Volatile.Read(ref _closed) != 0;

    internal override long LastReceived => Volatile.Read(ref _lastReceived);

    internal override long LastSent => Volatile.Read(ref _lastSent);

    internal override void Start() => ReceiveLoop();

    internal override void Flush()
    {
        bool slow;
        lock (OutputLock)
        {
            slow = _sendActive && _output.Length > MaxQueuedBytes;
            if (!slow)
            {
                if (_sendActive || _output.Length == 0 || IsClosed)
                {
                    return;
                }

                _sendActive = true;
                SwapOutput();
            }
        }

        if (slow)
        {
            Close(CloseReason.SlowReader);
        }
        else
        {
            SendLoop();
        }
    }

    internal override void CloseWhenSent()
    {
        bool now;
        lock (OutputLock)
        {
            _closeWhenSent = true;
            now = !_sendActive && _output.Length == 0;
        }

        if (now)
        {
            Close(CloseReason.Local);
        }
        else
        {
            Flush();
        }
    }

    internal override void Close(CloseReason reason)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        // .NET resets a connection that is disposed of with a receive pending, unless it was shut down before: the reset would take replies
        // from the peer that it has not read yet. A peer that reads nothing gets the reset.
        if (reason is not (CloseReason.SlowReader or CloseReason.Silent))
        {
            try
            {
                _socket.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException)
            {
                // The peer was faster.
            }
        }

        // The buffers go to the garbage collector: an operation may still be using them.
        _socket.Dispose();
        _handler.OnClosed(reason);
    }

    private void ReceiveLoop()
    {
        try
        {
            do
            {
                MakeRoom();
                _receive.SetBuffer(_buffer, _end, _buffer.Length - _end);
                if (_socket.ReceiveAsync(_receive))
                {
                    return;
                }
            }
            while (OnReceived());
        }
        catch (ObjectDisposedException)
        {
            // Closed from another thread; its reason stands.
        }
    }

    private bool OnReceived()
    {
        if (IsClosed)
        {
            return false;
        }

        if (_receive.SocketError != SocketError.Success || _receive.BytesTransferred == 0)
        {
            Close(_end > _start || _receive.SocketError != SocketError.Success ? CloseReason.Interrupted : CloseReason.PeerClosed);
            return false;
        }

        Volatile.Write(ref _lastReceived, _time.GetTimestamp());
        _end += _receive.BytesTransferred;
        var batch = FlushBatch.Enter();
        long taken;
        try
        {
            taken = _handler.OnReceived(new ReadOnlySequence<byte>(_buffer, _start, _end - _start));
        }
        catch (Exception bug)
        {
            // A fault of ours must cost this connection only, not the process.
            Log.HandlerFailed(_log, bug);
            taken = -1;
        }
        finally
        {
            batch.Leave();
        }

        if (taken < 0)
        {
            Close(CloseReason.ProtocolBroken);
            return false;
        }

        _start += (int)taken;
        if (_start == _end)
        {
            _start = _end = 0;
        }

        return !PauseReading();
    }

    private bool PauseReading()
    {
        lock (OutputLock)
        {
            _readPaused = _output.Length + _sending.Length > PauseBytes && _sendActive;
            return _readPaused;
        }
    }

    /// <summary>Moves a partial frame to the front, and grows the buffer as its bytes arrive, never ahead of them.</summary>
    private void MakeRoom()
    {
        if (_start == 0 && _end == 0)
        {
            if (_buffer.Length > MaxIdleBufferBytes)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
            }

            return;
        }

        if (_end < _buffer.Length && _buffer.Length - _end >= _buffer.Length / 4)
        {
            return;
        }

        var held = _end - _start;
        if (held <= _buffer.Length / 2)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, held);
        }
        else
        {
            var grown = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            Buffer.BlockCopy(_buffer, _start, grown, 0, held);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = grown;
        }

        _start = 0;
        _end = held;
    }

    private void SendLoop()
    {
        try
        {
            do
            {
                _send.SetBuffer(MemoryMarshal.AsMemory(_sending.WrittenMemory[_sent..]));
                if (_socket.SendAsync(_send))
                {
                    return;
                }
            }
            while (OnSent());
        }
        catch (ObjectDisposedException)
        {
            // Closed from another thread; its reason stands.
        }
    }

    private bool OnSent()
    {
        if (_send.SocketError != SocketError.Success)
        {
            Close(CloseReason.Interrupted);
            return false;
        }

        _sent += _send.BytesTransferred;
        if (_sent < _sending.Length)
        {
            return true;
        }

        bool more;
        bool resume;
        bool close;
        lock (OutputLock)
        {
            _sending.Clear();
            Volatile.Write(ref _lastSent, _time.GetTimestamp());
            more = _output.Length > 0;
            _sendActive = more;
            if (more)
            {
                SwapOutput();
            }

            resume = _readPaused && _sending.Length + _output.Length < ResumeBytes;
            _readPaused &= !resume;
            close = !more && _closeWhenSent;
        }

        if (close)
        {
            Close(CloseReason.Local);
            return false;
        }

        if (resume)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.ReceiveLoop(), this, preferLocal: false);
        }

        return more;
    }

    private void SwapOutput()
    {
        (_output, _sending) = (_sending, _output);
        _sent = 0;
    }

    private sealed class Args : SocketAsyncEventArgs
    {
        private readonly SocketConnection _connection;
        private readonly bool _isSend;

        internal Args(SocketConnection connection, bool isSend)
            : base(true)
        {
            _connection = connection;
            _isSend = isSend;
        }

        protected override void OnCompleted(SocketAsyncEventArgs e)
        {
            if (_isSend)
            {
                if (_connection.OnSent())
                {
                    _connection.SendLoop();
                }
            }
            else if (_connection.OnReceived())
            {
                _connection.ReceiveLoop();
            }
        }
    }
}
