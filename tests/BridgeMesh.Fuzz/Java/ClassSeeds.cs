using System.Collections.Immutable;
using System.Reflection;
using BridgeMesh.Contracts.Java.ClassFiles;

namespace BridgeMesh.Fuzz.Java;

/// <summary>Whole class files of the facade in interop-samples/java, as javac 17 wrote them: the fuzzer needs no JDK.</summary>
internal static class ClassSeeds
{
    internal static ImmutableArray<(string Name, byte[] Bytes)> All { get; } = [.. Read()];

    private static IEnumerable<(string Name, byte[] Bytes)> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(static n => n.EndsWith(".class", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException(resource);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            yield return (ClassFileReader.Read(bytes, out var fault)?.Name ?? throw new InvalidOperationException($"{resource}: {fault}"), bytes);
        }
    }
}
