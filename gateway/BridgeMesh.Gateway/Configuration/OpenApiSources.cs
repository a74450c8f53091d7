using BridgeMesh.Contracts.OpenApi.Reading;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>
/// OpenAPI documents among the files of contracts. What a file is, and which others it refers to, is asked at every look at the files: the
/// answer is kept until one of these files changes. Safe for any thread.
/// </summary>
internal static class OpenApiSources
{
    /// <summary>Files that answers are kept of; then all are forgotten. More than a configuration can name.</summary>
    private const int MaxKept = 20_000;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Known> Kept = new(StringComparer.Ordinal);

    /// <summary>Whether the file is an OpenAPI document; false for one that cannot be read.</summary>
    public static bool Is(string file) => Find(file).IsOpenApi;

    /// <summary>The document and all files that it refers to.</summary>
    public static IEnumerable<string> FilesOf(string file) => Find(file).Files.Select(static f => f.Path);

    /// <summary>What the documents declare.</summary>
    /// <param name="notes">Gets what is not carried over whole.</param>
    public static List<ContractDocument> Read(IReadOnlyList<string> files, List<SourceProblem> problems, List<string> notes)
    {
        var documents = new List<ContractDocument>();
        foreach (var file in files)
        {
            var import = OpenApiReader.Read(file, problems);
            notes.AddRange(import.Notes);
            documents.Add(import.Document);
        }

        return documents;
    }

    private static Known Find(string file)
    {
        lock (Gate)
        {
            if (Kept.TryGetValue(file, out var known) && known.Files.All(static f => f == Stamp.Of(f.Path)))
            {
                return known;
            }
        }

        // The stamp first: of a file that is written meanwhile, an old answer must not be kept for the new text.
        var before = Stamp.Of(file);
        var isOpenApi = OpenApiFile.Is(file);
        var referred = isOpenApi ? OpenApiReader.Read(file, []).Files.Where(f => f != file) : [];
        var read = new Known(isOpenApi, [before, .. referred.Select(Stamp.Of)]);
        lock (Gate)
        {
            if (Kept.Count >= MaxKept)
            {
                Kept.Clear();
            }

            Kept[file] = read;
        }

        return read;
    }

    private sealed record Known(bool IsOpenApi, IReadOnlyList<Stamp> Files);

    /// <param name="Length">-1 for a file that is not there.</param>
    private sealed record Stamp(string Path, long Length, DateTime Written)
    {
        public static Stamp Of(string path)
        {
            var info = new FileInfo(path);
            return info.Exists ? new Stamp(path, info.Length, info.LastWriteTimeUtc) : new Stamp(path, -1, default);
        }
    }
}
