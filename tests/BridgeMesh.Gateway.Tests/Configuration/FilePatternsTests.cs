using BridgeMesh.Gateway.Configuration;

namespace BridgeMesh.Gateway.Tests.Configuration;

public sealed class FilePatternsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public FilePatternsTests()
    {
        foreach (var name in (ReadOnlySpan<string>)["a.yaml", "c/b.yaml", "c/a.yaml", "c/d/e.yaml", "c/x.txt"])
        {
            _folder.Write(name, string.Empty);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.yaml", "a.yaml")]
    [InlineData("./a.yaml", "a.yaml")]
    [InlineData("c/../a.yaml", "a.yaml")]
    [InlineData("c/*.yaml", "c/a.yaml c/b.yaml")]
    [InlineData("**/*.yaml", "a.yaml c/a.yaml c/b.yaml c/d/e.yaml")]
    [InlineData("c/*/e.yaml", "c/d/e.yaml")]
    [InlineData("none/*.yaml", "")]
    [InlineData("none.yaml", "")]
    public void Expand_RelativePattern_FindsFilesInOrder(string pattern, string expected)
    {
        var found = FilePatterns.Expand(pattern, _folder.Path).Select(f => Path.GetRelativePath(_folder.Path, f));

        Assert.Equal(expected, string.Join(' ', found));
    }

    [Fact]
    public void Expand_AbsolutePattern_FindsFiles() =>
        Assert.Equal([_folder.File("c/x.txt")], FilePatterns.Expand(_folder.File("c/*.txt"), "/"));

    [Fact]
    public void Root_Pattern_IsTheDeepestPlainDirectory()
    {
        Assert.Equal("/etc/contracts", FilePatterns.Root("contracts/*/a*.yaml", "/etc").TrimEnd('/'));
        Assert.Equal("/etc", FilePatterns.Root("*.yaml", "/etc").TrimEnd('/'));
    }
}
