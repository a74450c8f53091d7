using BridgeMesh.Contracts.Java.Facades;
using BridgeMesh.Gateway.Protoc;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>The files that contracts are loaded from, by kind. Paths are absolute, each there once.</summary>
/// <param name="Yaml">Contracts as people write them.</param>
/// <param name="Descriptors">Protobuf descriptor sets.</param>
/// <param name="Java">Jars and class directories.</param>
/// <param name="Protos">.proto files, those together that are compiled together.</param>
/// <param name="Mixed">Directories that hold both Java classes and .proto files, and so are neither.</param>
internal sealed record ContractFileSet(
    IReadOnlyList<string> Yaml, IReadOnlyList<string> Descriptors, FacadeSources Java, IReadOnlyList<ProtoRoot> Protos, IReadOnlyList<string> Mixed)
{
    private static readonly string[] DescriptorEndings = [".binpb", ".desc", ".pb", ".protoset", ".b64"];
    private static readonly string[] JavaEndings = [".jar", ".war"];
    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true };

    /// <summary>OpenAPI documents; files that they refer to are not among them.</summary>
    public IReadOnlyList<string> OpenApi { get; init; } = [];

    /// <summary>The services that are wanted of sources of which not all are; of a .proto file the source is the one that it is compiled with.</summary>
    public IReadOnlyList<WantedServices> Wanted { get; init; } = [];

    /// <summary>Service definitions of Dubbo's, as its metadata centre holds them.</summary>
    public IReadOnlyList<ContractFile> Definitions { get; init; } = [];

    /// <summary>JSON that is none of what contracts are made of.</summary>
    public IReadOnlyList<string> UnknownJson { get; init; } = [];

    /// <summary>Whether there is anything that protobuf describes.</summary>
    public bool HasDescribed => Descriptors.Count > 0 || Protos.Count > 0;

    /// <summary>Sorts files by their endings, YAML and JSON by their outermost keys, and directories by what they hold: Java classes or .proto files.</summary>
    public static ContractFileSet Of(IEnumerable<ContractFile> files, IEnumerable<string> classPath)
    {
        var distinct = files.DistinctBy(static f => f.Path, StringComparer.Ordinal).ToList();
        var all = distinct.ToLookup(static f => KindOf(f.Path));
        var protos = ProtosOf(all[Kind.Proto], all[Kind.ProtoDirectory]).ToList();
        var compiled = protos.SelectMany(static r => r.Files.Select(f => (File: f, r.Name))).DistinctBy(static p => p.File)
            .ToDictionary(static p => p.File, static p => p.Name, StringComparer.Ordinal);
        return new ContractFileSet(
            [.. all[Kind.Yaml].Select(static f => f.Path)],
            [.. all[Kind.Descriptors].Select(static f => f.Path)],
            new FacadeSources(
                [.. all[Kind.Java].Select(static f => new FacadeRoot(f.Path, f.Services))], [.. classPath.Distinct(StringComparer.Ordinal)]),
            protos,
            [.. all[Kind.Mixed].Select(static f => f.Path)])
        {
            OpenApi = [.. all[Kind.OpenApi].Select(static f => f.Path)],
            Wanted =
            [
                .. distinct.Where(static f => f.Services.Count > 0).GroupBy(static f => f.Services, ReferenceEqualityComparer.Instance)
                    .Select(g => new WantedServices(
                        g.First().Services,
                        [.. g.Select(f => compiled.GetValueOrDefault(f.Path, f.Path)).Distinct(StringComparer.Ordinal)],
                        g.First().ServicePlaces)),
            ],
            Definitions = [.. all[Kind.Definition]],
            UnknownJson = [.. all[Kind.UnknownJson].Select(static f => f.Path)],
        };
    }

    /// <summary>Names of the services that are wanted of a source; empty for all.</summary>
    public IReadOnlyCollection<string> WantedOf(string source) =>
        [.. Wanted.Where(w => w.Sources.Contains(source)).SelectMany(static w => w.Names).Distinct(StringComparer.Ordinal)];

    /// <summary>.proto files below a directory, in ordinal order.</summary>
    public static IEnumerable<string> ProtosIn(string directory) =>
        Directory.EnumerateFiles(directory, "*.proto", Everywhere).Take(ContractPatterns.MaxFiles).Order(StringComparer.Ordinal);

    private static IEnumerable<ProtoRoot> ProtosOf(IEnumerable<ContractFile> files, IEnumerable<ContractFile> directories)
    {
        foreach (var entry in directories)
        {
            yield return new ProtoRoot(entry.Path, [.. ProtosIn(entry.Path)], [entry.Path, .. entry.Includes], entry.Compiler);
        }

        foreach (var group in files.GroupBy(static f => (Root: RootOf(f), Includes: string.Join('\n', f.Includes), f.Compiler)))
        {
            var together = group.ToList();
            yield return new ProtoRoot(
                together is [var only] ? only.Path : group.Key.Root, [.. together.Select(static f => f.Path)], DirectoriesOf(together[0]), group.Key.Compiler);
        }
    }

    private static string RootOf(ContractFile file) => file.ImportRoot ?? Path.GetDirectoryName(file.Path) ?? "/";

    /// <summary>A file below a directory of includes has its name from there.</summary>
    private static IReadOnlyList<string> DirectoriesOf(ContractFile file)
    {
        var root = RootOf(file);
        return file.Includes.Any(i => root.StartsWith(i.TrimEnd('/') + "/", StringComparison.Ordinal)) ? file.Includes : [root, .. file.Includes];
    }

    private static Kind KindOf(string file)
    {
        var ending = Path.GetExtension(file);
        return DescriptorEndings.Contains(ending, StringComparer.OrdinalIgnoreCase) ? Kind.Descriptors
            : JavaEndings.Contains(ending, StringComparer.OrdinalIgnoreCase) ? Kind.Java
            : Directory.Exists(file) ? KindOfDirectory(file)
            : ending == ".proto" ? Kind.Proto
            : OpenApiSources.Is(file) ? Kind.OpenApi
            : DefinitionFiles.ContentOf(file) switch
            {
                JsonContent.ServiceDefinition => Kind.Definition,
                JsonContent.Unknown => Kind.UnknownJson,
                _ => Kind.Yaml,
            };
    }

    private static Kind KindOfDirectory(string directory)
    {
        try
        {
            var hasProtos = Directory.EnumerateFiles(directory, "*.proto", Everywhere).Any();
            return !hasProtos ? Kind.Java : Directory.EnumerateFiles(directory, "*.class", Everywhere).Any() ? Kind.Mixed : Kind.ProtoDirectory;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Who reads it as Java classes tells why it cannot be read.
            return Kind.Java;
        }
    }

    private enum Kind : byte
    {
        Yaml,
        Descriptors,
        Java,
        Proto,
        ProtoDirectory,
        Mixed,
        OpenApi,
        Definition,
        UnknownJson,
    }
}
