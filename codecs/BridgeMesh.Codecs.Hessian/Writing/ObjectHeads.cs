namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>The beginnings of objects: the class definition when it is new to the stream, then the instance's mark.</summary>
internal static class ObjectHeads
{
    internal static void Write(in HessianWriter writer, HessianClass cls)
    {
        var index = writer.State.Classes.Find(cls);
        if (index < 0)
        {
            writer.Output.Write(cls.Definition(writer.Dialect));
            index = writer.State.Classes.Add(cls);
        }

        if (writer.Dialect == HessianDialect.Draft)
        {
            writer.Output.WriteByte((byte)'o');
            Scalars.WriteInt32(writer.Output, index);
        }
        else if (index < 16)
        {
            writer.Output.WriteByte((byte)(0x60 + index));
        }
        else
        {
            writer.Output.WriteByte((byte)'O');
            Scalars.WriteInt32(writer.Output, index);
        }
    }
}
