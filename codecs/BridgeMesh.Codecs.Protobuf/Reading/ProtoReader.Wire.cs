using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf.Reading;

/// <content>Tags, varints, lengths and what is skipped. Source: protobuf.dev, "Encoding".</content>
internal ref partial struct ProtoReader
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTag(int end, out uint tag)
    {
        // Numbers 1 to 15.
        tag = _bytes[_at];
        if (tag is >= 8 and < 0x80)
        {
            _at++;
            return true;
        }

        return TryLongTag(end, out tag);
    }

    private bool TryLongTag(int end, out uint tag)
    {
        var start = _at;
        tag = 0;
        if (!TryVarint(end, out var value))
        {
            return false;
        }

        tag = (uint)value;
        if (value > uint.MaxValue || _at - start > 5)
        {
            return Fail(CodecError.Malformed, "a field number past 536870911", start);
        }

        return tag >> 3 != 0 || Fail(CodecError.Malformed, "the field number 0", start);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryVarint(int end, out ulong value)
    {
        if (_at < end && _bytes[_at] < 0x80)
        {
            value = _bytes[_at++];
            return true;
        }

        return TryLongVarint(end, out value);
    }

    private bool TryLongVarint(int end, out ulong value)
    {
        value = 0;
        var start = _at;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_at >= end)
            {
                return Fail(CodecError.Truncated, "the message ends inside a number", start);
            }

            var b = _bytes[_at++];
            if (shift == 63 && b > 1)
            {
                return Fail(CodecError.Malformed, b < 0x80 ? "a varint past 64 bits" : "a varint of more than ten bytes", start);
            }

            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return true;
            }
        }

        return Fail(CodecError.Malformed, "a varint of more than ten bytes", start);
    }

    private bool TryFixed32(int end, out uint value)
    {
        value = 0;
        if (end - _at < 4)
        {
            return Fail(CodecError.Truncated, "the message ends inside a number", _at);
        }

        value = BinaryPrimitives.ReadUInt32LittleEndian(_bytes[_at..]);
        _at += 4;
        return true;
    }

    private bool TryFixed64(int end, out ulong value)
    {
        value = 0;
        if (end - _at < 8)
        {
            return Fail(CodecError.Truncated, "the message ends inside a number", _at);
        }

        value = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[_at..]);
        _at += 8;
        return true;
    }

    /// <summary>Reads a length and gives the place where what it measures ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryLimit(int end, out int limit)
    {
        var start = _at;
        if (TryVarint(end, out var length) && length <= (ulong)(end - _at))
        {
            limit = _at + (int)length;
            return true;
        }

        limit = 0;
        return _tape.Failed ? false : Fail(CodecError.Truncated, $"a length of {length} with {end - _at} bytes left", start);
    }

    /// <summary>Walks one value whose tag was taken.</summary>
    private bool TrySkip(uint tag, int end) => TrySkip(tag, end, _tape.Budget.MaxDepth);

    private bool TrySkip(uint tag, int end, int depth)
    {
        var start = _at;
        switch ((WireType)(tag & 7))
        {
            case WireType.Varint:
                return TryVarint(end, out _);
            case WireType.Fixed64:
                return TryFixed64(end, out _);
            case WireType.Length:
                if (!TryLimit(end, out var limit))
                {
                    return false;
                }

                _at = limit;
                return true;
            case WireType.StartGroup:
                return TrySkipGroup(tag >> 3, end, depth);
            case WireType.Fixed32:
                return TryFixed32(end, out _);
            default:
                return Fail(CodecError.Malformed, $"the wire type {tag & 7}, which protobuf does not have here", start);
        }
    }

    private bool TrySkipGroup(uint number, int end, int depth)
    {
        if (depth == 0)
        {
            return Fail(CodecError.OverBudget, $"groups nested more than {_tape.Budget.MaxDepth} deep", _at);
        }

        while (_at < end)
        {
            var start = _at;
            if (!TryTag(end, out var tag))
            {
                return false;
            }

            if ((tag & 7) == (uint)WireType.EndGroup)
            {
                _groupEnd = start;
                return tag >> 3 == number || Fail(CodecError.Malformed, $"the end of a group {tag >> 3} inside the group {number}", start);
            }

            if (!TrySkip(tag, end, depth - 1))
            {
                return false;
            }
        }

        return Fail(CodecError.Truncated, $"the message ends inside the group {number}", _at);
    }
}
