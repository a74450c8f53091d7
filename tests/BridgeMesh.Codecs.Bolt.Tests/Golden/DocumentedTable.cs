namespace BridgeMesh.Codecs.Bolt.Tests.Golden;

/// <summary>A table of docs/bolt.md that a test keeps true: the lines between two marks are what the code does.</summary>
internal static class DocumentedTable
{
    internal static void AssertIs(string name, IEnumerable<string> rows)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "bolt.md"));
        var from = Array.IndexOf(lines, $"<!-- {name}:begin -->");
        var to = Array.IndexOf(lines, $"<!-- {name}:end -->");
        Assert.True(from >= 0 && to > from, $"docs/bolt.md has no marks for {name}");
        var expected = string.Join('\n', rows);
        var found = string.Join('\n', lines[(from + 1)..to]);
        Assert.True(expected == found, $"docs/bolt.md must say between the marks of {name}:\n{expected}");
    }
}
