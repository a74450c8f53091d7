using BridgeMesh.Contracts.Java.Facades;
using BridgeMesh.Contracts.Java.Tests.Jdk;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.Tests.Facades;

/// <summary>The facade of interop-samples/java, compiled by this machine's javac.</summary>
internal static class SampleFacade
{
    /// <summary>Where the import of the sample lies as YAML.</summary>
    public static string Yaml { get; } = Path.Combine(JavaCompiler.Samples, "facade.yaml");

    public static string Annotations => JavaCompiler.Compile("annotations");

    public static string Classes(string options = "-parameters") => JavaCompiler.Compile("facade", options, Annotations);

    public static FacadeImport Import(string options = "-parameters", params string[] services)
    {
        var problems = new List<SourceProblem>();
        var import = FacadeReader.Read(FacadeSources.Of([Classes(options)], [Annotations], services), problems);
        Assert.Empty(problems);
        return import;
    }
}
