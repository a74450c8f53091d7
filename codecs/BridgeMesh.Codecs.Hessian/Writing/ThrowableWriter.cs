using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>
/// Exceptions with the fields that java.lang.Throwable has in every JDK since 7, so that Java can decode and throw them: the message, a
/// cause (which refers to the exception itself when there is none, as Java has it), the stack trace if the sender was a JVM, else an empty
/// one, and no suppressed exceptions. Source: recorded exceptions of both dialects.
/// </summary>
internal static class ThrowableWriter
{
    private static readonly TypeName StackTraceArray = TypeName.Of("[java.lang.StackTraceElement");
    private static readonly TypeName EmptyList = TypeName.Of("java.util.Collections$EmptyList");

    /// <summary>One exception of a chain.</summary>
    /// <param name="Tape">Tape with the Object whose children are the exception's own fields; null for none.</param>
    /// <param name="Naming">What its causes are called; null leaves them and the stack trace out.</param>
    /// <param name="Causes">How many exceptions it is the cause of.</param>
    internal readonly record struct Thrown(
        ThrowableClass Class, string? Message, ValueTape? Tape, int Index, ThrowableNaming? Naming = null, int Causes = 0);

    internal static CodecStatus Write(in HessianWriter writer, in Thrown thrown)
    {
        var self = writer.State.NextReference;
        if (thrown.Tape is { } tape && tape.Count > 0)
        {
            writer.State.TakeSlot(thrown.Index, tape[thrown.Index]);
        }
        else
        {
            writer.State.SlotCount++;
        }

        var cls = Definition(writer.Dialect, thrown);
        ObjectHeads.Write(writer, cls);
        foreach (var field in cls.Fields)
        {
            var status = WriteField(writer, field, self, thrown);
            if (!status.IsOk)
            {
                return status;
            }
        }

        return CodecStatus.Ok;
    }

    /// <summary>The exception as its caller gets it: under another class its message names the own one.</summary>
    internal static Thrown Name(TypeName type, string? message, ValueTape tape, int index, ThrowableNaming naming, int causes = 0)
    {
        var cls = naming(type, ThrowableValue.IsFromJava(tape, index));
        return new Thrown(cls, cls.IsOwn ? message : Naming(type, message), tape, index, naming, causes);
    }

    internal static string Naming(TypeName type, string? message) => message is null ? type.Text : $"{type.Text}: {message}";

    private static CodecStatus WriteField(in HessianWriter writer, FieldName field, int self, in Thrown thrown)
    {
        if (field == ThrowableValue.Message)
        {
            return WriteMessage(writer, thrown);
        }

        if (field == ThrowableValue.Cause)
        {
            return WriteCause(writer, self, thrown);
        }

        if (field == ThrowableValue.StackTrace)
        {
            return WriteStack(writer, thrown);
        }

        if (field == ThrowableValue.Suppressed)
        {
            return WriteSuppressed(writer, thrown);
        }

        var place = thrown.Tape?.FindField(thrown.Index, field) ?? -1;
        if (place < 0)
        {
            writer.WriteNull();
            return CodecStatus.Ok;
        }

        return ValueEncoder.Write(writer, thrown.Tape!, place, ShapeOf(thrown.Class.Fields, field)); // A place was found on it.
    }

    /// <summary>From Java to Java the text is the exception's own, whatever others are told of it.</summary>
    private static CodecStatus WriteMessage(in HessianWriter writer, in Thrown thrown)
    {
        if (thrown is { Naming: not null, Class.IsOwn: true, Tape: { } tape }
            && tape.FindField(thrown.Index, ThrowableValue.Message) is >= 0 and var own)
        {
            return ValueEncoder.Write(writer, tape, own, null);
        }

        if (thrown.Message is null)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteString(thrown.Message);
        }

