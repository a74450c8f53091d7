namespace BridgeMesh.Architecture;

/// <summary>What no file of the repository may hold.</summary>
public class TextTests
{
    private static readonly string[] TextEndings =
        [".cs", ".csproj", ".props", ".sln", ".md", ".json", ".yaml", ".yml", ".js", ".sh", ".c", ".h", ".java", ".py", ".txt", ".toml", ".xml"];

    /// <summary>140 is the rule; some grace where a break would hurt more, as the formatter does not wrap.</summary>
    private const int HardColumns = 160;

    // In two halves, or this file would hold them.
    private static readonly string[] MachinePaths = ["/wo" + "rk/", "/tmp/bash" + "_jobs", "/ro" + "ot/", "/home" + "/", "C:" + "\\Users"];

    [Fact]
    public void Files_OfTheRepository_NameNoPathOfAMachine()
    {
        var found = new List<string>();
        foreach (var file in Texts())
        {
            // Recordings hold what real programs sent, addresses and paths of theirs included.
            if (file.StartsWith("tests/golden/", StringComparison.Ordinal))
            {
                continue;
            }

            var number = 0;
            foreach (var line in File.ReadLines(Repository.Absolute(file)))
            {
                number++;
                if (MachinePaths.Any(p => line.Contains(p, StringComparison.Ordinal)))
                {
                    found.Add($"{file}:{number}");
                }
            }
        }

        Assert.Empty(found);
    }

    [Fact]
    public void Sources_OfTheRepository_AreUtf8WithoutMarkAndWithUnixLineEnds()
    {
        var found = new List<string>();
        foreach (var file in Texts().Where(f => !f.StartsWith("tests/golden/", StringComparison.Ordinal) && !f.EndsWith(".sln", StringComparison.Ordinal)))
        {
            var bytes = File.ReadAllBytes(Repository.Absolute(file));
            if (bytes.AsSpan().StartsWith("\uFEFF"u8) || bytes.Contains((byte)'\r') || !System.Text.Unicode.Utf8.IsValid(bytes))
            {
                found.Add(file);
            }
        }

        Assert.Empty(found);
    }

    [Fact]
    public void Sources_InCSharp_StayNear140Columns()
    {
        var found = Texts()
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(f => File.ReadLines(Repository.Absolute(f)).Select((line, i) => (Place: $"{f}:{i + 1}", Text: line)))
            .Where(l => l.Text.Length > HardColumns && !l.Text.Contains('"', StringComparison.Ordinal))
            .Select(l => l.Place);
        Assert.True(!found.Any(), string.Join(", ", found));
    }

    private static IEnumerable<string> Texts() => Repository.Tracked.Where(f => TextEndings.Contains(Path.GetExtension(f)));
}
