using System.Collections.Immutable;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>A .proto file as text.</summary>
/// <param name="Name">As other files import it, such as <c>com/acme/order/order.proto</c>.</param>
public sealed record ProtoSource(string Name, string Text);

/// <summary>The .proto files of contracts, in the order of their names. Immutable; the same contracts give the same texts.</summary>
/// <param name="Files">Those that declare the contracts' services and messages.</param>
/// <param name="GoogleTypes">Those of google.type that they import, which protoc does not bring along: names, numbers and types as googleapis has
/// them.</param>
/// <param name="Problems">What has no text; then there are no files.</param>
/// <param name="Notes">What of the contracts is not in them.</param>
public sealed record ProtoSources(
    ImmutableArray<ProtoSource> Files,
    ImmutableArray<ProtoSource> GoogleTypes,
    ImmutableArray<DescriptorProblem> Problems,
    ImmutableArray<string> Notes)
{
    /// <param name="contracts">Of several for one service the first counts.</param>
    /// <param name="header">A comment before each file; null for none.</param>
    public static ProtoSources Of(IEnumerable<ServiceContract> contracts, string? header)
    {
        var services = contracts.DistinctBy(static c => c.Service.Interface).ToList();
        var index = DescriptorIndex.Of(services);
        var records = services.Select(c => index.FindSymbol(SchemaNames.Of(c))).OfType<DescribedFile>().SelectMany(index.WithImports)
            .DistinctBy(static f => f.Name, StringComparer.Ordinal).OrderBy(static f => f.Name, StringComparer.Ordinal)
            .Select(index.RecordOf).OfType<FileRecord>().Where(static r => r.Package != WellKnownFiles.Protobuf).ToList();
        var problems = records.Where(static r => r.Syntax != "proto3").Select(static r => new DescriptorProblem(
            r.Name,
            $"it is written in {(r.Syntax == "editions" ? "an edition" : r.Syntax)}, which proto3 text cannot say",
            "hand on the .proto file itself")).ToImmutableArray();
        if (!problems.IsEmpty)
        {
            return new ProtoSources([], [], problems, []);
        }

        var google = GoogleTypesOf(records);
        var symbols = new ProtoSymbols(records.Concat(google).Concat(WellKnownFiles.Protobufs));
        return new ProtoSources(
            [.. records.Select(r => new ProtoSource(r.Name, ProtoTextWriter.Write(r, symbols, header)))],
            [.. google.Select(r => new ProtoSource(r.Name, ProtoTextWriter.Write(r, symbols, header)))],
            [],
            [.. LeftOut(services, records, google)]);
    }

    private static List<FileRecord> GoogleTypesOf(List<FileRecord> records) =>
    [
        .. records.SelectMany(static r => r.Dependencies).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Where(name => name.StartsWith("google/type/", StringComparison.Ordinal) && !records.Exists(r => r.Name == name))
            .Select(WellKnownFiles.Find).OfType<FileRecord>(),
    ];

    private static IEnumerable<string> LeftOut(List<ServiceContract> services, List<FileRecord> records, List<FileRecord> google)
    {
        var written = records.SelectMany(static r => r.Services).ToDictionary(static s => s.FullName, StringComparer.Ordinal);
        foreach (var contract in services)
        {
            if (!written.TryGetValue(SchemaNames.Of(contract), out var service))
            {
                yield return $"{contract.Service.Interface} is left out: protobuf takes no such name; give it another by proto:";
                continue;
            }

            var left = contract.Methods.Where(m => !service.Methods.Exists(w => w.Name == SchemaNames.Of(m)));
            foreach (var lost in left.GroupBy(static m => m.Name, StringComparer.Ordinal))
            {
                yield return $"{contract.Service.Interface}/{lost.Key} is left out: "
                    + "protobuf takes no such name; give it another by proto:";
            }
        }

        if (google.Count > 0)
        {
            yield return $"{string.Join(", ", google.Select(static g => g.Name))}: imported, and not part of protoc; "
                + "written into a directory, or to be had from googleapis";
        }

        if (records.Exists(static r => !r.Descriptor.IsEmpty))
        {
            yield return "options of descriptor sets other than packed and idempotency_level are left out";
        }
    }
}
