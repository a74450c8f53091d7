using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace BridgeMesh.Testing.Http2;

/// <summary>
/// One end of an HTTP/2 connection, frame by frame, that keeps no rule by itself but two: it acknowledges SETTINGS and PING as they are read.
/// It keeps no windows: what it may not send it sends, and what it gets it grants only when a test says so. One reader and one writer at a time.
/// </summary>
public sealed class Http2Peer(Stream stream, CancellationToken token = default) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Dictionary<int, Http2Answer> _answers = [];

    /// <summary>The client's first bytes. Source: RFC 9113, section 3.4.</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>What the other end said as it gave the connection up; null while it has not.</summary>
    public Http2ErrorCode? GoneAway { get; private set; }

    /// <summary>Whether the other end closed.</summary>
    public bool Closed { get; private set; }

    /// <summary>Connects as a client with these settings and without a table of headers.</summary>
    public static async Task<Http2Peer> ConnectAsync(int port, params (Http2Setting Setting, uint Value)[] settings)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port);
        var peer = new Http2Peer(client.GetStream());
        await peer.SendBytesAsync(Preface.ToArray());
        await peer.SendAsync(Http2Frame.Settings([(Http2Setting.HeaderTableSize, 0), .. settings]));
        return peer;
    }

    /// <summary>Takes a client's preface, and answers it with these settings.</summary>
    public static async Task<Http2Peer> AcceptAsync(
        Stream stream, CancellationToken token, params (Http2Setting Setting, uint Value)[] settings)
    {
        var preface = new byte[Preface.Length];
        await stream.ReadExactlyAsync(preface, token);
        Assert.True(Preface.SequenceEqual(preface), "a client without HTTP/2's preface");
        var peer = new Http2Peer(stream, token);
        await peer.SendAsync(Http2Frame.Settings([(Http2Setting.HeaderTableSize, 0), .. settings]));
        return peer;
    }

    /// <summary>Sends frames in one write. That the other end has closed is no failure: it shows in what is read.</summary>
    public Task SendAsync(params Http2Frame[] frames) => SendBytesAsync([.. frames.SelectMany(static f => f.ToBytes())]);

    public async Task SendBytesAsync(byte[] bytes)
    {
        try
        {
            await stream.WriteAsync(bytes, token).AsTask().WaitAsync(Patience, token);
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException)
        {
            // The reader sees the end.
        }
    }

    /// <summary>The next frame that is neither SETTINGS nor PING; null once the connection is closed.</summary>
    public async Task<Http2Frame?> ReadAsync()
    {
        while (true)
        {
            if (await TakeAsync() is not { } frame)
            {
                Closed = true;
                return null;
            }

            switch (frame.Type)
            {
                case Http2FrameType.Settings or Http2FrameType.Ping:
                    if ((frame.Flags & Http2Frame.Ack) == 0)
                    {
                        var payload = frame.Type == Http2FrameType.Ping ? frame.Payload : [];
                        await SendAsync(new Http2Frame(frame.Type, Http2Frame.Ack, 0, payload));
                    }

                    break;
                case Http2FrameType.GoAway:
                    GoneAway = frame.ErrorCode;
                    return frame;
                default:
                    return frame;
            }
        }
    }

    /// <summary>Reads until the stream has ended, keeping what comes of others; also ended by a reset and by the connection's end.</summary>
    public async Task<Http2Answer> AnswerAsync(int streamId)
    {
        var answer = Of(streamId);
        while (!answer.IsEnded && await ReadAsync() is { } frame)
        {
            Of(frame.Stream).Add(frame);
        }

        return answer;
    }

    /// <summary>Reads until a frame of that type has come on that stream; null when the connection ended first.</summary>
    public async Task<Http2Frame?> UntilAsync(Http2FrameType type, int streamId)
    {
        while (await ReadAsync() is { } frame)
        {
            Of(frame.Stream).Add(frame);
            if (frame.Type == type && frame.Stream == streamId)
            {
                return frame;
            }
        }

        return null;
    }

    /// <summary>Reads until the other end closes, and says whether it did so within 20 s.</summary>
    public async Task UntilClosedAsync()
    {
        while (await ReadAsync() is not null)
        {
            // What came before does not matter here.
        }
    }

    public void Dispose() => stream.Dispose();

    private Http2Answer Of(int streamId)
    {
        if (!_answers.TryGetValue(streamId, out var answer))
        {
            _answers.Add(streamId, answer = new Http2Answer());
        }

        return answer;
    }

    private async Task<Http2Frame?> TakeAsync()
    {
        var head = new byte[Http2Frame.HeadBytes];
        try
        {
            await stream.ReadExactlyAsync(head, token).AsTask().WaitAsync(Patience, token);
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >>> 8];
            await stream.ReadExactlyAsync(payload, token).AsTask().WaitAsync(Patience, token);
            var streamId = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue;
            return new Http2Frame((Http2FrameType)head[3], head[4], streamId, payload);
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException)
        {
            // Closed by whichever end, or reset: for a test of bad input all are the end.
            return null;
        }
    }
}
