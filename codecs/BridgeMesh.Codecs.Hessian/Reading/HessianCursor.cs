using System.Buffers.Binary;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Reading;

/// <summary>
/// A place in the bytes of one stream and the means to take scalars from it. The first fault sticks; every later step fails too.
/// </summary>
internal ref struct HessianCursor
{
    internal readonly ReadOnlySpan<byte> Bytes;
    internal readonly HessianReadState State;
    internal readonly HessianDialect Dialect;
    internal int At;
    internal int Depth;
    internal CodecStatus Fault;
    private readonly TagKind[] _tags;

    internal HessianCursor(ReadOnlySpan<byte> bytes, HessianDialect dialect, HessianReadState state)
    {
        Bytes = bytes;
        State = state;
        Dialect = dialect;
        _tags = DialectTags.Table(dialect);
    }

    internal readonly int Left => Bytes.Length - At;

    internal readonly TagKind Kind(byte tag) => _tags[tag];

    internal readonly bool TryPeek(out byte tag)
    {
        if (At < Bytes.Length)
        {
            tag = Bytes[At];
            return true;
        }

        tag = 0;
        return false;
    }

    internal readonly TagKind PeekKind() => At < Bytes.Length ? _tags[Bytes[At]] : TagKind.Unknown;

    internal bool Fail(CodecError error, string detail) => Fail(error, detail, At);

    internal bool Fail(CodecError error, string detail, int offset)
    {
        if (Fault.IsOk)
        {
            Fault = CodecStatus.Fail(error, detail, offset);
        }

        return false;
    }

    /// <summary>Takes over the tape's failure.</summary>
    internal bool FailWith(ValueTape tape) =>
        Fail(tape.Status.IsOk ? CodecError.OverBudget : tape.Status.Error, tape.Status.Detail ?? "the value does not fit its budget");

    internal bool FailTruncated() => Fail(CodecError.Truncated, "the bytes end inside a value", Bytes.Length);

    internal bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        if (count > Bytes.Length - At)
        {
            bytes = default;
            return FailTruncated();
        }

        bytes = Bytes.Slice(At, count);
        At += count;
        return true;
    }

    internal bool TryTag(out byte tag)
    {
        if (At < Bytes.Length)
        {
            tag = Bytes[At++];
            return true;
        }

        tag = 0;
        return FailTruncated();
    }

    internal bool TryInt8(out sbyte value)
    {
        var ok = TryTag(out var b);
        value = (sbyte)b;
        return ok;
    }

    internal bool TryInt16(out short value)
    {
        var ok = TryTake(2, out var bytes);
        value = ok ? BinaryPrimitives.ReadInt16BigEndian(bytes) : default;
        return ok;
    }

    internal bool TryInt32(out int value)
    {
        var ok = TryTake(4, out var bytes);
        value = ok ? BinaryPrimitives.ReadInt32BigEndian(bytes) : default;
        return ok;
    }

    internal bool TryInt64(out long value)
    {
        var ok = TryTake(8, out var bytes);
        value = ok ? BinaryPrimitives.ReadInt64BigEndian(bytes) : default;
        return ok;
    }

    /// <summary>The rest of an int whose tag has been taken; false without a fault when the tag is not an int's.</summary>
    internal bool TryIntBody(TagKind kind, byte tag, out int value)
    {
        switch (kind)
        {
            case TagKind.Int1:
                value = tag - 0x90;
                return true;
            case TagKind.Int2:
                var ok2 = TryTag(out var low);
                value = ((tag - 0xC8) << 8) + low;
                return ok2;
            case TagKind.Int3:
                var ok3 = TryTake(2, out var two);
                value = ok3 ? ((tag - 0xD4) << 16) + BinaryPrimitives.ReadUInt16BigEndian(two) : 0;
                return ok3;
            case TagKind.Int5:
                return TryInt32(out value);
            default:
                value = 0;
                return false;
        }
    }

    internal bool TryLongBody(TagKind kind, byte tag, out long value)
    {
        switch (kind)
        {
            case TagKind.Long1:
                value = tag - 0xE0;
                return true;
            case TagKind.Long2:
                var ok2 = TryTag(out var low);
                value = ((tag - 0xF8) << 8) + low;
                return ok2;
            case TagKind.Long3:
                var ok3 = TryTake(2, out var two);
                value = ok3 ? ((tag - 0x3C) << 16) + BinaryPrimitives.ReadUInt16BigEndian(two) : 0;
                return ok3;
            case TagKind.Long5:
                var ok5 = TryInt32(out var narrow);
                value = narrow;
                return ok5;
            case TagKind.Long9:
                return TryInt64(out value);
            default:
                value = 0;
                return false;
        }
    }

    internal bool TryDoubleBody(TagKind kind, out double value)
    {
        bool ok;
        switch (kind)
        {
            case TagKind.DoubleZero:
                value = 0;
                return true;
            case TagKind.DoubleOne:
                value = 1;
                return true;
            case TagKind.DoubleInt8:
                ok = TryInt8(out var i8);
                value = i8;
                return ok;
            case TagKind.DoubleInt16:
                ok = TryInt16(out var i16);
                value = i16;
                return ok;
            case TagKind.DoubleMilli:
                ok = TryInt32(out var milli);

                // Not milli / 1000.0: Java's reader multiplies, and the two differ in the last bit.
                value = 0.001 * milli;
                return ok;
            case TagKind.DoubleSingle:
                ok = TryInt32(out var bits);
                value = BitConverter.Int32BitsToSingle(bits);
                return ok;
            case TagKind.Double64:
                ok = TryInt64(out var wide);
                value = BitConverter.Int64BitsToDouble(wide);
                return ok;
            default:
                value = 0;
                return false;
        }
    }

    /// <summary>A whole int, as lengths, counts and indexes are written.</summary>
    internal bool TryInt(out int value)
    {
        var from = At;
        if (!TryTag(out var tag))
        {
            value = 0;
            return false;
        }

        return TryIntBody(Kind(tag), tag, out value) || Fail(CodecError.Malformed, $"expected an int, found tag 0x{tag:x2}", from);
    }

    /// <summary>An element or field count, which the bytes that are left must be able to hold.</summary>
    internal bool TryCount(out int count)
    {
        var from = At;
        if (!TryInt(out count))
        {
            return false;
        }

        return (uint)count <= (uint)Left || Fail(CodecError.Malformed, $"a count of {count} with {Left} bytes left", from);
    }
}
