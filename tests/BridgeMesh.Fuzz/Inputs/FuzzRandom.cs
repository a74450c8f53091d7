using System.Numerics;

namespace BridgeMesh.Fuzz.Inputs;

/// <summary>
/// Random numbers that are the same for the same seed on every machine and runtime (xoshiro256** seeded by splitmix64, Blackman and Vigna).
/// System.Random promises that for no version to come, and costs an array per seed. Not thread-safe.
/// </summary>
internal sealed class FuzzRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    internal FuzzRandom(ulong seed = 0, ulong stream = 0, ulong index = 0) => Reseed(seed, stream, index);

    /// <summary>Starts anew: three numbers name one sequence.</summary>
    internal void Reseed(ulong seed, ulong stream = 0, ulong index = 0)
    {
        var state = Mix(seed) ^ Mix(stream + 0x5851F42D4C957F2D) ^ (Mix(index ^ 0x14057B7EF767814F) * 3);
        _a = Step(ref state);
        _b = Step(ref state);
        _c = Step(ref state);
        _d = Step(ref state);
    }

    /// <summary>A stream number for a name (FNV-1a).</summary>
    internal static ulong StreamOf(string name)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var unit in name)
        {
            hash = (hash ^ unit) * 0x100000001B3;
        }

        return hash;
    }

    internal ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>0 to <paramref name="bound"/> - 1; 0 for a bound below 1.</summary>
    internal int Below(int bound) => bound <= 1 ? 0 : (int)(((NextBits() >> 32) * (ulong)bound) >> 32);

    /// <param name="to">Included.</param>
    internal int Between(int from, int to) => from + Below(to - from + 1);

    internal bool Chance(int percent) => Below(100) < percent;

    internal byte NextByte() => (byte)(NextBits() >> 56);

    internal int NextInt32() => (int)(NextBits() >> 32);

    internal long NextInt64() => (long)NextBits();

    internal T Pick<T>(ReadOnlySpan<T> from) => from[Below(from.Length)];

    /// <summary>Mostly small, seldom as large as the bound: 1 to <paramref name="bound"/>.</summary>
    internal int Skewed(int bound)
    {
        var bits = Below(BitOperations.Log2((uint)Math.Max(1, bound)) + 1);
        return Math.Clamp(Between(1, 1 << bits), 1, Math.Max(1, bound));
    }

    internal void Fill(Span<byte> bytes)
    {
        foreach (ref var b in bytes)
        {
            b = NextByte();
        }
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private static ulong Step(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        return Mix(state);
    }
}
