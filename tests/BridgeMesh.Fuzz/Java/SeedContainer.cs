using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Yaml;

namespace BridgeMesh.Fuzz.Java;

/// <summary>The seeds as a jar, with one class in the place of its namesake or beside all.</summary>
internal sealed class SeedContainer : ClassContainer
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _classes = new(StringComparer.Ordinal);

    internal SeedContainer(string name, ReadOnlyMemory<byte> bytes)
        : base("seeds.jar")
    {
        foreach (var (seed, content) in ClassSeeds.All)
        {
            _classes[seed] = content;
        }

        _classes[name] = bytes;
    }

    public override IReadOnlyCollection<string> Names => _classes.Keys;

    public override string PlaceOf(string name) => $"seeds.jar!/{name}";

    public override ReadOnlyMemory<byte>? Read(string name, List<SourceProblem> problems) => _classes.TryGetValue(name, out var bytes) ? bytes : null;
}
