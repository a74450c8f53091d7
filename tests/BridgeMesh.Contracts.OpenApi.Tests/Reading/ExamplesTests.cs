using System.Collections.Concurrent;
using BridgeMesh.Contracts.OpenApi.Reading;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Testing;
using BridgeMesh.Yaml;
using Xunit.Abstractions;

namespace BridgeMesh.Contracts.OpenApi.Tests.Reading;

/// <summary>A test that needs the examples of tests/openapi.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ExamplesFactAttribute() : InstalledFactAttribute(Directory.Exists(ExamplesTests.Folder), "npm ci has not run in tests/openapi");

/// <summary>Documents that other people wrote: all must be read, and load as contracts.</summary>
public class ExamplesTests(ITestOutputHelper output)
{
    internal static string Folder => Path.Combine(RoundTripTests.Repository(), "tests", "openapi", "node_modules");

    [ExamplesFact]
    public void Read_DocumentsOfPackages_LoadWithoutAFault()
    {
        var files = ((string[])["@readme/oas-examples", "@scalar/galaxy"])
            .SelectMany(static p => Directory.EnumerateFiles(Path.Combine(Folder, p), "*", SearchOption.AllDirectories))
            .Where(static f => !f.EndsWith("package.json", StringComparison.Ordinal) && OpenApiFile.Is(f)).Order(StringComparer.Ordinal).ToList();
        var faults = new ConcurrentBag<string>();
        var (documents, old, methods, notes) = (0, 0, 0, 0);
        foreach (var file in files)
        {
            var problems = new List<SourceProblem>();
            var import = OpenApiReader.Read(file, problems);
            if (problems is [{ Message: "this is Swagger 2.0, which is not read" }])
            {
                old++;
                continue;
            }

            foreach (var problem in ContractLoader.Load([], [import.Document], problems).Problems)
            {
                faults.Add(problem.ToString());
            }

            documents++;
            methods += import.Document.Services.Sum(static s => s.Methods.Count);
            notes += import.Notes.Count;
        }

        output.WriteLine($"{documents} documents with {methods} methods, {notes} notes; {old} of Swagger 2.0");
        Assert.Empty(faults);
        Assert.True(documents >= 100, $"only {documents} documents");
        Assert.True(methods >= 1_000, $"only {methods} methods");
    }
}
