using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>Typed scalars, which Java writes as objects of their class or of a handle's.</summary>
internal static class ScalarEncoder
{
    /// <summary>Digits of a BigInteger that are turned back into words; more come from no codec.</summary>
    private const int MaxIntegerDigits = 2_048;

    private const int MaxWords = (MaxIntegerDigits * 4 / 32) + 1;

    private static readonly FieldName Name = FieldName.Of("name");
    private static readonly FieldName Value = FieldName.Of("value");
    private static readonly TypeName IntArray = TypeName.Of("[int");

    internal static CodecStatus Write(in HessianWriter writer, ValueTape tape, int index, TypeShape? shape)
    {
        ref readonly var token = ref tape[index];
        var type = token.Type ?? (shape?.Kind is ShapeKind.Instant or ShapeKind.Text or ShapeKind.Enum ? shape.JavaType : null);
        switch (token.Kind)
        {
            case ValueKind.Instant:
                return WriteInstant(writer, tape, index, type);
            case ValueKind.Decimal:
                return WriteDecimal(writer, tape, index);
            case ValueKind.BigInteger:
                return WriteBigInteger(writer, tape, index);
            case ValueKind.Enum when type is not null:
                return WriteSingleText(writer, tape, index, HessianClasses.Of(type, new ReadOnlySpan<FieldName>(in Name)));
            case ValueKind.Text when type is not null && ObjectForms.OfJavaType(type) is var form && form != ObjectForm.Plain:
                return WriteText(writer, tape, index, type, form);
            default:
                TextWriting.WriteString(writer.Output, writer.Dialect, tape.Utf8(index), token.Utf16Length);
                return CodecStatus.Ok;
        }
    }

    private static CodecStatus WriteSingleText(in HessianWriter writer, ValueTape tape, int index, HessianClass cls)
    {
        writer.State.TakeSlot(index, tape[index]);
        ObjectHeads.Write(writer, cls);
        TextWriting.WriteString(writer.Output, writer.Dialect, tape.Utf8(index), tape[index].Utf16Length);
        return CodecStatus.Ok;
    }

    /// <summary>The text as its sender wrote it: both plain digits and an exponent say the same scale to BigDecimal's constructor.</summary>
    private static CodecStatus WriteDecimal(in HessianWriter writer, ValueTape tape, int index)
    {
        writer.State.TakeSlot(index, tape[index]);
        ObjectHeads.Write(writer, KnownClasses.Of(ObjectForm.BigDecimal, writer.Dialect));
        TextWriting.WriteString(writer.Output, writer.Dialect, tape.Utf8(index), tape[index].Utf16Length);
        return CodecStatus.Ok;
    }

