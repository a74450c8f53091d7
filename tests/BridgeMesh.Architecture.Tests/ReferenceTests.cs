using System.Reflection;

namespace BridgeMesh.Architecture;

/// <summary>
/// Who may reference whom: host to core to abstractions; codecs and registries see the contract and, of each other, payload codecs only.
/// </summary>
public class ReferenceTests
{
    private const string Abstractions = "BridgeMesh.Abstractions";
    private const string Core = "BridgeMesh.Core";
    private const string Gateway = "BridgeMesh.Gateway";

    /// <summary>Sources of contracts: they make what the core's loader takes.</summary>
    private const string ContractSources = "BridgeMesh.Contracts.";

    private static readonly string[] PayloadCodecs = ["BridgeMesh.Codecs.Hessian", "BridgeMesh.Codecs.Json", "BridgeMesh.Codecs.Protobuf"];

    /// <summary>What wire codecs over HTTP share; it knows no protocol and is no codec.</summary>
    private const string Web = "BridgeMesh.Codecs.Web";

    [Fact]
    public void Projects_OfTheTree_AreAllFound()
    {
        Assert.Contains(Repository.Projects, p => p.Name == Abstractions);
        Assert.Contains(Repository.Projects, p => p.Name == Core);
        Assert.Contains(Repository.Projects, p => p.Folder == "codecs");
        Assert.Contains(Repository.Projects, p => p.Folder == "registries");
    }

    [Fact]
    public void ProjectReferences_EveryProject_PointInward()
    {
        foreach (var project in Repository.Projects)
        {
            var forbidden = project.References.Where(r => !MayReference(project, r)).ToArray();
            Assert.True(forbidden.Length == 0, $"{project} must not reference {string.Join(", ", forbidden)}");
        }
    }

    [Fact]
    public void AssemblyReferences_EveryBuiltAssembly_PointInward()
    {
        var ours = Repository.Projects.ToDictionary(p => p.AssemblyName);
        var seen = 0;
        foreach (var project in Repository.Projects.Where(p => p.Folder != "interop-samples"))
        {
            foreach (var reference in Assembly.Load(project.AssemblyName).GetReferencedAssemblies())
            {
                if (ours.TryGetValue(reference.Name!, out var other))
                {
                    Assert.True(MayReference(project, other.Name), $"{project}'s assembly references {other}");
                    seen++;
                }
            }
        }

        Assert.True(seen >= 3, "the built assemblies reference each other");
    }

    [Fact]
    public void Abstractions_References_TheBaseClassLibraryAlone()
    {
        var project = Repository.Projects.Single(p => p.Name == Abstractions);
        Assert.Empty(project.References);
        Assert.Empty(project.Packages);
        Assert.Empty(project.Frameworks);
        Assert.All(
            Assembly.Load(Abstractions).GetReferencedAssemblies(),
            r => Assert.True(r.Name == "netstandard" || r.Name!.StartsWith("System.", StringComparison.Ordinal), r.Name));
    }

    [Fact]
    public void SamplePlugins_Reference_TheContractAlone()
    {
        var samples = Repository.Projects.Where(p => p.Folder == "interop-samples").ToArray();
        Assert.NotEmpty(samples);
        Assert.All(samples, s => Assert.Equal([Abstractions], s.References.ToArray()));
    }

    [Fact]
    public void Folders_OfProjects_SayWhatTheyHold() => Assert.All(Repository.Projects, p => Assert.True(
        p.Folder switch
        {
            "gateway" => p.Name is Abstractions or Core or Gateway || p.Name.StartsWith(ContractSources, StringComparison.Ordinal),
            "codecs" => p.Name.StartsWith("BridgeMesh.Codecs.", StringComparison.Ordinal),
            "registries" => p.Name.StartsWith("BridgeMesh.Registries.", StringComparison.Ordinal),
            "interop-samples" => true,
            _ => false,
        },
        p.Path));

    private static bool MayReference(ProjectFile project, string other) => project.Folder switch
    {
        _ when project.Name == other => true,
        "gateway" when project.Name == Gateway => true,
        "gateway" when project.Name == Core => other == Abstractions,
        "gateway" when project.Name.StartsWith(ContractSources, StringComparison.Ordinal) => other is Abstractions or Core,
        "codecs" when !PayloadCodecs.Contains(project.Name) && project.Name != Web =>
            other is Abstractions or Web || PayloadCodecs.Contains(other),
        "codecs" or "registries" or "interop-samples" => other == Abstractions,
        _ => false,
    };
}
