using System.Collections.Immutable;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Corpus;

/// <summary>Samples ordered by size. Short ones are picked far more often: they take less time and show as much.</summary>
internal sealed class SampleSet<T>
{
    private readonly ImmutableArray<T> _samples;
    private readonly int _small;
    private readonly int _medium;

    internal SampleSet(IEnumerable<T> samples, Func<T, int> bytesOf)
    {
        _samples = [.. samples.OrderBy(bytesOf)];
        _small = _samples.Count(s => bytesOf(s) <= 1_024);
        _medium = _samples.Count(s => bytesOf(s) <= 8_192);
    }

    internal int Count => _samples.Length;

    internal ImmutableArray<T> All => _samples;

    internal T Pick(FuzzRandom random)
    {
        var size = random.Below(1_000);
        var among = size < 940 ? _small : size < 998 ? _medium : _samples.Length;
        return _samples[random.Below(among == 0 ? _samples.Length : among)];
    }
}
