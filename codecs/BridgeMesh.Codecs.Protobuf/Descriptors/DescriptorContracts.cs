using System.Buffers.Text;
using System.Collections.Immutable;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>Something wrong in a descriptor set, with its cure.</summary>
/// <param name="File">The set, as its caller names it, and inside it the .proto file where one is at fault.</param>
public sealed record DescriptorProblem(string File, string Message, string Cure);

/// <summary>What descriptors say: all of it, or none and why.</summary>
/// <param name="Contracts">One a service; empty when there is a problem.</param>
/// <param name="Types">Messages and enums by their full names, the well-known ones among them.</param>
public sealed record DescriptorResult(
    ImmutableArray<ServiceContract> Contracts, IReadOnlyDictionary<string, TypeShape> Types, ImmutableArray<DescriptorProblem> Problems)
{
    /// <summary>The sets that hold a service, by its full name; several where they share a file.</summary>
    public ILookup<string, string> Sets { get; init; } = Array.Empty<string>().ToLookup(static s => s);
}

/// <summary>
/// Contracts from protobuf descriptors: the files that <c>protoc --include_imports --descriptor_set_out</c> and <c>buf build</c> write, or
/// what a server's reflection gives. All that is wrong is told at once. Stateless; safe for any thread.
/// </summary>
public static class DescriptorContracts
{
    /// <summary>A set of the largest public APIs has some ten.</summary>
    private const int MaxSetBytes = 64 << 20;

    /// <summary>Descriptor sets, binary or in base64, by the name that problems shall give each. A file that several hold is read once.</summary>
    public static DescriptorResult Load(IEnumerable<(string Name, byte[] Bytes)> sets)
    {
        var problems = new List<DescriptorProblem>();
        var files = new List<(string Set, FileRecord File)>();
        foreach (var (name, bytes) in sets)
        {
            if (bytes.Length > MaxSetBytes)
            {
                problems.Add(new(name, $"the set has {bytes.Length} bytes", $"give one of at most {MaxSetBytes}"));
            }
            else if (DescriptorReader.ReadSet(FromBase64(bytes) ?? bytes, out var offset) is { } read)
            {
                files.AddRange(read.Select(f => (name, f)));
            }
            else
            {
                problems.Add(new(
                    name,
                    $"this is no FileDescriptorSet: broken at offset {offset}",
                    "write it with protoc --include_imports --descriptor_set_out, or with buf build -o"));
            }
        }

        return Assemble(files, problems);
    }

    /// <summary>FileDescriptorProto messages, as reflection gives them.</summary>
    public static DescriptorResult LoadFiles(string name, IEnumerable<ReadOnlyMemory<byte>> descriptors)
    {
        var problems = new List<DescriptorProblem>();
        var files = new List<(string Set, FileRecord File)>();
        foreach (var bytes in descriptors)
        {
            if (DescriptorReader.ReadFile(bytes.Span) is { } file)
            {
                files.Add((name, file));
            }
            else
            {
                problems.Add(new(name, "a file that is no FileDescriptorProto", "correct the server's reflection, or use a descriptor set"));
            }
        }

        return Assemble(files, problems);
    }

    /// <summary>One FileDescriptorProto's name and imports; null for bytes that are none.</summary>
    public static DescribedFile? ReadFile(ReadOnlyMemory<byte> descriptor) =>
        DescriptorReader.ReadFile(descriptor.Span) is { } file ? new DescribedFile(file.Name, descriptor, [.. file.Dependencies]) : null;

    /// <summary>Whether the messages of a file are known to everybody, so that nobody need bring it.</summary>
    public static bool IsWellKnown(string file) => WellKnownFiles.Find(file) is not null;

    /// <summary>Whether protobuf can have a service of this name.</summary>
    public static bool IsServiceName(string name) => SchemaNames.IsFullName(name);

    private static DescriptorResult Assemble(List<(string Set, FileRecord File)> files, List<DescriptorProblem> problems)
    {
        var assembler = new DescriptorAssembler(Once(files, problems), problems);
        var contracts = assembler.Assemble();
        return new DescriptorResult(problems.Count == 0 ? contracts : [], assembler.Types, [.. problems.Distinct()])
        {
            Sets = files.SelectMany(static f => f.File.Services.Select(s => (s.FullName, f.Set))).Distinct()
                .ToLookup(static s => s.FullName, static s => s.Set, StringComparer.Ordinal),
        };
    }

    /// <summary>Each file once. Two that declare different things under one name are a problem, as messages would depend on the order of the sets.</summary>
    private static List<(string Set, FileRecord File)> Once(List<(string Set, FileRecord File)> files, List<DescriptorProblem> problems)
    {
        var first = new Dictionary<string, (string Set, FileRecord File)>(StringComparer.Ordinal);
        var once = new List<(string Set, FileRecord File)>();
        foreach (var held in files)
        {
            if (first.TryAdd(held.File.Name, held))
            {
                once.Add(held);
            }
            else if (first[held.File.Name] is var known && !IsWellKnown(held.File.Name)
                && !DescriptorReader.DeclareTheSame(known.File.Descriptor.Span, held.File.Descriptor.Span))
            {
                problems.Add(new(
                    $"{held.Set} ({held.File.Name})",
                    known.Set == held.Set ? "the set holds another file of this name" : $"{known.Set} holds another file of this name",
                    "write all sets from the same sources, or name the file's directory with it, as acme/order/v1/order.proto"));
            }
        }

        return once;
    }

    /// <summary>Null for what is not base64: a binary set has file names, and with them dots.</summary>
    private static byte[]? FromBase64(byte[] bytes)
    {
        if (bytes.Length == 0 || !Base64.IsValid(bytes, out var length))
        {
            return null;
        }

        var decoded = new byte[length];
        return Base64.DecodeFromUtf8(bytes, decoded, out _, out _) == System.Buffers.OperationStatus.Done ? decoded : null;
    }
}