        return CodecStatus.Ok;
    }

    /// <summary>None, whatever the exception had: Java has one empty list for all, and exceptions of one chain share it.</summary>
    private static CodecStatus WriteSuppressed(in HessianWriter writer, in Thrown thrown)
    {
        if (thrown is { Naming: not null, Tape: { } tape } && tape.FindField(thrown.Index, ThrowableValue.Suppressed) is >= 0 and var place
            && tape[tape.Resolve(place)] is { Kind: ValueKind.List, Count: 0, Type: { } type } && type == EmptyList)
        {
            return ValueEncoder.Write(writer, tape, place, null);
        }

        WriteEmpty(writer, EmptyList);
        return CodecStatus.Ok;
    }

    private static CodecStatus WriteCause(in HessianWriter writer, int self, in Thrown thrown)
    {
        if (thrown is not { Tape: { } tape, Naming: { } naming } || thrown.Causes >= ThrowableValue.MaxCauses
            || ThrowableValue.CauseOf(tape, thrown.Index) is not (>= 0 and var cause)
            || tape[cause].Type is not { } type)
        {
            Scalars.WriteReference(writer.Output, writer.Dialect, self);
            return CodecStatus.Ok;
        }

        // A circle of causes stays one.
        if (cause < thrown.Index && thrown.Index < tape.Next(cause) && writer.State.TryReferenceTo(cause, out var number, out _))
        {
            Scalars.WriteReference(writer.Output, writer.Dialect, number);
            return CodecStatus.Ok;
        }

        return Write(writer, Name(type, ThrowableValue.MessageOf(tape, cause), tape, cause, naming, thrown.Causes + 1));
    }

    private static CodecStatus WriteStack(in HessianWriter writer, in Thrown thrown)
    {
        if (thrown is { Tape: { } tape, Naming: not null } && tape.FindField(thrown.Index, ThrowableValue.StackTrace) is >= 0 and var place
            && tape[tape.Resolve(place)] is { Kind: ValueKind.Array, Type: { } type } && type == StackTraceArray)
        {
            return ValueEncoder.Write(writer, tape, place, null);
        }

        WriteEmpty(writer, StackTraceArray);
        return CodecStatus.Ok;
    }

    private static void WriteEmpty(in HessianWriter writer, TypeName type)
    {
        writer.State.SlotCount++;
        writer.EndList(ContainerHeads.WriteList(writer, type, 0));
    }

    /// <summary>The contract's fields, then those that only the value has, then Throwable's: subclasses come first.</summary>
    private static HessianClass Definition(HessianDialect dialect, in Thrown thrown)
    {
        var type = ObjectForms.Translate(thrown.Class.Type, dialect).Text;
        if (thrown.Class is { IsOwn: true, Fields: null } && thrown.Tape is { } whole && IsWhole(whole, thrown.Index))
        {
            return HessianClass.Of(type, OwnOrder(whole, thrown.Index));
        }

        var simple = new List<string>();
        var others = new List<string>();
        foreach (var field in thrown.Class.Fields?.Fields ?? [])
        {
            if (!ThrowableValue.IsOwnField(field.Name))
            {
                (FieldOrder.IsSimple(field.Type) ? simple : others).Add(field.Name.Text);
            }
        }

        if (thrown.Class.IsOwn && thrown.Tape is { } tape && tape.Count > 0 && tape[thrown.Index].Kind == ValueKind.Object)
        {
            var end = tape.Next(thrown.Index);
            for (var i = thrown.Index + 1; i < end; i = tape.Next(i))
            {
                if (tape[i].Name is { } name && !ThrowableValue.IsOwnField(name)
                    && !simple.Contains(name.Text) && !others.Contains(name.Text))
                {
                    (IsSimple(tape[i].Kind) ? simple : others).Add(name.Text);
                }
            }
        }

        simple.Add(ThrowableValue.Message.Text);
        others.AddRange([ThrowableValue.Cause.Text, ThrowableValue.StackTrace.Text, ThrowableValue.Suppressed.Text]);
        return FieldOrder.Class(dialect, type, [.. simple], [.. others]);
    }

    private static bool IsWhole(ValueTape tape, int index) => tape.FindField(index, ThrowableValue.Message) >= 0
        && tape.FindField(index, ThrowableValue.Cause) >= 0
        && tape.FindField(index, ThrowableValue.StackTrace) >= 0
        && tape.FindField(index, ThrowableValue.Suppressed) >= 0;

    // What another Java wrote is written as it was: of two fields with one name the last is what the class means.
    private static string[] OwnOrder(ValueTape tape, int index)
    {
        var names = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            if (tape[i].Name is { } name && seen.Add(name.Text))
            {
                names.Add(name.Text);
            }
        }

        return [.. names];
    }

    private static TypeShape? ShapeOf(StructShape? fields, FieldName name) =>
        fields is not null && fields.Find(name.Utf8) is >= 0 and var ordinal ? fields.Fields[ordinal].Type : null;

    private static bool IsSimple(ValueKind kind) => kind is ValueKind.Null or ValueKind.Absent or ValueKind.Bool or ValueKind.Int32
        or ValueKind.Int64 or ValueKind.UInt64 or ValueKind.Float32 or ValueKind.Float64 or ValueKind.String;
}
