using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>A file or directory that contracts are loaded from, with what its entry says of it.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Services">Names of the services that are wanted of it; all without any.</param>
internal sealed record ContractFile(string Path, IReadOnlyCollection<string> Services)
{
    /// <summary>Where each of these names is written; empty for a command line.</summary>
    public IReadOnlyList<YamlMark> ServicePlaces { get; init; } = [];

    /// <summary>Of a .proto file: the directory below which its name begins, as imports name it; null for the one that it lies in.</summary>
    public string? ImportRoot { get; init; }

    /// <summary>Of .proto files: further directories that imports are looked for in, absolute.</summary>
    public IReadOnlyList<string> Includes { get; init; } = [];

    /// <summary>Of .proto files: the protoc to compile them with; null for the one that comes with the gateway.</summary>
    public string? Compiler { get; init; }
}
