using System.Buffers;
using System.Net.Sockets;
using BridgeMesh.Core.Pipeline;
using BridgeMesh.Core.Transport;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Channels;

/// <summary>
/// One open connection to a callee of a framed protocol, shared by many callers: ids are remapped through a <see cref="SlotTable"/>.
/// </summary>
internal sealed class UpstreamConnection : IFrameHandler
{
    private const int MaxSilentHeartbeats = 3;
    private const int MaxSkippedFrames = 8;

    private readonly FramedChannel _channel;
    private readonly IFrameCodec _codec;
    private readonly SlotTable _slots;
    private readonly FrameConnection _socket;
    private readonly TimeProvider _time;
    private readonly long _heartbeatTicks;
    private CodecStatus _broken;
    private long _lastHeartbeat;
    private long _skipping;
    private int _silentHeartbeats;
    private bool _closed;

    internal UpstreamConnection(FramedChannel channel, Socket socket, IFrameCodec codec, FrameLimits limits, ITransport transport, TimeProvider time)
    {
        _channel = channel;
        _codec = codec;
        _time = time;
        _slots = new SlotTable(codec.CorrelationBits, limits.MaxInFlight);
        _heartbeatTicks = codec.HeartbeatIntervalMs * time.TimestampFrequency / 1_000;
        _socket = transport.Attach(socket, this, (int)Math.Min(int.MaxValue, limits.MaxFrameBytes * 4L), channel.Reactor);
        _lastHeartbeat = time.GetTimestamp();
    }

    /// <summary>The callee takes no new calls on this connection.</summary>
    internal bool GoneAway { get; private set; }

    internal int InFlight => _slots.InFlight;

    internal void Start() => _socket.Start();

    internal void Close() => _socket.Close(CloseReason.Local);

    /// <summary>Closes a connection that gets no new calls, once nothing waits on it.</summary>
    internal void CloseWhenIdle()
    {
        bool isIdle;
        lock (_socket.OutputLock)
        {
            isIdle = !_closed && _slots.InFlight == 0;
        }

        if (isIdle)
        {
            _socket.CloseWhenSent();
        }
    }

    /// <summary>
    /// Writes the request and claims a slot for its reply. False when the connection closed meanwhile: nothing was sent and another may be
    /// tried. Every other outcome reaches the sink.
    /// </summary>
    internal bool TrySend(Exchange exchange, IAttemptSink sink)
    {
        var written = CodecStatus.Ok;
        var call = CallState.Of(exchange);
        ulong id = SlotTable.HeartbeatSlot;
        bool isUnwanted;
        lock (_socket.OutputLock)
        {
            if (_closed || GoneAway)
            {
                return false;
            }

            isUnwanted = call.IsUnwanted;
            if (isUnwanted)
            {
                // Whoever cancelled it looked here before it came.
            }
            else if (!exchange.OneWay && !_slots.TryClaim(new PendingCall(exchange, sink), exchange.Deadline, out id))
            {
                written = CodecStatus.Fail(CodecError.OverBudget, "too many calls in flight to the callee");
            }
            else
            {
                call.CorrelationId = id;
                written = Write(exchange, id);
                if (!written.IsOk && !exchange.OneWay)
                {
                    _slots.TrySettle(id, out _);
                }
            }
        }

        if (isUnwanted)
        {
            exchange.SetFault(ExchangeStatus.Cancelled, "the caller went away");
            sink.OnAttemptCompleted(exchange);
            return true;
        }

        if (written.IsOk)
        {
            FlushBatch.Request(_socket);
        }

        if (!written.IsOk)
        {
            exchange.SetFault(written.Error == CodecError.OverBudget ? ExchangeStatus.Exhausted : ExchangeStatus.InvalidArgument, written);
            sink.OnAttemptCompleted(exchange);
        }
        else if (exchange.OneWay)
        {
            sink.OnAttemptCompleted(exchange);
        }

        return true;
    }

