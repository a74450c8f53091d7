using System.Buffers.Binary;

namespace BridgeMesh.Contracts.Java.ClassFiles;

/// <summary>
/// The bytes of one class file, read forwards. The first fault stays; what is read after it is zero, so that readers need no check behind
/// every number but one in every loop. Does not own the bytes; to be dropped when they are reused.
/// </summary>
internal sealed class ClassBytes(ReadOnlyMemory<byte> bytes)
{
    /// <summary>Where the part ends that is read now: the file, or an attribute of it.</summary>
    private int _end = bytes.Length;

    public int At { get; private set; }

    public int End => _end;

    public ClassFault? Fault { get; private set; }

    public bool IsOk => Fault is null;

    public int U1() => Has(1) ? bytes.Span[At++] : 0;

    public int U2()
    {
        if (!Has(2))
        {
            return 0;
        }

        At += 2;
        return BinaryPrimitives.ReadUInt16BigEndian(bytes.Span[(At - 2)..]);
    }

    public uint U4()
    {
        if (!Has(4))
        {
            return 0;
        }

        At += 4;
        return BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[(At - 4)..]);
    }

    public void Skip(long count)
    {
        if (Has(count))
        {
            At += (int)count;
        }
    }

    /// <summary>What stands at a place that was read past already.</summary>
    public ReadOnlySpan<byte> Span(int offset, int length) => bytes.Span.Slice(offset, length);

    /// <summary>Keeps the first fault.</summary>
    public void Fail(string message, int? offset = null) => Fault ??= new ClassFault(offset ?? At, message);

    /// <summary>Adds to the fault what else is known.</summary>
    public void Amend(string message) => Fault = Fault is { } fault ? fault with { Message = fault.Message + message } : null;

    /// <summary>Begins a part of its own length; gives the end of the part around it, for <see cref="Leave"/>.</summary>
    public int Enter(uint length)
    {
        var outer = _end;
        if (Has(length))
        {
            _end = At + (int)length;
        }

        return outer;
    }

    /// <summary>Ends a part. One that was not read to its end is broken.</summary>
    public void Leave(int outer, string what)
    {
        if (IsOk && At != _end)
        {
            Fail($"{what} has {_end - At} more bytes than it says");
        }

        _end = outer;
    }

    private bool Has(long count)
    {
        if (!IsOk)
        {
            return false;
        }

        if (count <= _end - At)
        {
            return true;
        }

        Fail(_end == bytes.Length ? $"the file ends where {count} more bytes belong" : $"a part ends where {count} more bytes belong");
        return false;
    }
}
