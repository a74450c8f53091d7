using System.Collections.Immutable;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Writing;
using BridgeMesh.Gateway.Protoc;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>Contracts from protobuf descriptors, wherever those come from, and the declarations that YAML can hold of them.</summary>
internal static class DescribedContracts
{
    /// <summary>Contracts and types of descriptor sets and .proto files; adds what is wrong with them.</summary>
    /// <param name="notes">Gets what protoc warns of.</param>
    public static DescriptorResult Load(ContractFileSet files, List<SourceProblem> problems, List<string> notes)
    {
        var sets = new List<(string, byte[])>();
        foreach (var root in files.Protos)
        {
            if (ProtoCompiler.Compile(root, problems, notes) is { } set)
            {
                sets.Add((root.Name, set));
            }
        }

        foreach (var file in files.Descriptors)
        {
            try
            {
                // A set of no files is no bytes, and so is one that is being written.
                if (File.ReadAllBytes(file) is { Length: > 0 } set)
                {
                    sets.Add((file, set));
                }
                else
                {
                    problems.Add(new(file, 0, 0, "the file is empty", "write the descriptor set anew, or remove it"));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add(new(file, 0, 0, $"the file cannot be read: {e.Message}", "correct the path or the file's permissions"));
            }
        }

        var loaded = DescriptorContracts.Load(sets);
        problems.AddRange(loaded.Problems.Select(static p => new SourceProblem(p.File, 0, 0, p.Message, p.Cure)));
        return loaded;
    }

    /// <summary>The services by the set, file or directory that they came from.</summary>
    public static IEnumerable<(string Source, string Name)> ServicesOf(DescriptorResult described) =>
        described.Sets.SelectMany(static s => s.Select(set => (set, s.Key)));

    /// <summary>The contracts that are wanted of one of their sets.</summary>
    public static ImmutableArray<ServiceContract> Wanted(ContractFileSet files, DescriptorResult described) => files.Wanted.Count == 0
        ? described.Contracts
        : [.. described.Contracts.Where(c => described.Sets[c.Service.Interface].Any(s => WantedServices.Has(files.WantedOf(s), c.Service.Interface)))];

    /// <summary>As declarations: the services that are wanted, and all messages of the load but Google's own, of which those that are needed.</summary>
    /// <param name="file">The name that problems with the declarations shall give.</param>
    /// <param name="services">Names of services with <c>*</c> for any text; with some, only messages that those need are declared.</param>
    public static ContractDocument Declare(
        string file,
        ImmutableArray<ServiceContract> contracts,
        IReadOnlyDictionary<string, TypeShape> types,
        IReadOnlyCollection<string> services,
        List<string> notes)
    {
        var wanted = contracts.Where(c => WantedServices.Has(services, c.Service.Interface));
        var others = services.Count > 0 ? [] : types
            .Where(static t => t.Value.Kind is ShapeKind.Struct or ShapeKind.Enum && !t.Key.StartsWith("google.", StringComparison.Ordinal))
            .OrderBy(static t => t.Key, StringComparer.Ordinal).Select(static t => t.Value);
        return ContractDeclarer.Declare(file, [.. wanted], others, notes);
    }

    /// <summary>As above of a running server's contracts, which bring their files.</summary>
    public static ContractDocument Declare(
        string file, ImmutableArray<ServiceContract> contracts, IReadOnlyCollection<string> services, List<string> notes)
    {
        var files = contracts.SelectMany(static c => c.ProtoFiles).DistinctBy(static f => f.Name, StringComparer.Ordinal)
            .Select(static f => f.Descriptor);
        return Declare(file, contracts, DescriptorContracts.LoadFiles(file, files).Types, services, notes);
    }
}
