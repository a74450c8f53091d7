using System.Text.Json;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh contract export</c>: contracts of any kind in a form that other tools take.</summary>
internal static class ContractExport
{
    public static int Invoke(ContractCommand.Wish wish, ExportFormat format, CommandSurroundings surroundings)
    {
        if (ContractCommand.Files(wish, surroundings) is not { } files)
        {
            return ExitCodes.Usage;
        }

        var loaded = ContractFiles.Load(files);
        var result = new ExportResult();
        result.Problems.AddRange(loaded.Problems);
        if (loaded.IsOk)
        {
            Write(wish, files, loaded, format, result);
        }

        var isWhole = result.Problems.Count == 0;
        if (isWhole && !TryPlace(wish, result, surroundings, out var exitCode))
        {
            return exitCode;
        }

        Tell(wish, format, isWhole, [.. loaded.Notes, .. result.Notes], result, surroundings);
        return isWhole ? ExitCodes.Ok : ExitCodes.Configuration;
    }

    private static void Write(ContractCommand.Wish wish, ContractFileSet files, ContractLoadResult loaded, ExportFormat format, ExportResult result)
    {
        if (loaded.Contracts.IsEmpty)
        {
            result.Problems.Add(new(wish.Sources[0], 0, 0, "it has no services", "see what there is by bridgemesh contract show"));
            return;
        }

        var header = $"Written by bridgemesh contract export {string.Join(' ', wish.Sources.Select(static s => Ink.Plain(Path.GetFileName(s.TrimEnd('/')))))}";
        format.Write(new ExportInput(loaded.Contracts, problems => Declared(wish, files, problems, result.Notes), header) { Out = wish.Out }, result);
    }

    private static ContractDocument? Declared(ContractCommand.Wish wish, ContractFileSet files, List<SourceProblem> problems, List<string> notes)
    {
        var document = ContractImport.Read(files, problems, notes, wish.Services).Document;
        return problems.Count > 0 ? null : document;
    }

    /// <summary>Into the file or directory of <c>--out</c>, or to the output where it is one file.</summary>
    private static bool TryPlace(ContractCommand.Wish wish, ExportResult result, CommandSurroundings surroundings, out int exitCode)
    {
        exitCode = ExitCodes.Ok;
        if (wish.Out is not { } name)
        {
            if (result.Files.Count == 1 || wish.Output == OutputForm.Json)
            {
                return true;
            }

            surroundings.Error.WriteLine($"these are {result.Files.Count} files: name a directory for them, --out DIRECTORY/");
            exitCode = ExitCodes.Usage;
            return false;
        }

        var path = Path.GetFullPath(name, surroundings.WorkingDirectory);
        var isDirectory = result.Files.Count > 1 || Path.EndsInDirectorySeparator(name) || Directory.Exists(path);
        var isWritten = isDirectory
            ? OutputFiles.TryWrite(path, [.. result.Files, .. result.Beside], surroundings)
            : OutputFiles.TryWrite(surroundings.WorkingDirectory, [new OutputFile(path, result.Files[0].Text)], surroundings);
        exitCode = ExitCodes.Configuration;
        return isWritten;
    }

    private static void Tell(
        ContractCommand.Wish wish, ExportFormat format, bool isWhole, IReadOnlyList<string> notes, ExportResult result, CommandSurroundings surroundings)
    {
        if (wish.Output == OutputForm.Json)
        {
            var files = isWhole ? result.Files : [];
            var told = new
            {
                format = format.Name,
                files = files.Select(f => new { path = f.Path, text = wish.Out is null ? f.Text : null }),
                problems = result.Problems,
                notes,
            };
            surroundings.Output.WriteLine(JsonSerializer.Serialize(told, JsonForm.Indented));
            return;
        }

        ContractCommand.Tell(result.Problems, notes, surroundings);
        if (isWhole && wish.Out is null)
        {
            surroundings.Output.Write(result.Files[0].Text);
        }

        var count = isWhole ? result.Files.Count : 0;
        surroundings.Error.WriteLine($"{count} {(count == 1 ? "file" : "files")}; {result.Problems.Count} problems, {notes.Count} notes");
    }
}
