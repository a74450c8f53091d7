namespace BridgeMesh.Core.Registries.Stored;

/// <summary>Reads lines of bytes with bounds. What it gives is valid until the next call. For one thread.</summary>
internal sealed class LineReader(Stream from, int maxLineBytes, long maxBytes)
{
    private byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;
    private long _read;

    /// <summary>Whether it ended because a bound was reached.</summary>
    internal bool IsTooLong { get; private set; }

    /// <summary>False at the end, also where the last line has none.</summary>
    internal bool TryRead(out ReadOnlyMemory<byte> line)
    {
        var searched = _start;
        while (true)
        {
            var found = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = _buffer.AsMemory(_start, searched + found - _start);
                _start = searched + found + 1;
                return true;
            }

            searched = _end - _start;
            if (!TryFill())
            {
                line = default;
                return false;
            }
        }
    }

    private bool TryFill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_end >= maxLineBytes)
            {
                IsTooLong = true;
                return false;
            }

            Array.Resize(ref _buffer, Math.Min(maxLineBytes, _buffer.Length * 2));
        }

        var count = from.Read(_buffer, _end, _buffer.Length - _end);
        _read += count;
        IsTooLong |= _read > maxBytes;
        _end += count;
        return count > 0 && !IsTooLong;
    }
}
