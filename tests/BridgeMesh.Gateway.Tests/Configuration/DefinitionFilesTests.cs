using System.Text.Json;
using BridgeMesh.Contracts.Java.Tests.ServiceDefinitions;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Tests.Configuration;

public sealed class DefinitionFilesTests : IDisposable
{
    private const string Demo = "com.example.bridge.DemoService";
    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StopSignal _stop = new();

    public DefinitionFilesTests()
    {
        const string Snapshot = "3.2.16-register-mode-all";
        File.WriteAllBytes(
            _folder.File("demo.json"), RecordedNodes.Definition(Snapshot, $"/dubbo/metadata/{Demo}/1.0.0/g1/provider/bridge-demo-provider"));
        File.WriteAllBytes(
            _folder.File("slow.json"),
            [
                .. "\uFEFF"u8, .. RecordedNodes.Definition(Snapshot, "/dubbo/metadata/com.example.bridge.SlowService/provider/bridge-demo-provider"),
            ]);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Import_OfDefinitions_WritesWhatTheyDeclareAndLoads()
    {
        Assert.True(await Invoke("contract", "import", "*.json", "--out", "all.yaml") == ExitCodes.Ok, _error.ToString());
        Assert.Contains("2 services, 86 methods", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("note: demo.json: the definition does not say the names of parameters", _error.ToString(), StringComparison.Ordinal);
        var loaded = ContractFiles.Load([_folder.File("all.yaml")]);
        Assert.Empty(loaded.Problems);
        Assert.Equal([Demo, "com.example.bridge.SlowService"], loaded.Contracts.Select(static c => c.Service.Interface).Order(StringComparer.Ordinal));
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "diff", "demo.json", "all.yaml", "--service", Demo));
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "import", "*.json", "--service", "*.Slow*"));
        Assert.DoesNotContain("com.example.bridge.User", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show", "echoMatrix")]
    [InlineData("lint", "saveUser")]
    [InlineData("export --format yaml", "com.example.bridge.User")]
    [InlineData("export --format proto", "message User")]
    [InlineData("export --format openapi", "echoMatrix")]
    public async Task Command_OfADefinition_HasItsService(string command, string expected)
    {
        var code = await Invoke(["contract", .. command.Split(' '), "demo.json"]);
        Assert.True(code is ExitCodes.Ok or ExitCodes.Unsupported, _error.ToString());
        Assert.Contains(expected, _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Configuration_WithDefinitions_HasTheirServicesAndWatchesThem()
    {
        _folder.Write("bridgemesh.yaml", $"contracts: [{{ path: '*.json', services: ['{Demo}'] }}]");
        var outcome = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path));
        Assert.Empty(outcome.Problems);
        Assert.Equal(Demo, Assert.Single(outcome.Model?.Contracts ?? []).Service.Interface);
        Assert.NotEmpty(outcome.Notes);
        Assert.Equal([_folder.File("demo.json"), _folder.File("slow.json")], ContractPatterns.Watched(outcome.Reading!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{\"canonicalName\": \"com.acme.A\", \"methods\": [", "is no JSON, at line 1")]
    [InlineData("{\"canonicalName\": \"com.acme.A\"}", "has no canonicalName with methods")]
    [InlineData("{\"a\": 1", "neither an OpenAPI document, nor a service definition of Dubbo's, nor a contract")]
    [InlineData("{\"inner\": {\"canonicalName\": \"com.acme.A\"}}", "neither an OpenAPI document")]
    [InlineData("[]", "neither an OpenAPI document")]
    [InlineData("", "the file is empty")]
    [InlineData("{\"openapi\": 3}", "OpenAPI '3' is not known")]
    [InlineData("{\"services\": []}", "services must be a map, not a list")]
    public void Json_ThatIsNoDefinition_IsToldByWhoeverItIsFor(string json, string problem)
    {
        var file = _folder.Write("x.json", json);
        var loaded = ContractFiles.Load([file, _folder.File("demo.json")]);
        Assert.Empty(loaded.Contracts);
        Assert.All(loaded.Problems, p => Assert.Equal(file, p.File));
        Assert.Contains(loaded.Problems, p => p.ToString().Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Json_OfAnyKind_IsToldByItsOutermostKeysAndAgainWhenItChanges()
    {
        var file = _folder.Write("x.json", "{ \"services\": { \"com.acme.A\": { \"methods\": { \"ping\": {} } } } }");
        Assert.Equal("com.acme.A", Assert.Single(ContractFiles.Load([file]).Contracts).Service.Interface);
        _folder.Write("x.json", "{ \"types\": [], \"parameters\": {}, \"canonicalName\": \"com.acme.B\", \"methods\": [] }");
        Assert.Equal(JsonContent.ServiceDefinition, DefinitionFiles.ContentOf(file));
        _folder.Write("x.json", "{ \"types\": { \"com.acme.T\": { \"fields\": {} } } }");
        Assert.Equal(JsonContent.Contract, DefinitionFiles.ContentOf(file));
    }

    [Fact]
    public void Definitions_OfOneClass_MustSayTheSameOfIt()
    {
        string Definition(string service, string type) => _folder.Write($"{service}.json", JsonSerializer.Serialize(new
        {
            canonicalName = $"com.acme.{service}",
            methods = new[] { new { name = "get", parameterTypes = Array.Empty<string>(), returnType = "com.acme.Order" } },
            types = new[] { new { type = "com.acme.Order", properties = new Dictionary<string, string> { ["id"] = type } } },
        }));
        var (a, b) = (Definition("A", "long"), Definition("B", "long"));
        Assert.Equal(2, ContractFiles.Load([a, b]).Contracts.Length);
        Definition("B", "java.lang.String");
        var problem = Assert.Single(ContractFiles.Load([a, b]).Problems);
        Assert.Equal((b, $"the class com.acme.Order is another in {a}"), (problem.File, problem.Message));
    }

    private Task<int> Invoke(params string[] args) =>
        BridgeMeshCommand.InvokeAsync(args, new CommandSurroundings(_output, _error, _folder.Path), _stop);
}
