using System.Diagnostics.CodeAnalysis;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// A decoder under test: makes inputs for it and judges what it does with one. An instance belongs to one worker. What <see cref="Run"/> does
/// follows from the input's bytes alone.
/// </summary>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>Name in figures and of the folder with its old findings: lower case with dashes.</summary>
    internal abstract string Name { get; }

    /// <summary>Share of all inputs, relative to the other targets'.</summary>
    internal virtual int Weight => 10;

    /// <summary>Makes the next input from the random numbers.</summary>
    internal abstract void Produce(FuzzRandom random, InputBytes into);

    /// <summary>Gives the input to the decoder. Throws what the decoder throws, and <see cref="OracleException"/> for what cannot be right.</summary>
    internal abstract Verdict Run(ReadOnlyMemory<byte> input);

    /// <summary>
    /// Bytes that one input may make this thread allocate. The multiple covers a tape that grows by doubling (32 bytes a token, a token
    /// from one byte) and is read more than once by the oracles; the fixed part covers caches that grow.
    /// </summary>
    internal virtual long MaxAllocatedBytes(int inputBytes) => (1 << 20) + (inputBytes * 512L);

    public virtual void Dispose()
    {
    }

    /// <summary>Fails with a rule that is broken.</summary>
    [DoesNotReturn]
    protected static void Break(string rule, string detail) => throw new OracleException(rule, detail);

    /// <summary>A number that stands for the bytes: decisions that a target takes come from it.</summary>
    protected static uint HashOf(ReadOnlySpan<byte> bytes)
    {
        var hash = 0x811C9DC5u;
        var step = Math.Max(1, bytes.Length / 256);
        for (var i = 0; i < bytes.Length; i += step)
        {
            hash = (hash ^ bytes[i]) * 0x01000193;
        }

        hash ^= (uint)bytes.Length;
        return hash ^ (hash >> 15) ^ (hash >> 7);
    }
}
