using System.Buffers;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Streams;

/// <summary>What the next piece of a stream is.</summary>
internal enum StreamPiece : byte
{
    /// <summary>Nothing whole is at hand.</summary>
    NeedMore,

    Message,

    /// <summary>A document that tells of a failure; nothing follows.</summary>
    Problem,

    /// <summary>The stream is over.</summary>
    End,

    /// <summary>The body ends, or goes on, where it may not.</summary>
    Broken,
}

/// <summary>
/// Cuts a body into its messages, however its bytes come. Pieces are slices of the buffer, or of the splitter's own, valid until the next
/// call. One reader.
/// </summary>
internal abstract class StreamSplitter : IDisposable
{
    internal static StreamSplitter Of(StreamForm form) => form switch
    {
        StreamForm.Events => new EventSplitter(),
        StreamForm.Array => new ArraySplitter(),
        _ => new LineSplitter(),
    };

    /// <param name="buffer">What is at hand; cut down to what is not yet used up.</param>
    /// <param name="isEnd">Nothing comes behind the buffer.</param>
    internal abstract StreamPiece Next(ref ReadOnlySequence<byte> buffer, bool isEnd, out ReadOnlySequence<byte> piece);

    /// <summary>Bytes of an unfinished piece that the splitter itself holds.</summary>
    internal virtual int Held => 0;

    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>Lines that end in LF or CRLF; empty ones mean nothing.</summary>
internal sealed class LineSplitter : StreamSplitter
{
    // How much of the line at the buffer's start has no end: a long one is not looked through anew for each part that comes.
    private long _seen;

    internal override StreamPiece Next(ref ReadOnlySequence<byte> buffer, bool isEnd, out ReadOnlySequence<byte> piece)
    {
        piece = default;
        while (!buffer.IsEmpty)
        {
            var end = buffer.Slice(_seen).PositionOf((byte)'\n');
            _seen = end is null && !isEnd ? buffer.Length : 0;
            if (_seen > 0)
            {
                return StreamPiece.NeedMore;
            }

            var line = end is { } at ? buffer.Slice(0, at) : buffer;
            buffer = end is { } behind ? buffer.Slice(buffer.GetPosition(1, behind)) : buffer.Slice(buffer.End);
            line = JsonSpace.Trim(line);
            if (!line.IsEmpty)
            {
                piece = line;
                return ProblemLine.TryRead(line, out var document) ? Problem(document, out piece) : StreamPiece.Message;
            }
        }

        return isEnd ? StreamPiece.End : StreamPiece.NeedMore;
    }

    private static StreamPiece Problem(in ReadOnlySequence<byte> document, out ReadOnlySequence<byte> piece)
    {
        piece = document;
        return StreamPiece.Problem;
    }
}

/// <summary>
/// Server-sent events (WHATWG HTML section 9.2.6). Names other than <c>error</c> and <c>end</c> are the application's, and its events messages.
/// </summary>
internal sealed class EventSplitter : StreamSplitter
{
    private readonly FrameWriter _data = new();
    private bool _hasData;
    private bool _isHandedOut;
    private bool _skipsLineFeed;

    // As above.
    private long _seen;
    private bool _isFirst = true;
    private EventName _name;

    private enum EventName : byte
    {
        Message,
        Error,
        End,
    }

    internal override int Held => _isHandedOut ? 0 : _data.Length;

    public override void Dispose()
    {
        _data.Dispose();
        base.Dispose();
    }

    internal override StreamPiece Next(ref ReadOnlySequence<byte> buffer, bool isEnd, out ReadOnlySequence<byte> piece)
    {
        piece = default;
        if (_isHandedOut)
        {
            _isHandedOut = false;
            _data.Clear();
        }

        while (TryReadLine(ref buffer, out var line))
        {
            if (!line.IsEmpty)
            {
                ReadField(line);
                continue;
            }

            var (name, hasData) = (_name, _hasData);
            (_name, _hasData) = (EventName.Message, false);
            if (name == EventName.End)
            {
                return StreamPiece.End;
            }

            if (hasData)
            {
                _isHandedOut = true;
                piece = new ReadOnlySequence<byte>(_data.WrittenMemory);
                return name == EventName.Error ? StreamPiece.Problem : StreamPiece.Message;
            }
        }

        // A browser forgets an event that is cut off; here a message would be missing without a word.
        return !isEnd ? StreamPiece.NeedMore : _hasData || !buffer.IsEmpty ? StreamPiece.Broken : StreamPiece.End;
    }

    /// <summary>Lines end in LF, CR or CRLF.</summary>
    private bool TryReadLine(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (_skipsLineFeed && !reader.End)
        {
            _skipsLineFeed = false;
            reader.IsNext((byte)'\n', advancePast: true);
            buffer = reader.UnreadSequence;
        }

        line = default;
        reader.Advance(_seen);
        if (!reader.TryAdvanceToAny("\r\n"u8, advancePastDelimiter: false))
        {
            _seen = buffer.Length;
            return false;
        }

        _seen = 0;
        line = buffer.Slice(0, reader.Position);
        reader.TryRead(out var delimiter);
        _skipsLineFeed = delimiter == '\r';
        buffer = reader.UnreadSequence;
        return true;
    }

    private void ReadField(ReadOnlySequence<byte> line)
    {
        var reader = new SequenceReader<byte>(line);
        if (_isFirst)
        {
            _isFirst = false;
            reader.IsNext([0xef, 0xbb, 0xbf], advancePast: true);
        }

        if (!reader.TryReadTo(out ReadOnlySpan<byte> name, (byte)':'))
        {
            name = reader.UnreadSequence.ToArray();
            reader.Advance(reader.Remaining);
        }

        reader.IsNext((byte)' ', advancePast: true);
        if (name.SequenceEqual("data"u8))
        {
            if (_hasData)
            {
                _data.WriteByte((byte)'\n');
            }

            _hasData = true;
            _data.Write(reader.UnreadSequence);
        }
        else if (name.SequenceEqual("event"u8))
        {
            _name = reader.IsNext("error"u8) && reader.Remaining == 5 ? EventName.Error
                : reader.IsNext("end"u8) && reader.Remaining == 3 ? EventName.End
                : EventName.Message;
        }
    }
}
