using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>Typed scalars that Hessian has no tag for and Java writes as objects.</summary>
internal static class ScalarEncoder
{
    private static readonly HessianClass BigDecimal = HessianClass.Of("java.math.BigDecimal", "value");

    internal static CodecStatus Write(in HessianWriter writer, ValueTape tape, int index, TypeShape? shape)
    {
        ref readonly var token = ref tape[index];
        var type = token.Type ?? shape?.JavaType;
        switch (token.Kind)
        {
            case ValueKind.Instant when type is null or { Text: "java.util.Date" or "java.lang.Object" }:
                writer.WriteInstant(token.EpochMs);
                return CodecStatus.Ok;
            case ValueKind.Decimal:
                return WriteSingleField(writer, tape, index, BigDecimal);
            case ValueKind.Enum when type is not null:
                return WriteSingleField(writer, tape, index, HessianClasses.Of(type, [FieldName.Of("name")]));
            case ValueKind.Enum:
                TextWriting.WriteString(writer.Output, writer.Dialect, tape.Utf8(index), token.Utf16Length);
                return CodecStatus.Ok;
            default:
                return ValueEncoder.Fail(tape, index, $"{token.Kind} {type} is not written yet");
        }
    }

    private static CodecStatus WriteSingleField(in HessianWriter writer, ValueTape tape, int index, HessianClass cls)
    {
        writer.State.TakeSlot(index, tape[index]);
        ObjectHeads.Write(writer, cls);
        TextWriting.WriteString(writer.Output, writer.Dialect, tape.Utf8(index), tape[index].Utf16Length);
        return CodecStatus.Ok;
    }
}
