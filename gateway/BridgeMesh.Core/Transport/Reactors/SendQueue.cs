using System.Buffers;
using System.Runtime.InteropServices;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Transport.Reactors;

internal enum SendOutcome : byte
{
    /// <summary>All of it has gone.</summary>
    Sent,

    /// <summary>The system takes no more for now.</summary>
    Blocked,

    /// <summary>The connection is broken.</summary>
    Failed,
}

/// <summary>
/// What one connection has still to send, as segments that were borrowed from the reactor's pool and go back to it once sent. Bounded by the
/// connection, which closes a peer that takes too little. The reactor's thread alone.
/// </summary>
internal sealed class SendQueue(WriterPool pool)
{
    /// <summary>An output as long as that is a segment of its own.</summary>
    internal const int SegmentBytes = 64 << 10;

    private FrameWriter? _first;
    private Queue<FrameWriter>? _more;
    private int _sentOfFirst;

    internal long QueuedBytes { get; private set; }

    /// <summary>Takes the segment over.</summary>
    internal void Add(FrameWriter segment)
    {
        if (segment.Length == 0)
        {
            pool.Return(segment);
            return;
        }

        QueuedBytes += segment.Length;
        if (_first is null)
        {
            _first = segment;
        }
        else
        {
            (_more ??= new Queue<FrameWriter>()).Enqueue(segment);
        }
    }

    internal SendOutcome Send(int descriptor)
    {
        while (_first is { } first)
        {
            var (sent, offered) = _more is { Count: > 0 } more ? SendMany(descriptor, first, more) : SendOne(descriptor, first);
            switch (sent)
            {
                case -Libc.Interrupted:
                    continue;
                case -Libc.Again:
                    return SendOutcome.Blocked;
                case < 0:
                    return SendOutcome.Failed;
                default:
                    break;
            }

            Drop(sent);
            if (sent < offered)
            {
                return SendOutcome.Blocked; // A further try would only be told so.
            }
        }

        return SendOutcome.Sent;
    }

    internal void Clear() => Drop(QueuedBytes);

    /// <summary>Bytes sent, or the system's error below 0; and bytes offered.</summary>
    private unsafe (long Sent, long Offered) SendOne(int descriptor, FrameWriter segment)
    {
        var bytes = segment.Written[_sentOfFirst..];
        fixed (byte* pointer = bytes)
        {
            var sent = Libc.Write(descriptor, pointer, (nuint)bytes.Length);
            return (sent < 0 ? -Marshal.GetLastSystemError() : sent, bytes.Length);
        }
    }

    private unsafe (long Sent, long Offered) SendMany(int descriptor, FrameWriter first, Queue<FrameWriter> more)
    {
        var vectors = stackalloc Libc.Vector[Libc.MaxVectors];
        var pins = new Pins();
        var offered = 0L;
        var count = 0;
        try
        {
            offered += Pin(first.WrittenMemory[_sentOfFirst..], ref pins[count], ref vectors[count]);
            count++;
            foreach (var segment in more)
            {
                if (count == Libc.MaxVectors)
                {
                    break;
                }

                offered += Pin(segment.WrittenMemory, ref pins[count], ref vectors[count]);
                count++;
            }

            var sent = Libc.WriteVectors(descriptor, vectors, count);
            return (sent < 0 ? -Marshal.GetLastSystemError() : sent, offered); // Before the pins go, which may cost the reason.
        }
        finally
        {
            for (var i = 0; i < count; i++)
            {
                pins[i].Dispose();
            }
        }
    }

    private static unsafe int Pin(ReadOnlyMemory<byte> bytes, ref MemoryHandle pin, ref Libc.Vector vector)
    {
        pin = bytes.Pin();
        vector.Bytes = (byte*)pin.Pointer;
        vector.Length = (nuint)bytes.Length;
        return bytes.Length;
    }

    private void Drop(long sent)
    {
        QueuedBytes -= sent;
        while (sent > 0 && _first is { } first)
        {
            var left = first.Length - _sentOfFirst;
            if (sent < left)
            {
                _sentOfFirst += (int)sent;
                return;
            }

            sent -= left;
            _sentOfFirst = 0;
            pool.Return(first);
            _first = _more is { Count: > 0 } ? _more.Dequeue() : null;
        }
    }

    [System.Runtime.CompilerServices.InlineArray(Libc.MaxVectors)]
    private struct Pins
    {
        private MemoryHandle _first;
    }
}
