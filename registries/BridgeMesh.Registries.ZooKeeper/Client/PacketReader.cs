using System.Buffers.Binary;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>Cuts a connection's bytes into packets. A packet's bytes are this reader's, until the next read.</summary>
internal sealed class PacketReader(Stream stream, int maxPacketBytes, Action onBytes)
{
    private byte[] _buffer = new byte[16 << 10];
    private int _start;
    private int _end;

    /// <summary>What the last read was that gave no packet, for people.</summary>
    public string Fault { get; private set; } = string.Empty;

    /// <summary>The next packet without its length; null when the connection is over, and <see cref="Fault"/> says why.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var needed = 4;
            if (_end - _start >= 4)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start));
                if (length < 0 || length > maxPacketBytes)
                {
                    Fault = $"the server announces a packet of {length} bytes, more than {maxPacketBytes}";
                    return null;
                }

                needed = 4 + length;
                if (_end - _start >= needed)
                {
                    var packet = _buffer.AsMemory(_start + 4, length);
                    _start += needed;
                    return packet;
                }
            }

            MakeRoom(needed);
            int read;
            try
            {
                read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                Fault = "the connection broke";
                return null;
            }

            if (read == 0)
            {
                Fault = _end == _start ? "the server closed the connection" : "the server closed the connection inside a packet";
                return null;
            }

            _end += read;
            onBytes();
        }
    }

    private void MakeRoom(int needed)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }

        if (_buffer.Length - _start >= needed && _end < _buffer.Length)
        {
            return;
        }

        // Twice of what came at most, so that an announced length alone allocates nothing.
        var left = _end - _start;
        var size = Math.Min(Math.Max(needed, 16 << 10), Math.Max(2 * left, 16 << 10));
        var next = size > _buffer.Length || left == _buffer.Length ? new byte[Math.Max(size, left + 1)] : _buffer;
        _buffer.AsSpan(_start, left).CopyTo(next);
        (_buffer, _start, _end) = (next, 0, left);
    }
}
