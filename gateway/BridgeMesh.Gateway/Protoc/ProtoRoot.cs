namespace BridgeMesh.Gateway.Protoc;

/// <summary>.proto files that are compiled together.</summary>
/// <param name="Name">The directory or file that they came by, for messages.</param>
/// <param name="Files">Absolute paths, each there once; at least one.</param>
/// <param name="Directories">Absolute paths of the directories that imports are looked for in, the first one first.</param>
/// <param name="Compiler">Path of protoc; null for the one that comes with the gateway.</param>
internal sealed record ProtoRoot(string Name, IReadOnlyList<string> Files, IReadOnlyList<string> Directories, string? Compiler);
