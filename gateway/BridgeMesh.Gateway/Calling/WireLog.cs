using System.Buffers;

namespace BridgeMesh.Gateway.Calling;

/// <summary>
/// What went over one call's connection and when, in milliseconds since the call began. Bounded: bytes beyond the bound are counted and not
/// kept. Safe for any thread.
/// </summary>
internal sealed class WireLog(TimeProvider time)
{
    /// <summary>Kept of each direction; a person does not read more hexadecimal.</summary>
    private const int MaxKept = 1 << 20;

    private readonly Lock _lock = new();
    private readonly long _began = time.GetTimestamp();
    private readonly ArrayBufferWriter<byte> _sent = new();
    private readonly ArrayBufferWriter<byte> _received = new();
    private long _sentBytes;
    private long _receivedBytes;

    public double? ConnectedMs { get; private set; }

    public double? FirstWriteMs { get; private set; }

    public double? LastWriteMs { get; private set; }

    public double? FirstByteMs { get; private set; }

    public double? LastByteMs { get; private set; }

    public double NowMs => time.GetElapsedTime(_began).TotalMilliseconds;

    public (byte[] Kept, long All) Sent()
    {
        lock (_lock)
        {
            return (_sent.WrittenSpan.ToArray(), _sentBytes);
        }
    }

    public (byte[] Kept, long All) Received()
    {
        lock (_lock)
        {
            return (_received.WrittenSpan.ToArray(), _receivedBytes);
        }
    }

    public void OnConnected()
    {
        lock (_lock)
        {
            ConnectedMs ??= NowMs;
        }
    }

    public void OnSent(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            LastWriteMs = NowMs;
            FirstWriteMs ??= LastWriteMs;
            _sentBytes += bytes.Length;
            Keep(bytes, _sent);
        }
    }

    public void OnReceived(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            LastByteMs = NowMs;
            FirstByteMs ??= LastByteMs;
            _receivedBytes += bytes.Length;
            Keep(bytes, _received);
        }
    }

    private static void Keep(ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> kept) =>
        kept.Write(bytes[..(int)Math.Min(bytes.Length, MaxKept - kept.WrittenCount)]);
}
