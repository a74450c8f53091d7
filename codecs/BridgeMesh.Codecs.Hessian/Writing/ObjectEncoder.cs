using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>Objects with named fields.</summary>
internal static class ObjectEncoder
{
    internal static CodecStatus Write(in HessianWriter writer, ValueTape tape, int index, TypeShape? shape)
    {
        ref readonly var token = ref tape[index];
        var type = token.Type ?? shape?.Struct?.JavaType;
        return type is null ? WriteAsMap(writer, tape, index) : WriteFields(writer, tape, index, type, shape);
    }

    private static CodecStatus WriteFields(in HessianWriter writer, ValueTape tape, int index, TypeName type, TypeShape? shape)
    {
        writer.State.TakeSlot(index, tape[index]);
        ObjectHeads.Write(writer, FindClass(writer, tape, index, type));
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            var status = ValueEncoder.Write(writer, tape, i, FieldShape(shape?.Struct, tape[i].Name));
            if (!status.IsOk)
            {
                return status;
            }
        }

        return CodecStatus.Ok;
    }

    private static CodecStatus WriteAsMap(in HessianWriter writer, ValueTape tape, int index)
    {
        writer.State.TakeSlot(index, tape[index]);
        ContainerHeads.WriteMap(writer, null);
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            if (tape[i].Name is { } name)
            {
                writer.WriteUtf8String(name.Utf8);
            }

            var status = ValueEncoder.Write(writer, tape, i, null);
            if (!status.IsOk)
            {
                return status;
            }
        }

        writer.EndMap();
        return CodecStatus.Ok;
    }

    private static HessianClass FindClass(in HessianWriter writer, ValueTape tape, int index, TypeName type)
    {
        foreach (var cls in writer.State.Classes)
        {
            if (HessianClasses.Same(cls.Type, type) && HasFields(tape, index, cls.Fields))
            {
                return cls;
            }
        }

        var names = new FieldName[tape[index].Count];
        var at = 0;
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            names[at++] = tape[i].Name ?? FieldName.Of(string.Empty);
        }

        return HessianClasses.Of(type, names);
    }

    private static bool HasFields(ValueTape tape, int index, ReadOnlySpan<FieldName> fields)
    {
        if (tape[index].Count != fields.Length)
        {
            return false;
        }

        var at = 0;
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            if (tape[i].Name is not { } name || !HessianClasses.Same(name, fields[at++]))
            {
                return false;
            }
        }

        return true;
    }

    private static TypeShape? FieldShape(StructShape? fields, FieldName? name)
    {
        if (fields is null || name is null)
        {
            return null;
        }

        var ordinal = fields.Find(name.Text);
        return ordinal < 0 ? null : fields.Fields[ordinal].Type;
    }
}
