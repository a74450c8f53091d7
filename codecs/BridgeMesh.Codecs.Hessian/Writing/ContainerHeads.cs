using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>The beginnings of lists and maps.</summary>
internal static class ContainerHeads
{
    /// <summary>Writes the head of a list of known length; answers whether an end mark must follow its elements.</summary>
    internal static bool WriteList(in HessianWriter writer, TypeName? type, int count)
    {
        var output = writer.Output;
        if (writer.Dialect == HessianDialect.Draft)
        {
            return WriteDraftList(writer, type, count);
        }

        // The untyped open form (0x57) is not readable by hessian-lite, so lists are always counted.
        if (count < 8)
        {
            output.WriteByte((byte)((type is null ? 0x78 : 0x70) + count));
            WriteType(writer, type);
            return false;
        }

        output.WriteByte(type is null ? (byte)'X' : (byte)'V');
        WriteType(writer, type);
        Scalars.WriteInt32(output, count);
        return false;
    }

    internal static void WriteMap(in HessianWriter writer, TypeName? type)
    {
        if (writer.Dialect == HessianDialect.Draft)
        {
            writer.Output.WriteByte((byte)'M');
            WriteDraftType(writer, type);
            return;
        }

        writer.Output.WriteByte(type is null ? (byte)'H' : (byte)'M');
        WriteType(writer, type);
    }

    private static bool WriteDraftList(in HessianWriter writer, TypeName? type, int count)
    {
        var output = writer.Output;
        if (type is not null && writer.State.FindType(type) is var known && known >= 0)
        {
            output.WriteByte((byte)'v');
            Scalars.WriteInt32(output, known);
            Scalars.WriteInt32(output, count);
            return false;
        }

        output.WriteByte((byte)'V');
        WriteDraftType(writer, type);
        if (count < 0x100)
        {
            output.WriteByte(DialectTags.Length8);
            output.WriteByte((byte)count);
        }
        else
        {
            output.WriteByte(DialectTags.Length32);
            output.WriteInt32(count);
        }

        return true;
    }

    private static void WriteType(in HessianWriter writer, TypeName? type)
    {
        if (type is null)
        {
            return;
        }

        var known = writer.State.FindOrAddType(type);
        if (known >= 0)
        {
            Scalars.WriteInt32(writer.Output, known);
        }
        else
        {
            TextWriting.WriteString(writer.Output, writer.Dialect, type.Utf8, Wtf8.Utf16Length(type.Utf8));
        }
    }

    private static void WriteDraftType(in HessianWriter writer, TypeName? type)
    {
        if (type is null)
        {
            return;
        }

        var known = writer.State.FindOrAddType(type);
        if (known >= 0)
        {
            writer.Output.WriteByte(DialectTags.TypeReference);
            Scalars.WriteInt32(writer.Output, known);
            return;
        }

        writer.Output.WriteByte(DialectTags.TypeLiteral);
        writer.Output.WriteUInt16((ushort)Wtf8.Utf16Length(type.Utf8));
        TextWriting.WriteUnits(writer.Output, type.Utf8);
    }
}
