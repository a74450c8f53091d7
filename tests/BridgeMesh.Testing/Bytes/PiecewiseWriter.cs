using System.Buffers;

namespace BridgeMesh.Testing.Bytes;

/// <summary>A buffer writer that never gives more room than was asked for, so that writers which count on more are seen.</summary>
public sealed class PiecewiseWriter : IBufferWriter<byte>
{
    private readonly List<byte> _written = [];
    private byte[] _piece = [];

    public void Advance(int count)
    {
        _written.AddRange(_piece.AsSpan(0, count));
        _piece = [];
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _piece = new byte[Math.Max(1, sizeHint)];

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public byte[] ToArray() => [.. _written];
}
