using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Commands;

/// <summary>What a format is asked to write.</summary>
/// <param name="Contracts">The services that are wanted, resolved, in the order of their files.</param>
/// <param name="Declared">The same as declarations; adds what is wrong with them to the list.</param>
/// <param name="Header">A line that says where it comes from, for a comment.</param>
internal sealed record ExportInput(IReadOnlyList<ServiceContract> Contracts, Func<List<SourceProblem>, ContractDocument?> Declared, string Header)
{
    /// <summary>What <c>--out</c> names, whose ending may choose among a format's forms; null for the output.</summary>
    public string? Out { get; init; }
}

/// <summary>What a format writes. With any problem nothing of it is written.</summary>
internal sealed class ExportResult
{
    /// <summary>By their paths relative to the output directory, each there once.</summary>
    public List<OutputFile> Files { get; } = [];

    /// <summary>Files for tools, which are written into a directory alone.</summary>
    public List<OutputFile> Beside { get; } = [];

    public List<SourceProblem> Problems { get; } = [];

    /// <summary>What the format cannot carry.</summary>
    public List<string> Notes { get; } = [];
}

/// <summary>A form that <c>bridgemesh contract export</c> writes contracts in.</summary>
/// <param name="Name">As <c>--format</c> names it.</param>
/// <param name="Write">Must give the same text for the same contracts.</param>
internal sealed record ExportFormat(string Name, Action<ExportInput, ExportResult> Write)
{
    public static IReadOnlyList<ExportFormat> All { get; } =
    [
        new("proto", ProtoExport.Write),
        new("yaml", YamlExport.Write),
        new("openapi", OpenApiExport.Write),
        new("markdown", MarkdownExport.Write),
    ];

    public static string Names => string.Join('|', All.Select(static f => f.Name));
}
