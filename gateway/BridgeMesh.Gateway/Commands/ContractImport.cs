using System.Collections.Immutable;
using System.Text.Json;
using BridgeMesh.Contracts.Java.Facades;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Writing;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh contract import</c>.</summary>
internal static class ContractImport
{
    /// <param name="asking">The running programs that are asked.</param>
    public static async Task<int> InvokeAsync(
        ContractCommand.Wish wish, ServerContracts asking, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        if (ContractCommand.Files(wish, surroundings) is not { } files)
        {
            return ExitCodes.Usage;
        }

        if (wish.Sources.Length == 0 && asking.Sources.Count == 0)
        {
            await surroundings.Error.WriteLineAsync("there is nothing to import: name files, a server by --reflection or a metadata centre by --dubbo-metadata").ConfigureAwait(false);
            return ExitCodes.Usage;
        }

        var problems = new List<SourceProblem>();
        var told = new List<string>();
        var live = await asking.FetchAsync(wish.Services, told, problems, surroundings, cancellationToken).ConfigureAwait(false);
        var (document, facades) = Read(files, problems, told, wish.Services, live);

        if (problems.Count == 0)
        {
            document = NumberPinning.Pin(document, Kept(wish, surroundings, problems));
        }

        // What is written must be what loads.
        problems = [.. ContractLoader.Load([], [document], problems).Problems];
        ImmutableArray<string> notes = [.. facades?.Notes.Select(static n => n.ToString()) ?? [], .. told];
        var yaml = problems.Count == 0 ? ContractWriter.Write(document, Header(wish)) : null;
        if (yaml is not null && wish.Out is { } name
            && !OutputFiles.TryWrite(surroundings.WorkingDirectory, [new OutputFile(name, yaml)], surroundings))
        {
            return ExitCodes.Configuration;
        }

        if (wish.Output == OutputForm.Json)
        {
            await surroundings.Output.WriteLineAsync(JsonSerializer.Serialize(
                new
                {
                    services = document.Services.Count,
                    methods = document.Services.Sum(static s => s.Methods.Count),
                    types = document.Types.Count,
                    classesRead = facades?.ClassesRead ?? 0,
                    missingClasses = facades?.MissingClasses ?? [],
                    problems,
                    notes,
                    yaml = wish.Out is null ? yaml : null,
                },
                JsonForm.Indented)).ConfigureAwait(false);
        }
        else
        {
            ContractCommand.Tell(problems, notes, surroundings);
            if (yaml is not null && wish.Out is null)
            {
                await surroundings.Output.WriteAsync(yaml).ConfigureAwait(false);
            }

            await surroundings.Error.WriteLineAsync(
                $"{document.Services.Count} services, {document.Services.Sum(static s => s.Methods.Count)} methods, {document.Types.Count} types"
                + $"{(facades is null ? string.Empty : $" of {facades.ClassesRead} classes read")}; {problems.Count} problems, {notes.Length} notes").ConfigureAwait(false);
        }

        return yaml is null ? ExitCodes.Configuration : ExitCodes.Ok;
    }

    /// <summary>Everything that files declare, as one document.</summary>
    /// <param name="notes">Gets what of descriptors YAML cannot say.</param>
    /// <param name="services">Names of services that are wanted of descriptors, with <c>*</c> for any text; all without any.</param>
    /// <param name="live">What running programs said.</param>
    public static (ContractDocument Document, FacadeImport? Facades) Read(
        ContractFileSet files,
        List<SourceProblem> problems,
        List<string> notes,
        IReadOnlyCollection<string> services,
        params IReadOnlyList<ContractDocument> live)
    {
        var facades = files.Java.Roots.Count == 0 ? null : FacadeReader.Read(files.Java, problems);
        var written = ContractLoader.Read(files.Yaml, problems);
        var others = OpenApiSources.Read(files.OpenApi, problems, notes);
        var known = ContractFiles.ServicesOf(written.Concat(others), facades);
        List<ContractDocument> documents =
        [
            .. Pick([.. written, .. others], services),
            .. facades is null ? [] : (ContractDocument[])[facades.Document],
            .. DefinitionFiles.Read(files.Definitions, problems, notes, known),
        ];
        ContractFiles.CheckKinds(files, problems);
        if (files.HasDescribed)
        {
            var described = DescribedContracts.Load(files, problems, notes);
            var name = files.Descriptors.Count > 0 ? files.Descriptors[0] : files.Protos[0].Name;
            known.AddRange(DescribedContracts.ServicesOf(described));
            documents.Add(DescribedContracts.Declare(name, described.Contracts, described.Types, services, notes));
        }

        if (problems.Count == 0 && live.Count == 0)
        {
            WantedServices.Check(files.Wanted, known.ToLookup(static s => s.Source, static s => s.Name), problems);
        }

        documents.AddRange(live);
        if (documents.Count > 1 && documents.Exists(static d => d.Values is not null))
        {
            problems.Add(new(
                documents.First(static d => d.Values is not null).File, 0, 0, "its values count for one of several files that become one", "write values: in the services"));
        }

        var document = documents is [var only] ? only : new ContractDocument(string.Empty)
        {
            Types = [.. documents.SelectMany(static d => d.Types)],
            Services = [.. documents.SelectMany(static d => d.Services)],
        };
        return (document, facades);
    }

    /// <summary>The services that are wanted, and as abstract ones the others that they extend.</summary>
    private static List<ContractDocument> Pick(List<ContractDocument> documents, IReadOnlyCollection<string> wanted)
    {
        if (wanted.Count == 0)
        {
            return documents;
        }

        var narrowed = documents.ConvertAll(d => WantedServices.Narrow(d, wanted));
        var index = new TypeIndex(narrowed, []);
        var kept = new HashSet<ServiceDeclaration>(ReferenceEqualityComparer.Instance);
        var open = new Queue<ServiceDeclaration>(narrowed.SelectMany(static d => d.Services).Where(s => WantedServices.Has(wanted, s.Name.Text)));
        while (open.TryDequeue(out var next))
        {
            if (kept.Add(next))
            {
                next.Extends.Select(e => index.FindService(e.Text, next.Scope)).OfType<ServiceDeclaration>().ToList().ForEach(open.Enqueue);
            }
        }

        return narrowed.ConvertAll(d => d with { Services = [.. d.Services.Where(kept.Contains)] });
    }

    /// <summary>
    /// The contract whose numbers stay: the one that is replaced, or that of <c>--keep</c>. Null without any, and after a problem: with what cannot
    /// be read nothing is written, as its numbers would be lost.
    /// </summary>
    private static ContractDocument? Kept(ContractCommand.Wish wish, CommandSurroundings surroundings, List<SourceProblem> problems)
    {
        if ((wish.Keep ?? wish.Out) is not { } name)
        {
            return null;
        }

        var file = Path.GetFullPath(name, surroundings.WorkingDirectory);
        return wish.Keep is null && !File.Exists(file) ? null : ContractLoader.Read([file], problems) is [var kept] && problems.Count == 0 ? kept : null;
    }

    private static string Header(ContractCommand.Wish wish) =>
        $"Written by bridgemesh contract import {string.Join(' ', wish.Sources.Select(static s => Ink.Plain(Path.GetFileName(s.TrimEnd('/')))))}";
}
