using System.Buffers;
using System.IO.Compression;

namespace BridgeMesh.Codecs.Web.Compression;

/// <summary>
/// Compressed bytes as a stream, for the framework's decompressors, which take nothing else. They take input that is cut off for input that
/// ends; what they ask for tells the two apart. The last byte is handed out alone, so that what follows a whole body is noticed too.
/// <para>
/// Every decompressor but gzip's stops asking at the end of its format. Gzip's asks on, as another member may follow (RFC 1952 section 2.2),
/// and passes over what is none. It is given one member more, of one byte: that byte comes out behind a whole body alone.
/// </para>
/// Owns nothing; the bytes must outlive it. Not safe for two threads.
/// </summary>
/// <param name="isGzip">Whether <see cref="GZipStream"/> reads the bytes.</param>
public sealed class PackedStream(ReadOnlySequence<byte> bytes, bool isGzip) : Stream
{
    private static readonly byte[] Stop = OneByte();

    private ReadOnlySequence<byte> _left = bytes;
    private bool _stopGiven;
    private int _stopBytes;
    private bool _askedOn;

    /// <summary>Once the decompressor has ended: whether it wanted more than there was, or is gzip's and passed over what follows the last member.</summary>
    public bool IsCutOff => isGzip ? _stopBytes != 1 : _askedOn;

    /// <summary>Once the decompressor has ended: whether it stopped before the last byte, which gzip's never does.</summary>
    public bool IsFollowed => !_left.IsEmpty;

    public override bool CanRead => true;

    /// <summary>False, also because the framework would seek behind the end of a format.</summary>
    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Unpacks on into <paramref name="room"/>, at least one byte long; 0 at the end. Throws what the decompressor throws.</summary>
    /// <param name="decompressor">Reads this stream.</param>
    public int Unpack(Stream decompressor, Span<byte> room)
    {
        ArgumentNullException.ThrowIfNull(decompressor);
        var read = decompressor.Read(room);
        if (!_stopGiven)
        {
            return read;
        }

        // Inside a member that is cut off, the stop is data like any other: whatever comes of it, its checksum is wrong in the end.
        while (read > 0)
        {
            _stopBytes += read;
            read = decompressor.Read(room);
        }

        return 0;
    }

    public override int Read(Span<byte> buffer)
    {
        if (_left.IsEmpty && isGzip && !_stopGiven)
        {
            _stopGiven = true;
            _left = new ReadOnlySequence<byte>(Stop);
        }

        if (_left.IsEmpty)
        {
            _askedOn |= !buffer.IsEmpty;
            return 0;
        }

        var count = (int)Math.Min(buffer.Length, Math.Max(1, _left.Length - 1));
        _left.Slice(0, count).CopyTo(buffer);
        _left = _left.Slice(count);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] OneByte()
    {
        using var target = new MemoryStream();
        using (var packer = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            packer.WriteByte(0);
        }

        return target.ToArray();
    }
}
