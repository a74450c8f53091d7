using BridgeMesh.Gateway.Configuration;

namespace BridgeMesh.Gateway.Tests.Configuration;

public sealed class OpenApiSourcesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OpenApiBesideAContract_GivesBoth()
    {
        var api = Api("Order");
        var contract = _folder.Write("own.yaml", "services: { com.acme.S: { methods: { ping: {} } } }");
        var loaded = ContractFiles.Load([api, contract]);
        Assert.Empty(loaded.Problems);
        Assert.Equal(["api.ShopApi", "com.acme.S"], loaded.Contracts.Select(static c => c.Service.Interface).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Load_BrokenOpenApi_GivesNothingAndThePlace()
    {
        var problem = Assert.Single(ContractFiles.Load([Api("Oder"), _folder.Write("own.yaml", "services: { com.acme.S: { methods: { ping: {} } } }")]).Problems);
        Assert.Contains("names nothing: 'Oder' is not there", problem.Message, StringComparison.Ordinal);
        Assert.Equal(3, problem.Line);
    }

    [Fact]
    public void FilesOf_Document_HasWhatItRefersToAndFollowsChanges()
    {
        var api = Api("Order");
        var types = _folder.File("types.yaml");
        Assert.Equal([api, types], OpenApiSources.FilesOf(api));
        var config = _folder.Write("bridgemesh.yaml", "contracts: [api.yaml]");
        var reading = ConfigReader.Read(new ConfigSource(config, [], _folder.Path), []);
        Assert.NotNull(reading);
        Assert.Contains(types, ContractPatterns.Watched(reading));

        // What was told before is no more true.
        _folder.Write("types.yaml", "Order: { $ref: \"more.yaml#/Order\" }\n# longer\n");
        var more = _folder.Write("more.yaml", "Order: { type: object, properties: { id: { type: string } } }");
        Assert.Equal([api, types, more], OpenApiSources.FilesOf(api));
        _folder.Write("api.yaml", "types: {}");
        Assert.False(OpenApiSources.Is(api));
    }

    private string Api(string type)
    {
        _folder.Write("types.yaml", "Order: { type: object, properties: { id: { type: string } } }");
        return _folder.Write("api.yaml", $$"""
            openapi: 3.1.0
            paths:
              /a: { get: { operationId: get, tags: [shop], responses: { "200": { description: ok, content: { application/json: { schema: { $ref: "types.yaml#/{{type}}" } } } } } } }
            """);
    }
}
