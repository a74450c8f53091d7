namespace BridgeMesh.Fuzz.Corpus;

/// <summary>Finds the folders of the source tree that the program was built from.</summary>
internal static class SourceTree
{
    internal static string Root { get; } = Find();

    internal static string Golden => Path.Combine(Root, "tests", "golden");

    /// <summary>Where findings are kept, one folder a target, to be replayed for ever.</summary>
    internal static string Findings => Path.Combine(Root, "tests", "fuzz-corpus");

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "BridgeMesh.sln")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException("no BridgeMesh.sln above " + AppContext.BaseDirectory);
    }
}