    public long OnReceived(in ReadOnlySequence<byte> buffer)
    {
        _silentHeartbeats = 0;
        var taken = Math.Min(_skipping, buffer.Length);
        _skipping -= taken;
        while (taken < buffer.Length)
        {
            var rest = buffer.Slice(taken);
            var scan = _codec.Scan(rest, _channel.Limits, out var header);
            if (!scan.Fault.IsOk)
            {
                if (!TrySkip(header, scan.Fault))
                {
                    _broken = scan.Fault;
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
        var taken = new List<PendingCall>();
        lock (_socket.OutputLock)
        {
            _closed = true;
            _slots.TakeAll(taken);
        }

        _channel.OnConnectionClosed(this, reason, _broken, taken.Count);
        var status = reason == CloseReason.ProtocolBroken ? ExchangeStatus.BadGateway : ExchangeStatus.Unavailable;
        var message = reason == CloseReason.ProtocolBroken
            ? $"the callee broke its protocol: {_broken}"
            : "the connection to the callee closed before it answered";
        foreach (var call in taken)
        {
            call.Exchange.SetFault(status, message, mayHaveExecuted: true);
            call.Exchange.Connection = reason == CloseReason.ProtocolBroken ? ConnectionOutcome.Kept : ConnectionOutcome.Lost;
            call.Sink.OnAttemptCompleted(call.Exchange);
        }
    }

    /// <summary>Collects calls past their deadline and keeps an idle connection alive. Called every few milliseconds by one thread.</summary>
    internal void Sweep(long now, List<PendingCall> expired)
    {
        var close = false;
        var beat = false;
        lock (_socket.OutputLock)
        {
            if (_closed)
            {
                return;
            }

            _slots.Expire(now, expired);
            if (_heartbeatTicks > 0 && now - Math.Max(_socket.LastReceived, _lastHeartbeat) >= _heartbeatTicks)
            {
                close = _silentHeartbeats >= MaxSilentHeartbeats;
                beat = !close;
                if (beat)
                {
                    _lastHeartbeat = now;
                    _silentHeartbeats++;
                    _codec.WriteHeartbeat(SlotTable.HeartbeatSlot, _socket.Output);
                }
            }
        }

        if (beat)
        {
            FlushBatch.Request(_socket);
        }
        else if (close)
        {
            _socket.Close(CloseReason.Silent);
        }
    }

    /// <summary>Takes a call out whose caller is gone; its late reply will be dropped.</summary>
    internal bool TryAbandon(Exchange exchange, out PendingCall call)
    {
        lock (_socket.OutputLock)
        {
            return _slots.TryAbandon(CallState.Of(exchange).CorrelationId, exchange, out call);
        }
    }

    private CodecStatus Write(Exchange exchange, ulong id)
    {
        if (exchange.Lane == Lane.Translate)
        {
            return _codec.WriteRequest(exchange, id, _socket.Output);
        }

        var patch = new FramePatch(id, exchange.RemainingMs, exchange.Lane == Lane.Splice ? CallState.Of(exchange).Splice : null, exchange.CalleeHops);
        return _codec.CopyPatched(exchange.CallerHeader, exchange.RequestFrame, patch, _socket.Output);
    }

    /// <summary>
    /// Settles the call whose reply is too large, where the reply's head could be read, and lets its bytes pass unread: the other calls in
    /// flight on the connection are not to suffer for it. Past <see cref="MaxSkippedFrames"/> times the limit a length is more likely a lie.
    /// </summary>
    private bool TrySkip(in FrameHeader header, in CodecStatus fault)
    {
        var limit = _channel.Limits.MaxFrameBytes;
        if (fault.Error != CodecError.OverBudget || header.Kind != FrameKind.Reply || header.Length <= limit || header.Length / MaxSkippedFrames > limit)
        {
            return false;
        }

        if (TrySettle(header, out var call))
        {
            call.Exchange.SetFault(ExchangeStatus.ReplyTooLarge, fault, mayHaveExecuted: true);
            call.Sink.OnAttemptCompleted(call.Exchange);
        }

        return true;
    }

    private void OnFrame(in FrameHeader header, in ReadOnlySequence<byte> frame)
    {
        switch (header.Kind)
        {
            case FrameKind.Reply:
                OnReply(header, frame);
                break;
            case FrameKind.Heartbeat or FrameKind.Request:
                lock (_socket.OutputLock)
                {
                    _codec.WriteControlReply(header, frame, _socket.Output);
                }

                FlushBatch.Request(_socket);
                break;
            case FrameKind.GoAway:
                GoneAway = true;
                _channel.OnGoneAway(this);
                break;
            default:
                break;
        }
    }

    private void OnReply(in FrameHeader header, in ReadOnlySequence<byte> frame)
    {
        if (!TrySettle(header, out var call))
        {
            return;
        }

        var exchange = call.Exchange;
        exchange.ReplyHeader = header;
        exchange.ReplyFrame = frame;
        if (exchange.Lane == Lane.Translate)
        {
            var status = _codec.ReadReply(exchange);
            exchange.ReplyFrame = default;
            if (!status.IsOk)
            {
                exchange.SetFault(ExchangeStatus.BadGateway, $"the callee's answer cannot be read: {status}", mayHaveExecuted: true);
            }
        }

        call.Sink.OnAttemptCompleted(exchange);
    }

    /// <summary>Takes the call out of its slot, which is the only right to answer it; false for a reply that nobody waits for.</summary>
    private bool TrySettle(in FrameHeader header, out PendingCall call)
    {
        lock (_socket.OutputLock)
        {
            if (_slots.TrySettle(header.CorrelationId, out call))
            {
                return true;
            }
        }

        _channel.CountStrayReply();
        return false;
    }
}
