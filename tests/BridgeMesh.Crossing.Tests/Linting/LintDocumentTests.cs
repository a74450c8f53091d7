namespace BridgeMesh.Crossing.Tests.Linting;

/// <summary>docs/lint.md lists every rule of every protocol; it is written from the plugins' own words.</summary>
public sealed class LintDocumentTests
{
    private const string Begin = "<!-- rules:begin -->\n";
    private const string End = "<!-- rules:end -->";

    [Fact]
    public void Document_HasEveryRule()
    {
        var path = Path.Combine(Root(), "docs", "lint.md");
        var document = File.ReadAllText(path);
        var from = document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var to = document.IndexOf(End, StringComparison.Ordinal);
        var table = Table();
        if (Environment.GetEnvironmentVariable("BRIDGEMESH_WRITE_FIGURES") == "1")
        {
            document = string.Concat(document.AsSpan(0, from), table, document.AsSpan(to));
            File.WriteAllText(path, document);
            to = document.IndexOf(End, StringComparison.Ordinal);
        }

        Assert.Equal(table, document[from..to]);
    }

    [Fact]
    public void Rules_OfAProtocol_HaveCodesOfTheirOwn()
    {
        Assert.Equal(["bolt", "dubbo", "grpc", "http", "triple"], Lints.Catalog.MethodLints.Keys.Order(StringComparer.Ordinal));
        Assert.All(Lints.Catalog.MethodLints.Values, static lint =>
        {
            Assert.Equal(lint.Rules.Count, lint.Rules.DistinctBy(static r => r.Code).Count());
            Assert.All(lint.Rules, static r => Assert.Matches("^[a-z]+(-[a-z]+)*$", r.Code));
        });
    }

    private static string Table()
    {
        var lines = Lints.Catalog.MethodLints.Values
            .SelectMany(static l => l.Rules.Select(r => (l.Protocol, Rule: r)))
            .GroupBy(static r => r.Rule)
            .Select(static g => (Protocols: string.Join(", ", g.Select(static r => r.Protocol)), Rule: g.Key))
            .OrderBy(static r => r.Rule.Code, StringComparer.Ordinal).ThenBy(static r => r.Protocols, StringComparer.Ordinal)
            .Select(static r => $"| `{r.Rule.Code}` | {r.Protocols} | {r.Rule.Level.ToString().ToLowerInvariant()} | {r.Rule.What} |\n");
        return string.Concat(lines.Prepend("| code | protocol | level | when |\n|---|---|---|---|\n"));
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "BridgeMesh.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("no repository above the tests");
    }
}
