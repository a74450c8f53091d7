namespace BridgeMesh.Gateway.Protoc;

/// <summary>
/// The files that .proto files import, by their own words: those that a change of changes what is compiled. Comments are not told apart; a file
/// too many does no harm.
/// </summary>
internal static class ProtoImports
{
    /// <summary>Files that are looked into; a repository of contracts has some hundreds.</summary>
    private const int MaxFiles = 2_000;

    /// <summary>A .proto file that a person writes has some kilobytes.</summary>
    private const int MaxFileBytes = 4 << 20;

    /// <summary>The files, and every place at which an import may be, whether or not it is there.</summary>
    public static IReadOnlyCollection<string> Closure(ProtoRoot root)
    {
        var found = new HashSet<string>(root.Files, StringComparer.Ordinal);
        var open = new Queue<string>(root.Files);
        var read = 0;
        while (open.TryDequeue(out var file) && read++ < MaxFiles)
        {
            foreach (var import in Of(file))
            {
                foreach (var directory in root.Directories)
                {
                    var place = Path.GetFullPath(import, directory);
                    if (found.Count < MaxFiles && found.Add(place) && File.Exists(place))
                    {
                        open.Enqueue(place);
                    }
                }
            }
        }

        return found;
    }

    private static IEnumerable<string> Of(string file)
    {
        string[] lines;
        try
        {
            lines = new FileInfo(file) is { Exists: true, Length: <= MaxFileBytes } ? File.ReadAllLines(file) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        foreach (var line in lines)
        {
            var at = line.IndexOf("import", StringComparison.Ordinal);
            var quote = at < 0 ? -1 : line.AsSpan(at).IndexOfAny('"', '\'') + at;
            var end = quote <= at ? -1 : line.IndexOf(line[quote], quote + 1);
            if (end > quote + 1 && line.AsSpan(quote + 1, end - quote - 1).IndexOfAny("\0\n") < 0)
            {
                yield return line[(quote + 1)..end];
            }
        }
    }
}
