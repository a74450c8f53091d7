using System.Text.Json;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Tests.Commands;

/// <summary>What every sub-command of <c>contract</c>, and the configuration, does with a source of any kind.</summary>
public sealed class ContractSourceTests : IDisposable
{
    // shop.proto: service demo.Orders { rpc Find (FindRequest) returns (Order); }, Order { string id = 1; sint64 cents = 2; }
    private const string DemoSet =
        "CpoBCgpkZW1vLnByb3RvEgRkZW1vIh0KC0ZpbmRSZXF1ZXN0Eg4KAmlkGAEgASgJUgJpZCItCgVPcmRlchIOCgJpZBgBIAEoCVICaWQSFAoFY2VudHMYAiABKBJSBWNlbnRzMjAK"
        + "Bk9yZGVycxImCgRGaW5kEhEuZGVtby5GaW5kUmVxdWVzdBoLLmRlbW8uT3JkZXJiBnByb3RvMw==";

    private const string Proto = """
        syntax = "proto3";
        package acme;
        import "acme/money.proto";
        message Order { string id = 1; Money price = 2; }
        service Orders { rpc Get (Order) returns (Order); }
        service Stock { rpc Count (Order) returns (Order); }
        """;

    private const string Api = """
        openapi: 3.1.0
        info: { title: Shop, version: "1" }
        paths:
          /orders/{id}:
            get:
              operationId: get
              tags: [orders]
              parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
              responses: { "200": { description: ok, content: { application/json: { schema: { type: string } } } } }
          /stock: { get: { operationId: count, tags: [stock], responses: { "200": { description: ok, content: { application/json: { schema: { type: integer } } } } } } }
        """;

    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StopSignal _stop = new();

