using System.Buffers;
using System.Net.Sockets;
using BridgeMesh.Core.Pipeline;
using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Callers;

/// <summary>One caller's connection of a framed protocol.</summary>
internal sealed class FramedCaller : IFrameHandler, ICallerSide
{
    private const int MaxSkippedFrames = 8;

    private readonly FramedListener _listener;
    private readonly IFrameCodec _codec;
    private readonly IExchangeDispatcher _dispatcher;
    private readonly ILogger _log;
    private readonly FrameConnection _socket;
    private readonly string? _peer;
    private readonly CallsInFlight _calls = new();
    private int _inFlight;
    private long _skipping;
    private long _frameBegan;
    private bool _closed;

    internal FramedCaller(
        FramedListener listener, Socket socket, IFrameCodec codec, ITransport transport, IExchangeDispatcher dispatcher, ILogger log)
    {
        _listener = listener;
        _codec = codec;
        _dispatcher = dispatcher;
        _log = log;
        _peer = socket.RemoteEndPoint?.ToString();
        _socket = transport.Attach(socket, this, (int)Math.Min(int.MaxValue, listener.Limits.Frames.MaxFrameBytes * 4L));
    }

    public string Protocol => _codec.Protocol;

    internal int InFlight => Volatile.Read(ref _inFlight);

    internal void Start() => _socket.Start();

    internal void Close() => _socket.Close(CloseReason.Local);

    internal void CloseWhenSent() => _socket.CloseWhenSent();

    /// <summary>Tells the caller to send no new calls, where its protocol can.</summary>
    internal void GoAway()
    {
        bool isWritten;
        lock (_socket.OutputLock)
        {
            isWritten = !_closed && _codec.WriteGoAway(_socket.Output);
        }

        if (isWritten)
        {
            _socket.Flush();
        }
    }

    /// <summary>Whether nothing is owed to the caller and it has sent nothing for so long.</summary>
    internal bool IsQuiet(long now, long ticks) => InFlight == 0 && now - Math.Max(_socket.LastReceived, _socket.LastSent) >= ticks;

    /// <summary>Closes a connection that holds up a frame or has been idle for too long. Called every second or so by one thread.</summary>
    internal void Sweep(long now, CallerLimits limits, long frequency)
    {
        var began = Volatile.Read(ref _frameBegan);
        if (began != 0 && now - began >= limits.WholeFrameMs * frequency / 1_000)
        {
            _socket.Close(CloseReason.Stalled);
        }
        else if (IsQuiet(now, limits.IdleCloseMs * frequency / 1_000))
        {
            _socket.Close(CloseReason.Idle);
        }
    }

    public long OnReceived(in ReadOnlySequence<byte> buffer)
    {
        var skipping = _skipping > 0;
        var taken = Take(buffer);

        // A frame counts from its first byte, however its bytes trickle in. 0 stands for none, so the first tick of a clock is the second.
        if (taken == buffer.Length && _skipping == 0)
        {
            _frameBegan = 0;
        }
        else if (_frameBegan == 0 || (taken > 0 && !(skipping && taken == buffer.Length)))
        {
            Volatile.Write(ref _frameBegan, Math.Max(1, _dispatcher.Time.GetTimestamp()));
        }

        return taken;
    }

    private long Take(in ReadOnlySequence<byte> buffer)
    {
        var limits = _listener.Limits.Frames;
        var taken = Math.Min(_skipping, buffer.Length);
        _skipping -= taken;
        while (taken < buffer.Length)
        {
            var rest = buffer.Slice(taken);
            var scan = _codec.Scan(rest, limits, out var header);
            if (!scan.Fault.IsOk)
            {
                Log.CallerBroke(_log, Protocol, _peer, scan.Fault.ToString());
                if (!TryRefuse(header, limits.MaxFrameBytes, scan.Fault))
                {
                    return -1;
                }

                var skipped = Math.Min(header.Length, rest.Length);
                _skipping = header.Length - skipped;
                taken += skipped;
                continue;
            }

            if (scan.NeedBytes > 0)
            {
                break;
            }

            OnFrame(header, rest.Slice(0, header.Length));
            taken += header.Length;
        }

        return taken;
    }

    public void OnClosed(CloseReason reason)
    {
        lock (_socket.OutputLock)
        {
            _closed = true;
        }

        Log.CallerClosed(_log, Protocol, _peer, reason);
        _listener.OnClosed(this);
        CancelAll();
    }

    public CodecStatus ReadRequest(Exchange exchange) => _codec.ReadRequest(exchange);

    public void OnReply(Exchange exchange)
    {
        var isMine = true;
        if (!exchange.OneWay)
        {
            lock (_socket.OutputLock)
            {
                if (!_closed)
                {
                    Write(exchange);
                }

                isMine = _calls.TryEnd(exchange);
            }

            FlushBatch.Request(_socket);
        }

        if (isMine)
        {
            End(exchange);
        }
    }

