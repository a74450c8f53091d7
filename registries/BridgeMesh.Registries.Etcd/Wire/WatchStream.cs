namespace BridgeMesh.Registries.Etcd.Wire;

/// <summary>Messages of one watch, each a line of JSON. For one reader at a time; owns the answer that it reads.</summary>
internal sealed class WatchStream(Uri server, HttpResponseMessage response, Stream content) : IDisposable
{
    private const int Piece = 16 << 10;

    private byte[] _buffer = new byte[Piece];
    private int _start;
    private int _length;

    /// <summary>The member that it comes from.</summary>
    internal Uri Server => server;

    /// <summary>The next message; one with a problem is the last.</summary>
    internal async Task<WatchMessage> ReadAsync(CancellationToken cancellationToken)
    {
        var seen = 0;
        while (true)
        {
            var end = _buffer.AsSpan(_start + seen, _length - seen).IndexOf((byte)'\n');
            if (end >= 0)
            {
                var line = _buffer.AsMemory(_start, seen + end);
                _start += line.Length + 1;
                _length -= line.Length + 1;
                if (line.Span.ContainsAnyExcept(" \r\t"u8))
                {
                    return WatchMessage.Read(server, line.Span);
                }

                seen = 0;
                continue;
            }

            seen = _length;
            if (seen > EtcdRequests.MaxAnswerBytes)
            {
                return WatchMessage.Broken($"{server} sends a message of more than {EtcdRequests.MaxAnswerBytes} bytes");
            }

            MakeRoom();
            try
            {
                var read = await content.ReadAsync(_buffer.AsMemory(_start + _length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return WatchMessage.Broken($"{server} ended the watch");
                }

                _length += read;
            }
            catch (Exception failed) when (failed is HttpRequestException or IOException)
            {
                return WatchMessage.Broken($"{server} broke the watch off: {failed.Message}");
            }
        }
    }

    public void Dispose() => response.Dispose();

    private void MakeRoom()
    {
        if (_length == 0 && _buffer.Length > EtcdRequests.MaxAnswerBytes / 32)
        {
            // One message was large: the room for it is not kept through a quiet time.
            _buffer = new byte[Piece];
            _start = 0;
        }

        if (_buffer.Length - _start - _length >= Piece / 2)
        {
            return;
        }

        var target = _length + Piece > _buffer.Length ? new byte[_buffer.Length * 2] : _buffer;
        _buffer.AsSpan(_start, _length).CopyTo(target);
        _buffer = target;
        _start = 0;
    }
}