    public ContractSourceTests()
    {
        _folder.Write("orders/acme/orders.proto", Proto);
        _folder.Write("next/acme/orders.proto", Proto.Replace("string id = 1", "string id = 3", StringComparison.Ordinal));
        _folder.Write("third/acme/money.proto", "syntax = \"proto3\"; package acme; message Money { int64 cents = 1; }");
        _folder.Write("api.yaml", Api);
        _folder.Write("later/api.yaml", Api.Replace("/orders/{id}", "/order/{id}", StringComparison.Ordinal));
        _folder.Write("demo.b64", DemoSet);
        _folder.Write("shop.yaml", """
            types:
              com.acme.Order: { fields: { id: string } }
            services:
              com.acme.Parent: { methods: { ping: {} } }
              com.acme.Child: { extends: [Parent], methods: { get: { returns: Order } } }
              com.acme.Other: { methods: { pong: {} } }
            """);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ExitCodes.Ok, "import", "orders")]
    [InlineData(ExitCodes.Ok, "export", "orders", "--format", "yaml")]
    [InlineData(ExitCodes.Ok, "show", "orders")]
    [InlineData(ExitCodes.Ok, "lint", "orders", "--protocol", "grpc")]
    [InlineData(ExitCodes.Ok, "diff", "orders", "orders")]
    [InlineData(ExitCodes.CallersBreak, "diff", "orders", "next", "--protocol", "grpc")]
    public async Task EverySubCommand_OfProtos_TakesIncludesAndACompiler(int exitCode, params string[] args)
    {
        Assert.Equal(exitCode, await Invoke([.. args, "--include", "third"]));
        Assert.DoesNotContain("money.proto", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Configuration, await Invoke(args));
        Assert.Contains("acme/money.proto", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Configuration, await Invoke([.. args, "--include", "third", "--protoc", "no-protoc"]));
        Assert.Contains("no-protoc", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await Invoke([.. args, "--include", "fourth"]));
        Assert.Contains("there is no file 'fourth'", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lint_OfOpenApi_TellsItsMethods()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("lint", "api.yaml", "--protocol", "http", "--service", "*.OrdersApi"));
        Assert.Contains("OrdersApi (api.yaml)\n  get(", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 services, 1 methods\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_OfOpenApi_TellsAChangedPath()
    {
        Assert.Equal(ExitCodes.CallersBreak, await Invoke("diff", "api.yaml", "later/api.yaml", "--protocol", "http"));
        Assert.Contains("  get path changed: /orders/{id} → /order/{id}\n", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, await Invoke("diff", "api.yaml", "later/api.yaml", "--protocol", "http", "--service", "*.StockApi"));
    }

    [Theory]
    [InlineData("shop.yaml", "com.acme.Child", "com.acme.Chld")]
    [InlineData("shop.yaml", "com.acme.O*", "com.acm.Other")]
    [InlineData("orders", "acme.Stock", "acme.Stok")]
    [InlineData("orders/acme/orders.proto", "acme.S*", "acme.stock")]
    [InlineData("demo.b64", "demo.Orders", "demo.Order")]
    [InlineData("api.yaml", "api.StockApi", "api.StockApii")]
    public async Task AName_OfEveryKind_LeavesTheOthersOutOrIsAProblem(string source, string name, string wrong)
    {
        foreach (var command in (string[][])[["show"], ["lint", "--protocol", "grpc"]])
        {
            _output.GetStringBuilder().Clear();
            Assert.Equal(ExitCodes.Ok, await Invoke([.. command, source, "--include", "third", "--service", name, "--output", "json"]));
            using var json = JsonDocument.Parse(_output.ToString());
            var services = json.RootElement.GetProperty("services").EnumerateArray().Select(static s => s.GetProperty("service").GetString()).ToList();
            Assert.True(WantedServices.Has([name], Assert.Single(services) ?? string.Empty), services[0]);
        }

        foreach (var command in (string[][])[["show"], ["lint"], ["import"], ["export", "--format", "yaml"], ["diff", source]])
        {
            _output.GetStringBuilder().Clear();
            _error.GetStringBuilder().Clear();
            Assert.Equal(ExitCodes.Configuration, await Invoke([.. command, source, "--include", "third", "--service", wrong]));
            Assert.Contains($"no service is called '{wrong}'; did you mean '", _error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Import_OfOneServiceOfYaml_KeepsItsParentsAsAbstract()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("import", "shop.yaml", "--service", "com.acme.Child"));
        Assert.Contains("  com.acme.Parent:\n    abstract: true\n", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Other", _output.ToString(), StringComparison.Ordinal);
        _folder.Write("child.yaml", _output.ToString());
        var child = Assert.Single(ContractFiles.Load([_folder.File("child.yaml")]).Contracts);
        Assert.Equal(["get", "ping"], child.Methods.Select(static m => m.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ANameOfOneSource_IsNoProblemOfTheOthers()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("show", "shop.yaml", "demo.b64", "api.yaml", "--service", "demo.*", "--output", "json"));
        using var json = JsonDocument.Parse(_output.ToString());
        Assert.Equal(["demo.Orders"], json.RootElement.GetProperty("services").EnumerateArray().Select(static s => s.GetProperty("service").GetString()));
    }

    [Fact]
    public void Configuration_WithServices_LoadsThoseAlone()
    {
        _folder.Write("bridgemesh.yaml", """
            contracts:
              - { path: shop.yaml, services: [com.acme.Child] }
              - { path: demo.b64, services: ["demo.*"] }
              - { path: orders, includes: [third], services: [acme.Stock] }
              - { path: api.yaml, services: [api.StockApi] }
            """);
        var outcome = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path));
        Assert.Empty(outcome.Problems);
        Assert.Equal(
            ["acme.Stock", "api.StockApi", "com.acme.Child", "demo.Orders"],
            outcome.Model?.Contracts.Select(static c => c.Service.Interface).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Configuration_WithANameThatNoServiceHas_TellsItsPlace()
    {
        _folder.Write("bridgemesh.yaml", "contracts:\n  - path: shop.yaml\n    services: [com.acme.Child, com.acme.Othr]\n  - demo.b64\n");
        var outcome = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path));
        Assert.Null(outcome.Model);
        Assert.Equal(
            "bridgemesh.yaml:3:32: no service is called 'com.acme.Othr'; did you mean 'com.acme.Other'?", Assert.Single(outcome.Problems).ToString());
    }

    private Task<int> Invoke(params string[] args) =>
        BridgeMeshCommand.InvokeAsync(["contract", .. args], new CommandSurroundings(_output, _error, _folder.Path), _stop);
}
