using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>
/// Writes jute, ZooKeeper's serialization (zookeeper.jute and org.apache.jute.BinaryOutputArchive): big-endian integers; text, bytes and
/// lists behind an i32 count, -1 for null. One writer makes one packet:
/// <code>
///  0      4      8       12
///  | i32 length | i32 xid | i32 type | body ...        the length counts what stands behind it
/// </code>
/// </summary>
internal sealed class JuteWriter
{
    /// <summary>Bytes of length, xid and type.</summary>
    public const int HeaderBytes = 12;

    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    /// <summary>A request with the place of its xid left open.</summary>
    public static JuteWriter Request(OpCode type)
    {
        var writer = new JuteWriter();
        writer.Int(0).Int(0).Int((int)type);
        return writer;
    }

    /// <summary>The first packet of a connection, which has neither xid nor type.</summary>
    public static JuteWriter Bare()
    {
        var writer = new JuteWriter();
        writer.Int(0);
        return writer;
    }

    public int Length => _bytes.WrittenCount;

    public JuteWriter Int(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    public JuteWriter Long(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public JuteWriter Bool(bool value)
    {
        _bytes.GetSpan(1)[0] = value ? (byte)1 : (byte)0;
        _bytes.Advance(1);
        return this;
    }

    public JuteWriter Bytes(ReadOnlySpan<byte> value)
    {
        Int(value.Length);
        _bytes.Write(value);
        return this;
    }

    public JuteWriter Text(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        Int(count);
        Encoding.UTF8.GetBytes(value, _bytes.GetSpan(count));
        _bytes.Advance(count);
        return this;
    }

    public JuteWriter Texts(IReadOnlyCollection<string> values)
    {
        Int(values.Count);
        foreach (var value in values)
        {
            Text(value);
        }

        return this;
    }

    public JuteWriter Acls(IReadOnlyCollection<Acl> acls)
    {
        Int(acls.Count);
        foreach (var acl in acls)
        {
            Int((int)acl.Permissions).Text(acl.Scheme).Text(acl.Id);
        }

        return this;
    }

    /// <summary>The whole packet, with its length filled in. The writer is of no use afterwards.</summary>
    public byte[] ToPacket()
    {
        var packet = _bytes.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(packet, packet.Length - 4);
        return packet;
    }
}
