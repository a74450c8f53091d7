using System.Globalization;
using System.Runtime.CompilerServices;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>Writes a tape's values.</summary>
internal static class ValueEncoder
{
    /// <summary>Containers around one another, whatever the budget says.</summary>
    private const int MaxDepth = 1_000;

    internal static CodecStatus Write(in HessianWriter writer, ValueTape tape, int index, TypeShape? shape)
    {
        ref readonly var token = ref tape[index];

        // Fields are not always written in the tape's order: a reference may have stood before the value and been given it.
        if ((token.Flags & ValueFlags.Referenced) != 0 && writer.State.TryReferenceTo(index, out var number, out var certain) && certain)
        {
            Scalars.WriteReference(writer.Output, writer.Dialect, number);
            return CodecStatus.Ok;
        }

        switch (token.Kind)
        {
            case ValueKind.Absent:
            case ValueKind.Null:
                writer.WriteNull();
                return CodecStatus.Ok;
            case ValueKind.Bool:
                writer.WriteBool(token.AsBool);
                return CodecStatus.Ok;
            case ValueKind.Int32 when shape?.Kind == ShapeKind.Enum:
                return Fail(tape, index, $"{shape} has no constant for the number {token.AsInt32}");
            case ValueKind.Int32:
                writer.WriteInt32(token.AsInt32);
                return CodecStatus.Ok;
            case ValueKind.Int64:
                writer.WriteInt64(token.AsInt64);
                return CodecStatus.Ok;
            case ValueKind.UInt64 when token.AsInt64 >= 0:
                writer.WriteInt64(token.AsInt64);
                return CodecStatus.Ok;
            case ValueKind.UInt64:
                return Fail(tape, index, "a number above 9223372036854775807 has no form in Hessian");
            case ValueKind.Float32:
                writer.WriteFloat64(Widen(token.AsFloat32));
                return CodecStatus.Ok;
            case ValueKind.Float64:
                writer.WriteFloat64(token.AsFloat64);
                return CodecStatus.Ok;
            case ValueKind.String:
                TextWriting.WriteString(writer.Output, writer.Dialect, tape.Utf8(index), token.Utf16Length);
                return CodecStatus.Ok;
            case ValueKind.Bytes:
                writer.WriteBytes(tape.Utf8(index));
                return CodecStatus.Ok;
            case ValueKind.Reference:
                return WriteReference(writer, tape, index, shape);
            case ValueKind.List or ValueKind.Array or ValueKind.Map or ValueKind.Object:
                return WriteContainer(writer, tape, index, shape);
            default:
                return ScalarEncoder.Write(writer, tape, index, shape);
        }
    }

    internal static CodecStatus Fail(ValueTape tape, int index, string detail) =>
        CodecStatus.Fail(CodecError.Unrepresentable, detail, path: tape.PathOf(index));

    /// <summary>
    /// The double of the float's shortest decimal text, as hessian-lite writes it: 0.1f is 0.1. A receiver in Java narrows it to the same
    /// float in either dialect, and one in JavaScript sees the number that was meant.
    /// </summary>
    private static double Widen(float value)
    {
        // The shortest text of a float takes up to 14 characters.
        Span<byte> text = stackalloc byte[32];
        return float.IsFinite(value)
            && value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture)
            && double.TryParse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out var widened)
            ? widened
            : value;
    }

    /// <summary>
    /// A reference by number where decoders agree on the number. Otherwise, and when the target has no slot (a date, a string, or a value that
    /// comes later in this order), the value itself stands here, unless it is being written: a cycle needs the reference.
    /// </summary>
    private static CodecStatus WriteReference(in HessianWriter writer, ValueTape tape, int index, TypeShape? shape)
    {
        var target = tape.Resolve(index);
        if (writer.State.TryReferenceTo(target, out var number, out var certain) && (certain || index < tape.Next(target)))
        {
            Scalars.WriteReference(writer.Output, writer.Dialect, number);
            return CodecStatus.Ok;
        }

        // A few tokens may hold a long text: both what is walked and what is written have a bound.
        var state = writer.State;
        state.Expanded += tape.Next(target) - target;
        if (state.Expanded > state.Budget.MaxExpandedTokens || state.ExpandedBytes > state.Budget.MaxTextBytes)
        {
            return CodecStatus.Fail(CodecError.OverBudget, "shared values take too much room once they are written again", path: tape.PathOf(index));
        }

        var from = writer.Output.Length;
        var status = Write(writer, tape, target, shape);
        state.ExpandedBytes += writer.Output.Length - from;
        return status;
    }

    private static CodecStatus WriteContainer(in HessianWriter writer, ValueTape tape, int index, TypeShape? shape)
    {
        var state = writer.State;
        if (state.Depth >= Math.Min(state.Budget.MaxDepth, MaxDepth) || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return CodecStatus.Fail(CodecError.OverBudget, $"nested {state.Depth} deep", path: tape.PathOf(index));
        }

        state.Depth++;
        var status = tape[index].Kind switch
        {
            ValueKind.Map => WriteMap(writer, tape, index, shape),
            ValueKind.Object => ObjectEncoder.Write(writer, tape, index, shape),
            _ => WriteList(writer, tape, index, shape),
        };
        state.Depth--;
        return status;
    }

    private static CodecStatus WriteList(in HessianWriter writer, ValueTape tape, int index, TypeShape? shape)
    {
        ref readonly var token = ref tape[index];
        writer.State.TakeSlot(index, token);
        var needsMark = ContainerHeads.WriteList(
            writer, JavaCollections.ListType(writer.Dialect, token, shape), token.Count);
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            var status = Write(writer, tape, i, shape?.Element);
            if (!status.IsOk)
            {
                return status;
            }
        }

        writer.EndList(needsMark);
        return CodecStatus.Ok;
    }

    private static CodecStatus WriteMap(in HessianWriter writer, ValueTape tape, int index, TypeShape? shape)
    {
        ref readonly var token = ref tape[index];
        writer.State.TakeSlot(index, token);
        ContainerHeads.WriteMap(writer, JavaCollections.MapType(writer.Dialect, token, shape));
        var end = tape.Next(index);
        var isKey = true;
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            var status = Write(writer, tape, i, isKey ? shape?.Key : shape?.Element);
            if (!status.IsOk)
            {
                return status;
            }

            isKey = !isKey;
        }

        writer.EndMap();
        return CodecStatus.Ok;
    }
}
