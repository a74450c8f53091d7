namespace BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;

/// <summary>
/// Steps through the fields of a wrapper message, all of which are length-delimited. Anything else ends the walk: then the bytes are no
/// wrapper. Owns nothing.
/// <code>
/// | field number &lt;&lt; 3 | 2 | length, varint | length bytes |
/// </code>
/// </summary>
internal ref struct WrapperField(ReadOnlySpan<byte> message)
{
    private const int LengthDelimited = 2;

    /// <summary>Numbers up to this one have a tag of one byte; no wrapper has more fields.</summary>
    private const int MaxNumber = 15;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    internal int Number { get; private set; }

    /// <summary>Where the field's bytes begin in the message.</summary>
    internal int Offset { get; private set; }

    internal int Length { get; private set; }

    /// <summary>The message is not made of such fields.</summary>
    internal bool IsBroken { get; private set; }

    internal readonly ReadOnlySpan<byte> Bytes => _message.Slice(Offset, Length);

    /// <summary>Takes the next field; false at the end and where the bytes are of another kind.</summary>
    internal bool Next()
    {
        if (_at == _message.Length)
        {
            return false;
        }

        var tag = _message[_at++];
        Number = tag >> 3;
        if ((tag & 7) != LengthDelimited || Number is 0 or > MaxNumber || !TryLength(out var length))
        {
            IsBroken = true;
            return false;
        }

        (Offset, Length) = (_at, length);
        _at += length;
        return true;
    }

    private bool TryLength(out int length)
    {
        length = 0;
        ulong value = 0;
        for (var shift = 0; shift < 35 && _at < _message.Length; shift += 7)
        {
            var part = _message[_at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                length = value <= (ulong)(_message.Length - _at) ? (int)value : -1;
                return length >= 0;
            }
        }

        return false;
    }
}
