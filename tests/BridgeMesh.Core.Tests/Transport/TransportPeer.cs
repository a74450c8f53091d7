using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using BridgeMesh.Core.Transport;

namespace BridgeMesh.Core.Tests.Transport;

/// <summary>The other end of a connection under test: a plain socket in the test's hands.</summary>
internal sealed class TransportPeer : IDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly byte[] _head = new byte[4];

    private TransportPeer(Socket socket)
    {
        Socket = socket;
    }

    internal Socket Socket { get; }

    /// <summary>A pair of connected sockets: the gateway's end and the peer.</summary>
    internal static async Task<(Socket Ours, TransportPeer Peer)> ConnectAsync(int receiveBufferBytes = 0)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBufferBytes > 0)
        {
            socket.ReceiveBufferSize = receiveBufferBytes;
        }

        var accepting = listener.AcceptAsync();
        await socket.ConnectAsync(listener.LocalEndPoint!);
        var ours = await accepting;
        ours.NoDelay = true;
        return (ours, new TransportPeer(socket));
    }

    /// <summary>A connection under test with its peer, begun.</summary>
    internal static async Task<(LengthHandler Handler, TransportPeer Peer)> StartAsync(
        ITransport transport, Action<LengthHandler, byte[]>? onFrame = null, int maxQueuedBytes = 64 << 20, int receiveBufferBytes = 0)
    {
        var (ours, peer) = await ConnectAsync(receiveBufferBytes);
        var handler = new LengthHandler(transport, ours, onFrame, maxQueuedBytes);
        handler.Connection.Start();
        return (handler, peer);
    }

    internal static byte[] Frame(ReadOnlySpan<byte> body)
    {
        var frame = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame.AsSpan(4));
        return frame;
    }

    internal static byte[] Head(int length)
    {
        var head = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(head, length);
        return head;
    }

    /// <summary>Quicker than the runner's own comparison, which takes each byte for an object.</summary>
    internal static bool Same(byte[] expected, byte[]? actual) => actual is not null && expected.AsSpan().SequenceEqual(actual);

    /// <summary>Bytes of which each tells its place and its body apart from others.</summary>
    internal static byte[] Body(int length, int seed)
    {
        var body = new byte[length];
        new Random(seed).NextBytes(body);
        return body;
    }

    internal async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (bytes.Length > 0)
        {
            bytes = bytes[await Socket.SendAsync(bytes, patience.Token)..];
        }
    }

    /// <summary>The next frame's body; null at the end of the stream, in the middle of a frame too.</summary>
    internal async Task<byte[]?> NextAsync()
    {
        if (!await FillAsync(_head))
        {
            return null;
        }

        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(_head)];
        return await FillAsync(body) ? body : null;
    }

    /// <summary>Reads on until the other end has closed, with a reset or without. Returns the bytes that came before it.</summary>
    internal async Task<long> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[64 << 10];
        var bytes = 0L;
        try
        {
            int read;
            while ((read = await Socket.ReceiveAsync(buffer, patience.Token)) > 0)
            {
                bytes += read;
            }
        }
        catch (SocketException)
        {
            // A reset ends it as well.
        }

        return bytes;
    }

    /// <summary>Closes with a reset.</summary>
    internal void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    public void Dispose() => Socket.Dispose();

    private async Task<bool> FillAsync(Memory<byte> target)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (target.Length > 0)
        {
            var read = await Socket.ReceiveAsync(target, patience.Token);
            if (read == 0)
            {
                return false;
            }

            target = target[read..];
        }

        return true;
    }
}