    private void End(Exchange exchange)
    {
        Interlocked.Decrement(ref _inFlight);
        _listener.OnCallEnded();
        _dispatcher.Return(exchange);
    }

    /// <summary>
    /// Nobody waits for the answers any more: what is in flight is given up at its callees. One-way calls go on, as their callers may leave
    /// whenever they like.
    /// </summary>
    private void CancelAll()
    {
        while (true)
        {
            Exchange? exchange;
            lock (_socket.OutputLock)
            {
                exchange = _calls.BeginCancelling();
            }

            if (exchange is null)
            {
                return;
            }

            _dispatcher.Cancel(exchange);
            bool isMine;
            lock (_socket.OutputLock)
            {
                isMine = CallsInFlight.EndCancelling(exchange);
            }

            if (isMine)
            {
                End(exchange);
            }
        }
    }

    /// <summary>False when the connection has closed and nobody would wait for the answer.</summary>
    private bool TryAwait(Exchange exchange)
    {
        lock (_socket.OutputLock)
        {
            if (!_closed)
            {
                _calls.Add(exchange);
            }

            return !_closed;
        }
    }

    /// <summary>Counts a call, here and at the listener.</summary>
    private (int Here, int AtListener) Begin() => (Interlocked.Increment(ref _inFlight), _listener.OnCallBegun());

    /// <summary>
    /// Answers a request that is too large, where its head could be read, and lets its bytes pass unread: the connection's other calls are
    /// not to suffer for it. Past <see cref="MaxSkippedFrames"/> times the limit that costs more than it saves, and the connection closes.
    /// </summary>
    private bool TryRefuse(in FrameHeader header, int maxFrameBytes, in CodecStatus fault)
    {
        if (fault.Error != CodecError.OverBudget
            || header.Kind != FrameKind.Request
            || header.Length <= maxFrameBytes
            || header.Length / MaxSkippedFrames > maxFrameBytes)
        {
            return false;
        }

        var exchange = _dispatcher.Rent(this);
        exchange.CallerHeader = header;
        exchange.OneWay = header.OneWay;
        exchange.SetFault(ExchangeStatus.RequestTooLarge, fault);
        Begin();
        OnReply(exchange);
        return true;
    }

    private void OnFrame(in FrameHeader header, in ReadOnlySequence<byte> frame)
    {
        switch (header.Kind)
        {
            case FrameKind.Request:
                OnRequest(header, frame);
                break;
            case FrameKind.Heartbeat:
                lock (_socket.OutputLock)
                {
                    _codec.WriteControlReply(header, frame, _socket.Output);
                }

                FlushBatch.Request(_socket);
                break;
            default:
                // Answers to heartbeats we never send, go-aways of a caller that is about to close: nothing depends on them.
                break;
        }
    }

    private void OnRequest(in FrameHeader header, in ReadOnlySequence<byte> frame)
    {
        var exchange = _dispatcher.Rent(this);
        exchange.CallerHeader = header;
        exchange.RequestFrame = frame;
        exchange.OneWay = header.OneWay;
        exchange.CallerTimeoutMs = header.TimeoutMs;
        var limits = _listener.Limits;
        var (inFlight, atListener) = Begin();
        var status = _codec.OpenRequest(exchange);
        if (!status.IsOk)
        {
            exchange.SetFault(Faults.OfRequest(status), status);
            OnReply(exchange);
        }
        else if (inFlight > limits.Frames.MaxInFlight)
        {
            exchange.SetFault(ExchangeStatus.Exhausted, $"more than {limits.Frames.MaxInFlight} calls in flight on this connection");
            OnReply(exchange);
        }
        else if (atListener > limits.MaxInFlight)
        {
            exchange.SetFault(ExchangeStatus.Exhausted, $"more than {limits.MaxInFlight} calls in flight at this listener");
            OnReply(exchange);
        }
        else if (!exchange.OneWay && !TryAwait(exchange))
        {
            exchange.SetFault(ExchangeStatus.Cancelled, "the caller went away");
            OnReply(exchange);
        }
        else
        {
            _dispatcher.Dispatch(exchange);
        }
    }

    private void Write(Exchange exchange)
    {
        var output = _socket.Output;
        CodecStatus status;
        if (exchange.Lane != Lane.Translate && !exchange.ReplyFrame.IsEmpty)
        {
            status = _codec.CopyPatched(exchange.ReplyHeader, exchange.ReplyFrame, new FramePatch(exchange.CallerHeader.CorrelationId, 0, null), output);
        }
        else
        {
            status = _codec.WriteReply(exchange, output);
        }

        if (!status.IsOk)
        {
            var tooLarge = status.Error == CodecError.OverBudget;
            exchange.SetFault(tooLarge ? ExchangeStatus.ReplyTooLarge : ExchangeStatus.BadGateway, status, mayHaveExecuted: true);
            _codec.WriteReply(exchange, output);
        }
    }
}
