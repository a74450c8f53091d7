using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>Class definitions as bytes; see <see cref="Reading.Definitions.ReadClass"/> for their layout.</summary>
internal static class ClassDefinitions
{
    internal static byte[] Encode(HessianClass cls, HessianDialect dialect)
    {
        using var output = new FrameWriter(256);
        var name = cls.Type.Utf8;
        var units = Wtf8.Utf16Length(name);
        if (dialect == HessianDialect.Final)
        {
            output.WriteByte((byte)'C');
            TextWriting.WriteString(output, dialect, name, units);
        }
        else
        {
            output.WriteByte((byte)'O');
            Scalars.WriteInt32(output, units);
            TextWriting.WriteUnits(output, name);
        }

        Scalars.WriteInt32(output, cls.Fields.Length);
        foreach (var field in cls.Fields)
        {
            TextWriting.WriteString(output, dialect, field.Utf8, Wtf8.Utf16Length(field.Utf8));
        }

        return output.Written.ToArray();
    }
}
