using System.Collections.Immutable;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>A part of a multi: all are done or none.</summary>
/// <param name="Write">Puts its body behind its header, with the server's path.</param>
internal sealed record MultiOperation(OpCode Type, string Path, Action<JuteWriter, string> Write)
{
    public static MultiOperation Create(string path, ReadOnlyMemory<byte> data, IReadOnlyCollection<Acl> acl, CreateMode mode) =>
        new(OpCode.Create, path, (writer, p) => writer.Text(p).Bytes(data.Span).Acls(acl).Int((int)mode));

    /// <param name="version">-1 for any.</param>
    public static MultiOperation Delete(string path, int version = -1) => new(OpCode.Delete, path, (writer, p) => writer.Text(p).Int(version));

    /// <param name="version">-1 for any.</param>
    public static MultiOperation SetData(string path, ReadOnlyMemory<byte> data, int version = -1) =>
        new(OpCode.SetData, path, (writer, p) => writer.Text(p).Bytes(data.Span).Int(version));

    public static MultiOperation Check(string path, int version) => new(OpCode.Check, path, (writer, p) => writer.Text(p).Int(version));
}

/// <param name="Error">RuntimeInconsistency for those that another's failure undid.</param>
/// <param name="Path">Of a node that was made; empty otherwise.</param>
/// <param name="Stat">Of a node that was written; default otherwise.</param>
internal readonly record struct MultiResult(KeeperError Error, string Path, Stat Stat)
{
    /// <summary>Headers of parts, each with type, whether it is the end, and error; as org.apache.zookeeper.MultiResponse writes them.</summary>
    public static ImmutableArray<MultiResult> ReadAll(ref JuteReader reader)
    {
        var results = ImmutableArray.CreateBuilder<MultiResult>();
        while (!reader.IsBroken)
        {
            var type = (OpCode)reader.Int();
            var isDone = reader.Bool();
            reader.Int();
            if (isDone)
            {
                break;
            }

            switch (type)
            {
                case OpCode.Create:
                    results.Add(new MultiResult(KeeperError.Ok, reader.Text(), default));
                    break;
                case OpCode.Create2:
                    results.Add(new MultiResult(KeeperError.Ok, reader.Text(), reader.Stat()));
                    break;
                case OpCode.SetData:
                    results.Add(new MultiResult(KeeperError.Ok, string.Empty, reader.Stat()));
                    break;
                case OpCode.Delete or OpCode.Check:
                    results.Add(new MultiResult(KeeperError.Ok, string.Empty, default));
                    break;
                case OpCode.Error:
                    results.Add(new MultiResult((KeeperError)reader.Int(), string.Empty, default));
                    break;
                default:
                    // Not one of ours: what follows cannot be cut into parts.
                    reader.Break();
                    break;
            }
        }

        return results.ToImmutable();
    }
}
