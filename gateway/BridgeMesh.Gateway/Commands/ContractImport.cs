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
    public static int Invoke(ContractCommand.Wish wish, CommandSurroundings surroundings)
    {
        if (ContractCommand.Files(wish, surroundings) is not { } files)
        {
            return ExitCodes.Usage;
        }

        if (files.Descriptors.Count > 0)
        {
            surroundings.Error.WriteLine($"{Ink.Plain(files.Descriptors[0])}: descriptor sets are contracts as they are; name them in the configuration");
            return ExitCodes.Usage;
        }

        var problems = new List<SourceProblem>();
        var (document, facades) = Read(files, problems);

        // What is written must be what loads.
        problems = [.. ContractLoader.Load([], [document], problems).Problems];
        ImmutableArray<string> notes = facades is null ? [] : [.. facades.Notes.Select(static n => n.ToString())];
        var yaml = problems.Count == 0 ? ContractWriter.Write(document, Header(wish)) : null;
        if (yaml is not null && wish.Out is { } name
            && !OutputFiles.TryWrite(surroundings.WorkingDirectory, [new OutputFile(name, yaml)], surroundings))
        {
            return ExitCodes.Configuration;
        }

        if (wish.Output == OutputForm.Json)
        {
            surroundings.Output.WriteLine(JsonSerializer.Serialize(
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
                JsonForm.Indented));
        }
        else
        {
            ContractCommand.Tell(problems, notes, surroundings);
            if (yaml is not null && wish.Out is null)
            {
                surroundings.Output.Write(yaml);
            }

            surroundings.Error.WriteLine(
                $"{document.Services.Count} services, {document.Services.Sum(static s => s.Methods.Count)} methods, {document.Types.Count} types"
                + $"{(facades is null ? string.Empty : $" of {facades.ClassesRead} classes read")}; {problems.Count} problems, {notes.Length} notes");
        }

        return yaml is null ? ExitCodes.Configuration : ExitCodes.Ok;
    }

    /// <summary>Everything that files declare, as one document; descriptor sets are not among them.</summary>
    public static (ContractDocument Document, FacadeImport? Facades) Read(ContractFileSet files, List<SourceProblem> problems)
    {
        var facades = files.Java.Roots.Count == 0 ? null : FacadeReader.Read(files.Java, problems);
        var documents = ContractLoader.Read(files.Yaml, problems).Concat(facades is null ? [] : [facades.Document]).ToList();
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

    private static string Header(ContractCommand.Wish wish) =>
        $"Written by bridgemesh contract import {string.Join(' ', wish.Sources.Select(static s => Ink.Plain(Path.GetFileName(s.TrimEnd('/')))))}";
}
