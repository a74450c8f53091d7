using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>
/// Reads jute. What does not fit the bytes that there are makes the reader broken; it then gives zeros and empty values, so that callers ask
/// once, at the end. Counts are held against the bytes that are left before anything is allocated.
/// </summary>
internal ref struct JuteReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private ReadOnlySpan<byte> _left = bytes;

    /// <summary>Something did not fit.</summary>
    public bool IsBroken { get; private set; }

    public readonly bool IsAtEnd => _left.IsEmpty;

    public int Int() => Take(4) is { Length: 4 } taken ? BinaryPrimitives.ReadInt32BigEndian(taken) : 0;

    public long Long() => Take(8) is { Length: 8 } taken ? BinaryPrimitives.ReadInt64BigEndian(taken) : 0;

    public bool Bool() => Take(1) is { Length: 1 } taken && taken[0] != 0;

    /// <summary>Null counts as empty, as nobody in ZooKeeper tells them apart.</summary>
    public byte[] Bytes() => Take(Count(1)).ToArray();

    /// <summary>Text; bytes that are not UTF-8 become U+FFFD, as in Java.</summary>
    public string Text() => Strict.GetString(Take(Count(1)));

    public ImmutableArray<string> Texts()
    {
        // An empty text takes the four bytes of its length.
        var count = Count(4);
        var texts = ImmutableArray.CreateBuilder<string>(count);
        for (var i = 0; i < count && !IsBroken; i++)
        {
            texts.Add(Text());
        }

        return texts.ToImmutable();
    }

    public ImmutableArray<Acl> Acls()
    {
        var count = Count(12);
        var acls = ImmutableArray.CreateBuilder<Acl>(count);
        for (var i = 0; i < count && !IsBroken; i++)
        {
            acls.Add(new Acl((Permissions)Int(), Text(), Text()));
        }

        return acls.ToImmutable();
    }

    public Stat Stat() => new(
        CreatedZxid: Long(),
        ModifiedZxid: Long(),
        CreatedMs: Long(),
        ModifiedMs: Long(),
        Version: Int(),
        ChildrenVersion: Int(),
        AclVersion: Int(),
        EphemeralOwner: Long(),
        DataLength: Int(),
        ChildCount: Int(),
        ChildrenZxid: Long());

    /// <summary>A count of things of at least so many bytes each.</summary>
    public int Count(int leastBytes)
    {
        var count = Int();
        if (count == -1)
        {
            return 0;
        }

        if (count < 0 || count > _left.Length / leastBytes)
        {
            Break();
            return 0;
        }

        return count;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _left.Length)
        {
            Break();
            return default;
        }

        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }

    /// <summary>What follows cannot be read.</summary>
    public void Break()
    {
        IsBroken = true;
        _left = default;
    }
}
