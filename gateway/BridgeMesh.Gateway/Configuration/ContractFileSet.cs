using BridgeMesh.Contracts.Java.Facades;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>The files that contracts are loaded from, by kind. Paths are absolute, each there once.</summary>
/// <param name="Yaml">Contracts as people write them.</param>
/// <param name="Descriptors">Protobuf descriptor sets.</param>
/// <param name="Java">Jars and class directories.</param>
internal sealed record ContractFileSet(IReadOnlyList<string> Yaml, IReadOnlyList<string> Descriptors, FacadeSources Java)
{
    private static readonly string[] DescriptorEndings = [".binpb", ".desc", ".pb", ".protoset", ".b64"];
    private static readonly string[] JavaEndings = [".jar", ".war"];

    /// <summary>Sorts files by their endings; a directory is one of Java classes.</summary>
    /// <param name="files">Each with the names of services that are wanted of it.</param>
    public static ContractFileSet Of(IEnumerable<(string File, IReadOnlyCollection<string> Services)> files, IEnumerable<string> classPath)
    {
        var all = files.DistinctBy(static f => f.File, StringComparer.Ordinal).ToLookup(static f => KindOf(f.File));
        return new ContractFileSet(
            [.. all[Kind.Yaml].Select(static f => f.File)],
            [.. all[Kind.Descriptors].Select(static f => f.File)],
            new FacadeSources(
                [.. all[Kind.Java].Select(static f => new FacadeRoot(f.File, f.Services))], [.. classPath.Distinct(StringComparer.Ordinal)]));
    }

    private static Kind KindOf(string file)
    {
        var ending = Path.GetExtension(file);
        return DescriptorEndings.Contains(ending, StringComparer.OrdinalIgnoreCase) ? Kind.Descriptors
            : JavaEndings.Contains(ending, StringComparer.OrdinalIgnoreCase) || Directory.Exists(file) ? Kind.Java
            : Kind.Yaml;
    }

    private enum Kind : byte
    {
        Yaml,
        Descriptors,
        Java,
    }
}
