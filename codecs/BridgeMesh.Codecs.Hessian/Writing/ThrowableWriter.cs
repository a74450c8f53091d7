using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>
/// Exceptions that the gateway makes itself, with the fields that java.lang.Throwable has in every JDK since 7, so that Java can decode
/// and throw them: the message, a cause that refers to the exception itself (Java's way to say none), an empty stack trace and no
/// suppressed exceptions. Source: recorded exceptions of both dialects.
/// </summary>
internal static class ThrowableWriter
{
    private const string Message = "detailMessage";
    private const string Cause = "cause";
    private const string StackTrace = "stackTrace";
    private const string Suppressed = "suppressedExceptions";

    private static readonly TypeName StackTraceArray = TypeName.Of("[java.lang.StackTraceElement");
    private static readonly TypeName EmptyList = TypeName.Of("java.util.Collections$EmptyList");

    /// <param name="fields">Tape with an Object whose children are the exception's own fields; null for none.</param>
    internal static CodecStatus Write(in HessianWriter writer, TypeName type, string? message, ValueTape? fields, int index)
    {
        var self = writer.State.NextReference;
        writer.State.SlotCount++;
        var cls = Class(writer.Dialect, type, fields, index);
        ObjectHeads.Write(writer, cls);
        foreach (var field in cls.Fields)
        {
            var status = WriteField(writer, field, self, message, fields, index);
            if (!status.IsOk)
            {
                return status;
            }
        }

        return CodecStatus.Ok;
    }

    private static CodecStatus WriteField(
        in HessianWriter writer, FieldName field, int self, string? message, ValueTape? fields, int index)
    {
        switch (field.Text)
        {
            case Message when message is null:
                writer.WriteNull();
                return CodecStatus.Ok;
            case Message:
                writer.WriteString(message);
                return CodecStatus.Ok;
            case Cause:
                Scalars.WriteReference(writer.Output, writer.Dialect, self);
                return CodecStatus.Ok;
            case StackTrace:
                WriteEmpty(writer, StackTraceArray);
                return CodecStatus.Ok;
            case Suppressed:
                WriteEmpty(writer, EmptyList);
                return CodecStatus.Ok;
            default:
                // The class was made from these fields.
                return ValueEncoder.Write(writer, fields!, fields!.FindField(index, field), null);
        }
    }

    private static void WriteEmpty(in HessianWriter writer, TypeName type)
    {
        writer.State.SlotCount++;
        writer.EndList(ContainerHeads.WriteList(writer, type, 0));
    }

    private static HessianClass Class(HessianDialect dialect, TypeName type, ValueTape? fields, int index)
    {
        var simple = new List<string>();
        var others = new List<string>();
        if (fields is not null && fields[index].Kind == ValueKind.Object)
        {
            var end = fields.Next(index);
            for (var i = index + 1; i < end; i = fields.Next(i))
            {
                if (fields[i].Name is { Text: not (Message or Cause or StackTrace or Suppressed) } name)
                {
                    var group = IsSimple(fields[i].Kind) ? simple : others;
                    if (!simple.Contains(name.Text) && !others.Contains(name.Text))
                    {
                        group.Add(name.Text);
                    }
                }
            }
        }

        simple.Add(Message);
        others.AddRange([Cause, StackTrace, Suppressed]);
        return FieldOrder.Class(dialect, ObjectForms.Translate(type, dialect).Text, [.. simple], [.. others]);
    }

    private static bool IsSimple(ValueKind kind) => kind is ValueKind.Null or ValueKind.Absent or ValueKind.Bool or ValueKind.Int32
        or ValueKind.Int64 or ValueKind.UInt64 or ValueKind.Float32 or ValueKind.Float64 or ValueKind.String;
}
