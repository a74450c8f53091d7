namespace BridgeMesh.Gateway.Commands;

/// <summary>One file that a command writes.</summary>
/// <param name="Path">Relative to where the files go, with slashes.</param>
internal sealed record OutputFile(string Path, string Text);

/// <summary>Writes files whole or not at all, as a gateway may be watching them.</summary>
internal static class OutputFiles
{
    /// <summary>Writes each file beside its place, and only when all are there moves them into it. False after a fault, which is told.</summary>
    /// <param name="folder">Absolute; made where it is not there.</param>
    public static bool TryWrite(string folder, IReadOnlyList<OutputFile> files, CommandSurroundings surroundings)
    {
        var beside = new List<(string From, string To)>();
        var at = folder;
        try
        {
            foreach (var file in files)
            {
                at = Path.GetFullPath(file.Path, folder);
                if (Path.GetDirectoryName(at) is { } parent)
                {
                    Directory.CreateDirectory(parent);
                }

                beside.Add(($"{at}.{Environment.ProcessId}.tmp", at));
                File.WriteAllText(beside[^1].From, file.Text);
            }

            beside.ForEach(static f => File.Move(f.From, f.To, overwrite: true));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            beside.ForEach(static f => TryDelete(f.From));
            surroundings.Error.WriteLine($"{Ink.Plain(ContractCommand.Shorten(at, surroundings))} cannot be written: {Ink.Plain(e.Message)}");
            return false;
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The fault that led here is told; what cannot be removed now is a .tmp that nothing reads.
        }
    }
}
