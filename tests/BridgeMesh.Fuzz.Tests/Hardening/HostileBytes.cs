using System.Buffers.Binary;
using System.Text;
using BridgeMesh.Fuzz.Hessian;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Tests.Hardening;

/// <summary>Builds what an attacker would send. Grows without the bound that inputs of the fuzzer have.</summary>
internal sealed class HostileBytes
{
    private readonly List<byte> _bytes = [];
    private readonly InputBytes _part = new();
    private readonly FuzzRandom _shortest = new();

    internal int Length => _bytes.Count;

    internal HostileBytes Add(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    internal HostileBytes Times(int count, params ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < count; i++)
        {
            _bytes.AddRange(bytes);
        }

        return this;
    }

    /// <summary>A Hessian int in five bytes, the same in both dialects.</summary>
    internal HostileBytes Int(int value)
    {
        Span<byte> bytes = [(byte)'I', 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(bytes[1..], value);
        return Add(bytes);
    }

    /// <summary>A Hessian string of up to 65,535 ASCII characters, the same in both dialects.</summary>
    internal HostileBytes Text(string ascii)
    {
        _part.Clear();
        if (ascii.Length < 32)
        {
            _part.Add((byte)ascii.Length);
        }
        else
        {
            _part.Add((byte)'S');
            _part.AddUInt16(ascii.Length);
        }

        _part.Add(Encoding.ASCII.GetBytes(ascii));
        return Add(_part.Span);
    }

    internal HostileBytes Definition(bool draft, string name, params ReadOnlySpan<string> fields)
    {
        if (draft)
        {
            Add((byte)'O').Int(name.Length).Add(Encoding.ASCII.GetBytes(name));
        }
        else
        {
            Add((byte)'C').Text(name);
        }

        Int(fields.Length);
        foreach (var field in fields)
        {
            Text(field);
        }

        return this;
    }

    internal HostileBytes Instance(bool draft, int cls) => Add(draft ? (byte)'o' : (byte)'O').Int(cls);

    internal HostileBytes Reference(bool draft, int slot)
    {
        _part.Clear();
        _shortest.Reseed(1);
        HessianForms.Reference(_part, _shortest, draft, slot);
        return Add(_part.Span);
    }

    /// <summary>Opens a list of so many elements, without a type; in the draft it must be closed.</summary>
    internal HostileBytes List(bool draft, int count)
    {
        if (!draft)
        {
            return Add((byte)'X').Int(count);
        }

        Span<byte> bytes = [(byte)'V', (byte)'l', 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(bytes[2..], count);
        return Add(bytes);
    }

    internal HostileBytes EndList(bool draft) => draft ? Add((byte)'z') : this;

    internal byte[] ToArray() => [.. _bytes];
}
