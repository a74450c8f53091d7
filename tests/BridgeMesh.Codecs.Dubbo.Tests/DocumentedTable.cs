using System.Runtime.CompilerServices;

namespace BridgeMesh.Codecs.Dubbo.Tests;

/// <summary>Holds the tables of docs/dubbo.md, each between its own marks, to what the code does.</summary>
internal static class DocumentedTable
{
    internal static void AssertIs(string name, string head, IEnumerable<string> rows)
    {
        var rule = string.Concat(Enumerable.Repeat("|---", head.Count(c => c == '|') - 1)) + "|";
        string[] expected = [head, rule, .. rows];
        var page = File.ReadAllLines(Path.Combine(Folder(), "..", "..", "docs", "dubbo.md"));
        var begin = Array.IndexOf(page, $"<!-- {name}:begin -->");
        var end = Array.IndexOf(page, $"<!-- {name}:end -->");
        Assert.True(begin >= 0 && end > begin, $"docs/dubbo.md has no table {name}; it is\n{string.Join('\n', expected)}");
        var actual = page[(begin + 1)..end];
        Assert.True(actual.SequenceEqual(expected), $"the table {name} of docs/dubbo.md must be\n{string.Join('\n', expected)}");
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file) ?? ".";
}