    private static CodecStatus WriteBigInteger(in HessianWriter writer, ValueTape tape, int index)
    {
        Span<char> digits = stackalloc char[MaxIntegerDigits];
        if (!Encoding.ASCII.TryGetChars(tape.Utf8(index), digits, out var length)
            || !BigInteger.TryParse(digits[..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return ValueEncoder.Fail(tape, index, $"no integer of at most {MaxIntegerDigits} digits");
        }

        Span<byte> magnitude = stackalloc byte[(MaxWords * 4) + 4];
        BigInteger.Abs(value).TryWriteBytes(magnitude, out var bytes, isUnsigned: true, isBigEndian: true);
        bytes = value.IsZero ? 0 : bytes;
        writer.State.TakeSlot(index, tape[index]);
        var cls = KnownClasses.Of(ObjectForm.BigInteger, writer.Dialect);
        ObjectHeads.Write(writer, cls);
        foreach (var field in cls.Fields)
        {
            switch (field.Text)
            {
                case "mag":
                    WriteMagnitude(writer, magnitude[..bytes]);
                    break;
                case "signum":
                    writer.WriteInt32(value.Sign);
                    break;
                default:
                    // Caches: zero means not computed yet.
                    writer.WriteInt32(0);
                    break;
            }
        }

        return CodecStatus.Ok;
    }

    private static void WriteMagnitude(in HessianWriter writer, ReadOnlySpan<byte> octets)
    {
        writer.State.SlotCount++;
        var words = (octets.Length + 3) / 4;
        var needsMark = ContainerHeads.WriteList(writer, IntArray, words);
        Span<byte> word = stackalloc byte[4];
        for (var i = words; i > 0; i--)
        {
            var end = octets.Length - ((i - 1) * 4);
            var part = octets[Math.Max(0, end - 4)..end];
            word.Clear();
            part.CopyTo(word[(4 - part.Length)..]);
            writer.WriteInt32(BinaryPrimitives.ReadInt32BigEndian(word));
        }

        writer.EndList(needsMark);
    }

    private static CodecStatus WriteInstant(in HessianWriter writer, ValueTape tape, int index, TypeName? type)
    {
        ref readonly var token = ref tape[index];
        var form = type is null ? ObjectForm.Plain : ObjectForms.OfJavaType(type);
        if (token.NanosOfMs != 0 && form != ObjectForm.Instant)
        {
            return ValueEncoder.Fail(tape, index, "a date in Hessian has milliseconds: declare java.time.Instant, or send no finer time");
        }

        switch (form)
        {
            case ObjectForm.SqlDate:
                writer.State.TakeSlot(index, token);
                ObjectHeads.Write(writer, HessianClasses.Of(type!, new ReadOnlySpan<FieldName>(in Value))); // SqlDate has a type.
                writer.WriteInstant(token.EpochMs);
                return CodecStatus.Ok;
            case ObjectForm.Calendar:
                return WriteCalendar(writer, tape, index);
            case ObjectForm.Instant:
                var seconds = Math.DivRem(token.EpochMs, 1_000, out var ms);
                seconds -= ms < 0 ? 1 : 0;
                ms += ms < 0 ? 1_000 : 0;
                var parts = new TimeParts { Seconds = seconds, Nano = ((int)ms * 1_000_000) + token.NanosOfMs };
                writer.State.TakeSlot(index, token);
                TimeHandleWriter.Write(writer, form, parts);
                return CodecStatus.Ok;
            default:
                writer.WriteInstant(token.EpochMs);
                return CodecStatus.Ok;
        }
    }

    private static CodecStatus WriteCalendar(in HessianWriter writer, ValueTape tape, int index)
    {
        writer.State.TakeSlot(index, tape[index]);
        var cls = KnownClasses.Of(ObjectForm.Calendar, writer.Dialect);
        ObjectHeads.Write(writer, cls);
        foreach (var field in cls.Fields)
        {
            if (field.Text == "date")
            {
                writer.WriteInstant(tape[index].EpochMs);
            }
            else
            {
                writer.WriteNull();
            }
        }

        return CodecStatus.Ok;
    }

    private static CodecStatus WriteText(in HessianWriter writer, ValueTape tape, int index, TypeName type, ObjectForm form)
    {
        switch (form)
        {
            case ObjectForm.Uuid when writer.Dialect == HessianDialect.Draft:
                return WriteUuidBits(writer, tape, index);
            case ObjectForm.Uuid:
                return WriteUuidText(writer, tape, index);
            case ObjectForm.ClassName or ObjectForm.Locale or ObjectForm.Uri or ObjectForm.Currency:
                return WriteSingleText(writer, tape, index, KnownClasses.Of(form, writer.Dialect));
            case >= ObjectForm.LocalDate:
                TimeParts parts = default;
                if (!TimeTextParser.TryParse(form, tape.Utf8(index), ref parts))
                {
                    return CodecStatus.Fail(
                        CodecError.TypeMismatch, $"the text is no {type}, such as {JavaText.Example(type)}", path: tape.PathOf(index));
                }

                writer.State.TakeSlot(index, tape[index]);
                TimeHandleWriter.Write(writer, form, parts);
                return CodecStatus.Ok;
            default:
                return CodecStatus.Fail(CodecError.TypeMismatch, $"a text is no {type}", path: tape.PathOf(index));
        }
    }

    /// <summary>Not remembered for references: decoders do not agree whether it has a slot.</summary>
    private static CodecStatus WriteUuidText(in HessianWriter writer, ValueTape tape, int index)
    {
        writer.State.SlotCount++;
        writer.State.Uuids++;
        ObjectHeads.Write(writer, KnownClasses.Of(ObjectForm.Uuid, writer.Dialect));
        TextWriting.WriteString(writer.Output, writer.Dialect, tape.Utf8(index), tape[index].Utf16Length);
        return CodecStatus.Ok;
    }

    private static CodecStatus WriteUuidBits(in HessianWriter writer, ValueTape tape, int index)
    {
        if (!Utf8Parser.TryParse(tape.Utf8(index), out Guid uuid, out var used, 'D') || used != 36 || tape.Utf8(index).Length != 36)
        {
            return CodecStatus.Fail(CodecError.TypeMismatch, "the text is no UUID", path: tape.PathOf(index));
        }

        Span<byte> octets = stackalloc byte[16];
        uuid.TryWriteBytes(octets, bigEndian: true, out _);
        writer.State.TakeSlot(index, tape[index]);
        ObjectHeads.Write(writer, KnownClasses.Of(ObjectForm.Uuid, writer.Dialect));
        writer.WriteInt64(BinaryPrimitives.ReadInt64BigEndian(octets));
        writer.WriteInt64(BinaryPrimitives.ReadInt64BigEndian(octets[8..]));
        return CodecStatus.Ok;
    }
}
