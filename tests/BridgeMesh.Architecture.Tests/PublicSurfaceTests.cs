using System.Reflection;
using System.Xml.Linq;
using BridgeMesh.Plugins;

namespace BridgeMesh.Architecture;

/// <summary>
/// Public means plugin contract or configuration. Wire codecs and registries show their plugin class alone; what payload codecs, core and
/// host show beside is documented, type by type.
/// </summary>
public class PublicSurfaceTests
{
    private static readonly string[] PayloadCodecs = ["BridgeMesh.Codecs.Hessian", "BridgeMesh.Codecs.Json", "BridgeMesh.Codecs.Protobuf"];

    /// <summary>Shared by wire codecs over HTTP; its types are documented as those of payload codecs are.</summary>
    private const string Web = "BridgeMesh.Codecs.Web";

    [Fact]
    public void WireCodecsAndRegistries_Show_OnePluginClassAlone()
    {
        foreach (var project in Repository.Projects.Where(p => p.Folder is "codecs" or "registries" && !PayloadCodecs.Contains(p.Name) && p.Name != Web))
        {
            var types = Assembly.Load(project.AssemblyName).GetExportedTypes();
            Assert.True(
                types.Length == 1 && typeof(IBridgePlugin).IsAssignableFrom(types[0]) && types[0].IsSealed,
                $"{project} shows {string.Join(", ", types.Select(t => t.FullName))}; only its sealed plugin class should be public");
            var plugin = (IBridgePlugin)Activator.CreateInstance(types[0])!;
            Assert.Equal(PluginContract.Version, plugin.ContractVersion);
        }
    }

    [Fact]
    public void PublicTypes_OfEveryProject_AreDocumented()
    {
        var missing = new List<string>();
        foreach (var project in Repository.Projects.Where(p => p.Folder != "interop-samples"))
        {
            var assembly = Assembly.Load(project.AssemblyName);
            var documented = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"))
                .Descendants("member")
                .Where(m => m.Elements().Any())
                .Select(m => m.Attribute("name")!.Value)
                .ToHashSet(StringComparer.Ordinal);
            missing.AddRange(assembly.GetExportedTypes()
                .Where(t => t.Namespace?.StartsWith("BridgeMesh", StringComparison.Ordinal) == true)
                .Select(t => $"T:{t.FullName!.Replace('+', '.')}")
                .Where(t => !documented.Contains(t)));
        }

        Assert.True(missing.Count == 0, $"public and without a summary: {string.Join(", ", missing)}");
    }

    [Fact]
    public void Host_Shows_ConfigurationAlone()
    {
        var host = Repository.Projects.FirstOrDefault(p => p.Name == "BridgeMesh.Gateway");
        Assert.All(
            host is null ? [] : Assembly.Load(host.AssemblyName).GetExportedTypes(),
            t => Assert.True(t.Name.EndsWith("Config", StringComparison.Ordinal) || t.IsEnum || t.Name == "Program", $"{t.FullName} is public"));
    }

    [Fact]
    public void Classes_ThatNothingDerivesFrom_AreSealed()
    {
        var types = Repository.Projects.Where(p => p.Folder != "interop-samples").SelectMany(p => Assembly.Load(p.AssemblyName).GetTypes()).ToArray();
        var bases = types.Select(t => t.BaseType).OfType<Type>().Select(t => t.IsGenericType ? t.GetGenericTypeDefinition() : t).ToHashSet();
        var open = types
            .Where(t => t is { IsClass: true, IsAbstract: false, IsSealed: false } && !bases.Contains(t))
            .Where(t => t.Namespace?.StartsWith("BridgeMesh", StringComparison.Ordinal) == true && !t.Name.Contains('<', StringComparison.Ordinal))
            .Select(t => t.FullName);
        Assert.Empty(open);
    }
}
