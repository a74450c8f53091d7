using System.Buffers;

namespace BridgeMesh.Codecs.Http.Streams;

/// <summary>
/// The elements of one JSON array as they come, or one value that is no array, alone. Only where an element ends is found here; whether it is
/// JSON its reader tells.
/// </summary>
internal sealed class ArraySplitter : StreamSplitter
{
    private State _state;

    // How far the element at the buffer's start has been looked at, and what that look knows.
    private long _seen;
    private int _depth;
    private bool _inText;
    private bool _isEscaped;

    private enum State : byte
    {
        Begin,
        FirstElement,
        Element,
        Alone,
        Over,
    }

    internal override StreamPiece Next(ref ReadOnlySequence<byte> buffer, bool isEnd, out ReadOnlySequence<byte> piece)
    {
        piece = default;
        if (_seen == 0)
        {
            buffer = JsonSpace.TrimStart(buffer);
        }

        if (_state == State.Begin && !buffer.IsEmpty)
        {
            _state = buffer.FirstSpan[0] == (byte)'[' ? State.FirstElement : State.Alone;
            buffer = _state == State.FirstElement ? JsonSpace.TrimStart(buffer.Slice(1)) : buffer;
        }

        return _state switch
        {
            State.Begin => isEnd ? StreamPiece.End : StreamPiece.NeedMore,
            State.Over => !buffer.IsEmpty ? StreamPiece.Broken : isEnd ? StreamPiece.End : StreamPiece.NeedMore,
            State.Alone when !isEnd => StreamPiece.NeedMore,
            State.Alone => TakeAll(ref buffer, out piece),
            _ => TakeElement(ref buffer, isEnd, out piece),
        };
    }

    private StreamPiece TakeAll(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> piece)
    {
        piece = buffer;
        buffer = buffer.Slice(buffer.End);
        _state = State.Over;
        return StreamPiece.Message;
    }

    private StreamPiece TakeElement(ref ReadOnlySequence<byte> buffer, bool isEnd, out ReadOnlySequence<byte> piece)
    {
        piece = default;
        var reader = new SequenceReader<byte>(buffer);
        reader.Advance(_seen);
        while (reader.TryRead(out var next))
        {
            if (!EndsElement(next))
            {
                continue;
            }

            var length = reader.Consumed - 1;
            piece = JsonSpace.Trim(buffer.Slice(0, length));
            buffer = reader.UnreadSequence;
            _seen = 0;
            var isEmptyArray = _state == State.FirstElement && piece.IsEmpty && next == ']';
            _state = next == ']' ? State.Over : State.Element;
            return !piece.IsEmpty ? StreamPiece.Message : isEmptyArray ? Next(ref buffer, isEnd, out piece) : StreamPiece.Broken;
        }

        _seen = buffer.Length;
        return isEnd ? StreamPiece.Broken : StreamPiece.NeedMore;
    }

    private bool EndsElement(byte next)
    {
        if (_inText)
        {
            var isEscape = !_isEscaped && next == '\\';
            _inText = next != '"' || _isEscaped;
            _isEscaped = isEscape;
            return false;
        }

        switch (next)
        {
            case (byte)'"':
                _inText = true;
                return false;
            case (byte)'[' or (byte)'{':
                _depth++;
                return false;
            case (byte)']' or (byte)'}' when _depth > 0:
                _depth--;
                return false;
            default:
                return _depth == 0 && next is (byte)',' or (byte)']';
        }
    }
}

/// <summary>White space between JSON's tokens (RFC 8259 section 2).</summary>
internal static class JsonSpace
{
    private static ReadOnlySpan<byte> Bytes => " \t\r\n"u8;

    internal static ReadOnlySequence<byte> TrimStart(in ReadOnlySequence<byte> text)
    {
        var reader = new SequenceReader<byte>(text);
        reader.AdvancePastAny(Bytes);
        return reader.UnreadSequence;
    }

    /// <summary>Looks at each byte once, however many pieces the text is in.</summary>
    internal static ReadOnlySequence<byte> Trim(in ReadOnlySequence<byte> text)
    {
        var rest = TrimStart(text);
        var (at, length) = (0L, 0L);
        foreach (var part in rest)
        {
            var last = part.Span.LastIndexOfAnyExcept(Bytes);
            length = last >= 0 ? at + last + 1 : length;
            at += part.Length;
        }

        return rest.Slice(0, length);
    }
}
