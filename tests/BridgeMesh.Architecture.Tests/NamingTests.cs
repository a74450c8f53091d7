using System.Reflection;
using System.Text.RegularExpressions;

namespace BridgeMesh.Architecture;

/// <summary>Names that say nothing are not given: to types, files or folders.</summary>
public partial class NamingTests
{
    private static readonly string[] SourceFolders = ["gateway/", "codecs/", "registries/", "tests/", "interop-samples/dotnet/"];

    [Fact]
    public void Types_OfEveryProject_AreNamedForWhatTheyDo()
    {
        var bad = Repository.Projects
            .Where(p => p.Folder != "interop-samples")
            .SelectMany(p => Assembly.Load(p.AssemblyName).GetTypes())
            .Where(t => t.Namespace?.StartsWith("BridgeMesh", StringComparison.Ordinal) == true && SaysNothing(t.Name))
            .Select(t => t.FullName);
        Assert.Empty(bad);
    }

    [Fact]
    public void FilesAndFolders_OfSources_AreNamedForWhatTheyHold() => Assert.DoesNotContain(
        Sources(),
        f => f.Split('/').Any(part => SaysNothing(part.Split('.')[0]) || part is "Interfaces" or "Models" or "Helpers" or "Misc"));

    [Fact]
    public void Files_OfShippedSources_HoldOneConceptWithin400Lines()
    {
        // Longer on purpose, each with its reason; none now.
        var exceptions = new Dictionary<string, string>(StringComparer.Ordinal);
        var tooLong = Sources()
            .Where(f => !f.StartsWith("tests/", StringComparison.Ordinal) && !exceptions.ContainsKey(f))
            .Select(f => (File: f, Lines: File.ReadLines(Repository.Absolute(f)).Count()))
            .Where(f => f.Lines > 400)
            .Select(f => $"{f.File}: {f.Lines} lines");
        Assert.Empty(tooLong);
        Assert.True(exceptions.Count <= 3, "exceptions are few");
        Assert.All(exceptions.Keys, f => Assert.True(File.ReadLines(Repository.Absolute(f)).Count() > 400, $"{f} needs no exception any more"));
    }

    [Fact]
    public void Namespaces_OfSources_AreFileScoped() =>
        Assert.DoesNotContain(Sources(), f => File.ReadLines(Repository.Absolute(f)).Any(l => BlockNamespace().IsMatch(l)));

    [Theory]
    [InlineData("ConnectionManager", true)]
    [InlineData("StringUtils", true)]
    [InlineData("JsonHelper", true)]
    [InlineData("CommonTypes", true)]
    [InlineData("CodecBase", true)]
    [InlineData("CodecImpl", true)]
    [InlineData("ReaderV2", true)]
    [InlineData("DatabaseSource", false)]
    [InlineData("Base64Text", false)]
    [InlineData("UtilizationGauge", false)]
    [InlineData("ValueTape", false)]
    public void SaysNothing_OfAName_IsAsTheRuleMeans(string name, bool bad) => Assert.Equal(bad, SaysNothing(name));

    private static IEnumerable<string> Sources() =>
        Repository.Files("*.cs").Where(f => SourceFolders.Any(folder => f.StartsWith(folder, StringComparison.Ordinal)));

    private static bool SaysNothing(string name) => EmptyWord().IsMatch(name);

    [GeneratedRegex(@"(?:^|(?<=[a-z0-9]))(?:Managers?|Helpers?|Utils?|Utility|Utilities|Common|Base(?!64)|Impl|V2)(?=[A-Z`_.]|$)")]
    private static partial Regex EmptyWord();

    [GeneratedRegex(@"^namespace\s+[\w.]+\s*\{?\s*$")]
    private static partial Regex BlockNamespace();
}
