using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Threading.Channels;
using BridgeMesh.Core.Transport;

namespace BridgeMesh.Core.Tests.Transport;

/// <summary>
/// The gateway's end of a connection under test. Frames are a length of four bytes, itself not counted, and a body; -1 for a length breaks
/// the protocol, -2 makes the handler throw. What to do with each frame is the test's.
/// </summary>
internal sealed class LengthHandler : IFrameHandler
{
    internal const int Broken = -1;
    internal const int Throwing = -2;

    private readonly Action<LengthHandler, byte[]>? _onFrame;
    private readonly Channel<byte[]> _frames = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource<CloseReason> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _closings;
    private int _inside;
    private long _received;

    internal LengthHandler(ITransport transport, Socket socket, Action<LengthHandler, byte[]>? onFrame = null, int maxQueuedBytes = 64 << 20)
    {
        _onFrame = onFrame;
        Connection = transport.Attach(socket, this, maxQueuedBytes);
    }

    internal FrameConnection Connection { get; }

    internal int Closings => Volatile.Read(ref _closings);

    /// <summary>Bytes of whole frames so far.</summary>
    internal long Received => Volatile.Read(ref _received);

    /// <summary>Whether two threads were in <see cref="OnReceived"/> at a time, which must not be.</summary>
    internal bool Overlapped { get; private set; }

    internal Task<CloseReason> ClosedAsync() => _closed.Task.WaitAsync(TransportPeer.Patience);

    internal Task<byte[]> NextAsync() => _frames.Reader.ReadAsync().AsTask().WaitAsync(TransportPeer.Patience);

    /// <summary>Appends a frame, as a codec would, and asks for it to be flushed.</summary>
    internal void Send(ReadOnlySpan<byte> body)
    {
        lock (Connection.OutputLock)
        {
            var output = Connection.Output;
            output.WriteInt32(body.Length);
            output.Write(body);
        }

        FlushBatch.Request(Connection);
    }

    public long OnReceived(in ReadOnlySequence<byte> buffer)
    {
        Overlapped |= Interlocked.Exchange(ref _inside, 1) != 0;
        try
        {
            return Take(buffer);
        }
        finally
        {
            Volatile.Write(ref _inside, 0);
        }
    }

    public void OnClosed(CloseReason reason)
    {
        Interlocked.Increment(ref _closings);
        _closed.TrySetResult(reason);
    }

    private long Take(ReadOnlySequence<byte> buffer)
    {
        var taken = 0L;
        Span<byte> head = stackalloc byte[4];
        while (buffer.Length - taken >= 4)
        {
            buffer.Slice(taken, 4).CopyTo(head);
            var length = BinaryPrimitives.ReadInt32BigEndian(head);
            if (length == Broken)
            {
                return -1;
            }

            if (length == Throwing)
            {
                throw new InvalidOperationException("the test wants a fault of the handler's");
            }

            if (buffer.Length - taken - 4 < length)
            {
                break;
            }

            var body = buffer.Slice(taken + 4, length).ToArray();
            taken += 4 + length;
            Interlocked.Add(ref _received, 4 + length);
            if (_onFrame is null)
            {
                _frames.Writer.TryWrite(body);
            }
            else
            {
                _onFrame(this, body);
            }
        }

        return taken;
    }
}
