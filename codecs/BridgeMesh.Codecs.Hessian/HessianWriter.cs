using System.Buffers;
using BridgeMesh.Codecs.Hessian.Writing;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>
/// Writes a stream of Hessian values to a buffer that the caller owns. Several writers may write parts of one stream in turn with the
/// same state. What was written before a failure is the caller's to drop, together with the state.
/// </summary>
public readonly ref struct HessianWriter(FrameWriter output, HessianDialect dialect, HessianWriteState state)
{
    internal FrameWriter Output { get; } = output;

    internal HessianWriteState State { get; } = state;

    public HessianDialect Dialect { get; } = dialect;

    public void WriteNull() => Output.WriteByte((byte)'N');

    public void WriteBool(bool value) => Output.WriteByte(value ? (byte)'T' : (byte)'F');

    public void WriteInt32(int value) => Scalars.WriteInt32(Output, value);

    public void WriteInt64(long value) => Scalars.WriteInt64(Output, Dialect, value);

    public void WriteFloat64(double value) => Scalars.WriteFloat64(Output, Dialect, value);

    /// <param name="epochMs">Milliseconds since 1970-01-01T00:00Z; read as java.util.Date.</param>
    public void WriteInstant(long epochMs) => Scalars.WriteInstant(Output, Dialect, epochMs);

    public void WriteString(ReadOnlySpan<char> text)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Wtf8.MaxBytes(text.Length));
        var length = Wtf8.FromUtf16(text, rented, out _);
        TextWriting.WriteString(Output, Dialect, rented.AsSpan(0, length), text.Length);
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <param name="wtf8">UTF-8, or with lone surrogates in three bytes; anything else gives a malformed stream.</param>
    public void WriteUtf8String(ReadOnlySpan<byte> wtf8) => TextWriting.WriteString(Output, Dialect, wtf8, Wtf8.Utf16Length(wtf8));

    public void WriteBytes(ReadOnlySpan<byte> octets) => Scalars.WriteBytes(Output, Dialect, octets);

    /// <summary>
    /// Writes a tape's value in this dialect's own forms. Type names, shared values and cycles are kept. A shape names the classes of
    /// objects that have none and adds fields that are missing, as null.
    /// </summary>
    public CodecStatus WriteValue(ValueTape from, int index, TypeShape? shape = null)
    {
        State.Attach(from);
        return ValueEncoder.Write(this, from, index, shape);
    }

    /// <summary>
    /// Writes an exception that Java can decode and throw: the message, no cause, an empty stack trace, and the class's own fields.
    /// </summary>
    /// <param name="fieldsFrom">Tape with an Object whose children are the exception's own fields; null for none.</param>
    public CodecStatus WriteThrowable(TypeName type, string? message, ValueTape? fieldsFrom = null, int fieldsIndex = 0)
    {
        if (fieldsFrom is not null)
        {
            State.Attach(fieldsFrom);
        }

        return ThrowableWriter.Write(this, new ThrowableWriter.Thrown(new ThrowableClass(type), message, fieldsFrom, fieldsIndex));
    }

    /// <summary>
    /// Writes a callee's exception with its causes, at most <see cref="ThrowableValue.MaxCauses"/>, and the stack traces that it came with.
    /// </summary>
    /// <param name="from">Tape with the exception's Object.</param>
    /// <param name="type">Its class; the Object's own type does not count.</param>
    /// <param name="naming">Under which class it and each of its causes goes out.</param>
    public CodecStatus WriteThrowable(ValueTape from, int index, TypeName type, string? message, ThrowableNaming naming)
    {
        State.Attach(from);
        return ThrowableWriter.Write(this, ThrowableWriter.Name(type, message, from, index, naming));
    }

    /// <summary>Begins a map; keys and values follow in turn, then <see cref="EndMap"/>.</summary>
    public void BeginMap(TypeName? type = null)
    {
        State.SlotCount++;
        ContainerHeads.WriteMap(this, type);
    }

    public void EndMap() => Output.WriteByte(DialectTags.End(Dialect));

    /// <summary>Begins an object, after its class definition when the stream has none yet; the values of its fields follow in order.</summary>
    public void BeginObject(HessianClass cls)
    {
        State.SlotCount++;
        ObjectHeads.Write(this, cls);
    }

    /// <summary>Begins a list or array of a known length; that many values follow, then <see cref="EndList"/> with the answer.</summary>
    /// <param name="type">For example <c>[string</c>; empty for an untyped list.</param>
    /// <returns>Whether the list needs an end mark.</returns>
    public bool BeginTypedList(string type, int count)
    {
        State.SlotCount++;
        return ContainerHeads.WriteList(this, type.Length == 0 ? null : TypeName.Of(type), count);
    }

    public void EndList(bool needsMark)
    {
        if (needsMark)
        {
            Output.WriteByte(DialectTags.End(Dialect));
        }
    }
}
