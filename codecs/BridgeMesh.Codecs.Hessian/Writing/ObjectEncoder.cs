using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>
/// Objects with named fields. An object of the class that its contract declares is written with the declared fields in the dialect's order,
/// whatever order its sender had, missing ones as null: some decoders (sofa-bolt-node) cache a class by its name for a whole connection and
/// misread a second order. Other objects keep their own fields. The first instance of a class, and the first with another set of fields, puts
/// a definition into the stream.
/// </summary>
internal static class ObjectEncoder
{
    private const int Missing = -1;

    /// <summary>Fields whose places fit the stack; classes with more rent the room.</summary>
    private const int MaxOnStack = 64;

    internal static CodecStatus Write(in HessianWriter writer, ValueTape tape, int index, TypeShape? shape)
    {
        var declared = shape?.Struct;
        if (tape[index].Type is not { } own)
        {
            return declared is null ? WriteAsMap(writer, tape, index) : WriteDeclared(writer, tape, index, declared);
        }

        if (declared is not null && HessianClasses.Same(own, declared.JavaType))
        {
            return WriteDeclared(writer, tape, index, declared);
        }

        var type = ObjectForms.Translate(own, writer.Dialect);
        var known = writer.State.Classes.Find(tape, index, type) ?? OwnClass(tape, index, type);
        return WriteOwn(writer, tape, index, known, declared);
    }

    /// <summary>The fields that the object has, in its own order.</summary>
    private static CodecStatus WriteOwn(in HessianWriter writer, ValueTape tape, int index, HessianClass cls, StructShape? declared)
    {
        writer.State.TakeSlot(index, tape[index]);
        ObjectHeads.Write(writer, cls);
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            var status = ValueEncoder.Write(writer, tape, i, FieldShape(declared, tape[i].Name));
            if (!status.IsOk)
            {
                return status;
            }
        }

        return CodecStatus.Ok;
    }

    /// <summary>The declared fields in the dialect's order; those that the contract does not know behind them.</summary>
    private static CodecStatus WriteDeclared(in HessianWriter writer, ValueTape tape, int index, StructShape declared)
    {
        var known = FieldOrder.Declare(writer.Dialect, declared);
        var count = declared.Fields.Length;
        int[]? rented = null;
        var children = count <= MaxOnStack ? stackalloc int[MaxOnStack] : rented = ArrayPool<int>.Shared.Rent(count);
        children = children[..count];
        children.Fill(Missing);
        var cls = FindChildren(tape, index, declared, children) ? known.Class : WithUndeclared(tape, index, declared, known.Class);
        writer.State.TakeSlot(index, tape[index]);
        ObjectHeads.Write(writer, cls);
        var status = WriteChildren(writer, tape, known, children);
        if (status.IsOk && cls.Fields.Length > count)
        {
            status = WriteUndeclared(writer, tape, index, cls.Fields[count..]);
        }

        if (rented is not null)
        {
            ArrayPool<int>.Shared.Return(rented);
        }

        return status;
    }

    private static CodecStatus WriteChildren(in HessianWriter writer, ValueTape tape, DeclaredClass known, ReadOnlySpan<int> children)
    {
        foreach (var ordinal in known.Ordinals)
        {
            if (children[ordinal] == Missing)
            {
                writer.WriteNull();
                continue;
            }

            var status = ValueEncoder.Write(writer, tape, children[ordinal], known.Field(ordinal));
            if (!status.IsOk)
            {
                return status;
            }
        }

        return CodecStatus.Ok;
    }

    private static CodecStatus WriteUndeclared(in HessianWriter writer, ValueTape tape, int index, ReadOnlySpan<FieldName> names)
    {
        foreach (var name in names)
        {
            var status = ValueEncoder.Write(writer, tape, tape.FindField(index, name), null);
            if (!status.IsOk)
            {
                return status;
            }
        }

        return CodecStatus.Ok;
    }

    /// <summary>Puts each child at its place in the contract, the last where a name repeats; false when one has none.</summary>
    private static bool FindChildren(ValueTape tape, int index, StructShape declared, Span<int> children)
    {
        var allDeclared = true;
        var expected = 0;
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            var ordinal = tape[i].Name is { } name ? DeclaredClass.Find(declared, name, expected) : -1;
            if (ordinal < 0)
            {
                allDeclared = false;
            }
            else
            {
                children[ordinal] = i;
                expected = ordinal + 1;
            }
        }

        return allDeclared;
    }

    /// <summary>Without a class an object is a map with its names as keys.</summary>
    private static CodecStatus WriteAsMap(in HessianWriter writer, ValueTape tape, int index)
    {
        writer.State.TakeSlot(index, tape[index]);
        ContainerHeads.WriteMap(writer, null);
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            if (tape[i].Kind == ValueKind.Absent)
            {
                continue;
            }

            if (tape[i].Name is not { } name)
            {
                return ValueEncoder.Fail(tape, i, "a field without a name");
            }

            writer.WriteUtf8String(name.Utf8);
            var status = ValueEncoder.Write(writer, tape, i, null);
            if (!status.IsOk)
            {
                return status;
            }
        }

        writer.EndMap();
        return CodecStatus.Ok;
    }

    private static HessianClass OwnClass(ValueTape tape, int index, TypeName type)
    {
        var count = tape[index].Count;
        var rented = ArrayPool<FieldName>.Shared.Rent(count);
        var at = 0;
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            rented[at++] = tape[i].Name ?? FieldName.Of(string.Empty);
        }

        var cls = HessianClasses.Of(type, rented.AsSpan(0, at));
        ArrayPool<FieldName>.Shared.Return(rented, clearArray: true);
        return cls;
    }

    private static HessianClass WithUndeclared(ValueTape tape, int index, StructShape declared, HessianClass cls)
    {
        var names = new List<FieldName>(cls.Fields.Length + 4);
        names.AddRange(cls.Fields);
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            if (tape[i].Name is { } name && declared.Find(name.Utf8) < 0 && !names.Contains(name))
            {
                names.Add(name);
            }
        }

        return HessianClasses.Of(cls.Type, names.ToArray());
    }

    private static TypeShape? FieldShape(StructShape? declared, FieldName? name)
    {
        if (declared is null || name is null)
        {
            return null;
        }

        var ordinal = DeclaredClass.Find(declared, name, 0);
        return ordinal < 0 ? null : declared.Fields[ordinal].Type;
    }
}
