using System.Text.Json;
using BridgeMesh.Contracts.Java.ServiceDefinitions;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Writing;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// Dubbo's service definitions among the files of contracts. What a file holds is asked at every look at the files: the answer is kept until the
/// file changes. Safe for any thread.
/// </summary>
internal static class DefinitionFiles
{
    /// <summary>Files that answers are kept of; then all are forgotten. More than a configuration can name.</summary>
    private const int MaxKept = 20_000;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, (long Length, DateTime Written, JsonContent Content)> Kept = new(StringComparer.Ordinal);

    public static JsonContent ContentOf(string file)
    {
        if (!string.Equals(Path.GetExtension(file), ".json", StringComparison.OrdinalIgnoreCase)
            || new FileInfo(file) is not { Exists: true, Length: > 0 and <= DefinitionJson.MaxBytes } now)
        {
            return JsonContent.None;
        }

        lock (Gate)
        {
            if (Kept.TryGetValue(file, out var known) && known.Length == now.Length && known.Written == now.LastWriteTimeUtc)
            {
                return known.Content;
            }
        }

        JsonContent content;
        try
        {
            content = ContentOf(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return JsonContent.None;
        }

        lock (Gate)
        {
            if (Kept.Count >= MaxKept)
            {
                Kept.Clear();
            }

            Kept[file] = (now.Length, now.LastWriteTimeUtc, content);
        }

        return content;
    }

    /// <summary>Of a text: by the first of its outermost keys that says it, so that what is broken behind it is told by the right reader.</summary>
    public static JsonContent ContentOf(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text.StartsWith("\uFEFF"u8) ? text[3..] : text);
        try
        {
            while (reader.Read())
            {
                if (reader is not { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 })
                {
                    continue;
                }

                if (reader.ValueTextEquals("canonicalName"))
                {
                    return JsonContent.ServiceDefinition;
                }

                if (reader.ValueTextEquals("services") || reader.ValueTextEquals("openapi") || reader.ValueTextEquals("swagger"))
                {
                    return JsonContent.Contract;
                }

                if (reader.ValueTextEquals("types") || reader.ValueTextEquals("values"))
                {
                    // A contract has a map of types, a definition a list.
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.StartObject)
                    {
                        return JsonContent.Contract;
                    }
                }
            }
        }
        catch (JsonException)
        {
            // No key before the place where it breaks says what was meant.
        }

        return JsonContent.Unknown;
    }

    /// <summary>
    /// What the definitions declare, as one document: those of one application describe the same classes. None where there are no files.
    /// </summary>
    /// <param name="notes">Gets what definitions do not say.</param>
    /// <param name="known">Gets all services by their files, those that are not wanted too.</param>
    public static IReadOnlyList<ContractDocument> Read(
        IReadOnlyList<ContractFile> files, List<SourceProblem> problems, List<string> notes, List<(string Source, string Name)> known)
    {
        if (files.Count == 0)
        {
            return [];
        }

        var types = new Dictionary<string, (TypeDeclaration Type, string File, string Text)>(StringComparer.Ordinal);
        var services = new List<ServiceDeclaration>();
        foreach (var file in files)
        {
            if (ServiceDefinitionReader.ReadFile(file.Path, problems) is not { } read)
            {
                continue;
            }

            known.AddRange(read.Document.Services.Select(s => (file.Path, s.Name.Text)));
            if (!read.Document.Services.Any(s => WantedServices.Has(file.Services, s.Name.Text)))
            {
                continue;
            }

            notes.AddRange(read.Notes);
            services.AddRange(read.Document.Services);
            foreach (var type in read.Document.Types)
            {
                var text = ContractWriter.Write(new ContractDocument(string.Empty) { Types = [type] }, string.Empty);
                if (!types.TryAdd(type.Name.Text, (type, file.Path, text)) && types[type.Name.Text] is var first && first.Text != text)
                {
                    problems.Add(new(
                        file.Path, 0, 0, $"the class {type.Name} is another in {first.File}", "take definitions of the same version of it, or import them apart"));
                }
            }
        }

        return [new ContractDocument(files[0].Path) { Types = [.. types.Values.Select(static t => t.Type)], Services = services }];
    }
}
