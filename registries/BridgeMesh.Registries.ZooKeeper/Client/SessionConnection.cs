using System.Buffers;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>One connection after its handshake: a loop that reads, one that writes, and a timer that pings and notices silence.</summary>
internal sealed class SessionConnection(
    Stream stream, PacketReader reader, CallQueue calls, WatchTable watches, SessionIdentity identity, TimeProvider time) : IDisposable
{
    /// <summary>Bytes that are gathered before a write: as many small requests as come together.</summary>
    private const int WriteBytes = 64 << 10;

    /// <summary>Longest time between pings, in ms, however long the session: Java's MAX_SEND_PING_INTERVAL.</summary>
    private const int MaxPingMs = 10_000;

    /// <summary>Shortest, whatever a server says.</summary>
    private const int MinPingMs = 50;

    private static readonly PendingCall Ping = PingCall();

    private readonly CancellationTokenSource _over = new();
    private long _heardAt = time.GetTimestamp();
    private long _pingedAt = time.GetTimestamp();
    private int _xid;
    private string _fault = string.Empty;

    /// <summary>Called whenever bytes have come.</summary>
    public void Heard() => Volatile.Write(ref _heardAt, time.GetTimestamp());

    /// <summary>Runs until the connection is over; why it is.</summary>
    /// <param name="timeoutMs">Of the session.</param>
    /// <param name="lastXid">The last that the handshake used.</param>
    /// <param name="stayMs">Time after which the connection is given up all the same, to look for a better server; 0 for none.</param>
    public async Task<string> RunAsync(int timeoutMs, int lastXid, int stayMs, CancellationToken cancellationToken)
    {
        _xid = lastXid;
        Heard();
        using var stop = cancellationToken.Register(static c => ((SessionConnection)c!).End("the client closes"), this);
        var since = time.GetTimestamp();
        var ping = TimeSpan.FromMilliseconds(Math.Clamp(timeoutMs / 3, MinPingMs, MaxPingMs));
        var silence = TimeSpan.FromMilliseconds(Math.Max(timeoutMs / 3L * 2, 2 * MinPingMs));
        var tick = ping / 2;
        using var timer = time.CreateTimer(_ => Look(ping, silence, since, stayMs), null, tick, tick);
        var writing = WriteAsync();
        await ReadAsync().ConfigureAwait(false);
        End(_fault);
        await writing.ConfigureAwait(false);
        return _fault;
    }

    /// <summary>To be called when <see cref="RunAsync"/> is over.</summary>
    public void Dispose() => _over.Dispose();

    private static PendingCall PingCall()
    {
        var call = new PendingCall(JuteWriter.Request(OpCode.Ping).ToPacket());
        call.Number(ReservedXid.Ping);
        return call;
    }

    private void Look(TimeSpan ping, TimeSpan silence, long since, int stayMs)
    {
        if (time.GetElapsedTime(Volatile.Read(ref _heardAt)) >= silence)
        {
            End("the server is silent");
        }
        else if (stayMs > 0 && time.GetElapsedTime(since).TotalMilliseconds >= stayMs)
        {
            End("a server that can be written is looked for");
        }
        else if (time.GetElapsedTime(_pingedAt) >= ping)
        {
            _pingedAt = time.GetTimestamp();
            calls.EnqueueControl(Ping);
        }
    }

    private void End(string fault)
    {
        lock (_over)
        {
            _fault = _fault.Length == 0 ? fault : _fault;
        }

        try
        {
            _over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // A timer's last call, after the end.
        }

        // Both loops may hang in the network.
        stream.Dispose();
    }

    private async Task WriteAsync()
    {
        var buffer = new ArrayBufferWriter<byte>(4 << 10);
        try
        {
            foreach (var packet in watches.Rearm(identity.LastZxid))
            {
                await stream.WriteAsync(packet, _over.Token).ConfigureAwait(false);
            }

            while (await calls.Waiting.WaitToReadAsync(_over.Token).ConfigureAwait(false))
            {
                buffer.ResetWrittenCount();
                while (buffer.WrittenCount < WriteBytes && calls.TakeForSending(NextXid) is { } call)
                {
                    buffer.Write(call.Packet);
                }

                await stream.WriteAsync(buffer.WrittenMemory, _over.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The end is known already.
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            End("the connection broke");
        }
    }

    private int NextXid() => _xid = _xid == int.MaxValue ? 1 : _xid + 1;

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                if (await reader.ReadAsync(_over.Token).ConfigureAwait(false) is not { } packet)
                {
                    End(reader.Fault);
                    return;
                }

                if (packet.Length < ReplyHeader.Bytes)
                {
                    End("the server sends a packet without a header");
                    return;
                }

                if (Take(packet.Span) is { } fault)
                {
                    End(fault);
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end is known already.
        }
    }

    /// <summary>What is wrong with a packet; null when nothing is.</summary>
    private string? Take(ReadOnlySpan<byte> packet)
    {
        var header = ReplyHeader.Read(packet);
        var body = new JuteReader(packet[ReplyHeader.Bytes..]);
        switch (header.Xid)
        {
            case ReservedXid.Ping:
                return null;

            case ReservedXid.Notification:
                var type = (WatchedEventType)body.Int();
                body.Int();
                var path = body.Text();
                if (body.IsBroken)
                {
                    return "the server sends an event that cannot be read";
                }

                if (path.Length > 0)
                {
                    watches.Fire(type, path);
                }

                return null;

            case ReservedXid.Auth:
                return header.Error == KeeperError.Ok ? null : "the server does not take the login any more";

            case ReservedXid.SetWatches:
                return header.Error == KeeperError.Ok ? null : $"the server does not watch what it should: {header.Error}";
        }

        if (calls.TakeForAnswer() is not { } call)
        {
            return $"the server answers a request {header.Xid} that nobody made";
        }

        if (call.Xid != header.Xid)
        {
            // Order is all that tells whose an answer is: nothing on this connection can be trusted any more.
            call.TryFail(KeeperError.ConnectionLoss);
            return $"the server answers request {header.Xid} where it owes {call.Xid}";
        }

        if (header.Zxid > 0)
        {
            identity.Saw(header.Zxid);
        }

        return call.Answer(header.Error, ref body) ? null : "the server sends an answer that cannot be read";
    }
}
