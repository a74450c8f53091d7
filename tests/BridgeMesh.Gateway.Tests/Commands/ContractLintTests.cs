using System.Text.Json;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Tests.Commands;

public sealed class ContractLintTests : IDisposable
{
    private const string Untyped =
        "JSON does not say what class a value has: objects come back as maps, other values as JSON has them; declare a class";

    private const string Value =
        "it is a google.protobuf.Value: numbers become doubles, objects lose their class, integers past 2^53 are refused; declare a class";

    private const string OneReply = "carries one reply a call; call it over gRPC or Triple, or give the service a method without streams";

    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StopSignal _stop = new();

    public ContractLintTests() => _folder.Write("shop.yaml", """
        types:
          com.acme.Order: { fields: { id: string, extra: any } }
        services:
          com.acme.Shop:
            methods:
              get: { parameters: { id: string }, returns: Order }
              follow: { parameters: { id: string }, returns: string, streams: replies }
          com.acme.Other:
            methods:
              ping: { returns: string }
        """);

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Lint_OfYaml_TellsEachMethodByProtocol()
    {
        Assert.Equal(ExitCodes.Unsupported, await Invoke("--protocol", "dubbo", "--protocol", "bolt", "--protocol", "http"));
        Assert.Equal(
            $"""
            service com.acme.Other (shop.yaml)
              ping()  bolt fine  dubbo fine  http fine

            service com.acme.Shop (shop.yaml)
              get(java.lang.String id)  bolt fine  dubbo fine  http lossy
                http lossy untyped-value at returns.extra: {Untyped}
              follow(java.lang.String id)  bolt unsupported  dubbo unsupported  http fine
                bolt unsupported stream-not-carried: follow answers with a stream, and bolt {OneReply}
                dubbo unsupported stream-not-carried: follow answers with a stream, and dubbo {OneReply}

            2 services, 3 methods
              bolt: 2 fine, 1 unsupported
              dubbo: 2 fine, 1 unsupported
              http: 2 fine, 1 lossy

            """,
            _output.ToString());
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Lint_OfOneService_EndsWell()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("--service", "com.acme.O*", "--level", "unsupported"));
        Assert.DoesNotContain("com.acme.Shop", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lint_AsJson_HasEveryFindingFromItsLevelOn()
    {
        Assert.Equal(ExitCodes.Unsupported, await Invoke("--output", "json", "--level", "lossy"));
        using var json = JsonDocument.Parse(_output.ToString());
        var get = json.RootElement.GetProperty("services")[1].GetProperty("methods")[0].GetProperty("protocols");
        Assert.Equal(["bolt", "dubbo", "grpc", "http", "triple"], get.EnumerateObject().Select(static p => p.Name).Order(StringComparer.Ordinal));
        var finding = get.GetProperty("grpc").GetProperty("findings")[0];
        Assert.Equal(("lossy", "untyped-value", "returns.extra"), (Text(finding, "level"), Text(finding, "code"), Text(finding, "path")));
        Assert.Equal(1, json.RootElement.GetProperty("counts").GetProperty("bolt").GetProperty("unsupported").GetInt32());
    }

    [Fact]
    public async Task Lint_OfWhatIsWrong_IsAProblem()
    {
        Assert.Equal(ExitCodes.Usage, await Invoke("--protocol", "soap"));
        Assert.Contains("no protocol 'soap' has a lint; there are bolt, dubbo, grpc, http, triple", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await Invoke("--level", "bad"));
        _folder.Write("shop.yaml", "services: { com.acme.A: { methods: { get: { returns: Gone } } } }");
        Assert.Equal(ExitCodes.Configuration, await Invoke());
        Assert.Contains("Gone", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_OfAMethod_TellsEachStepWithItsFormsAtBothEnds()
    {
        Assert.Equal(ExitCodes.Ok, await Show("--from", "grpc", "--to", "dubbo", "--method", "g*"));
        Assert.Equal(
            $"""
            service com.acme.Other (shop.yaml)

            service com.acme.Shop (shop.yaml)
              get(java.lang.String id)
                request, grpc → dubbo
                  id: string → check kind → java.lang.String
                reply, dubbo → grpc
                  returns: object com.acme.Order → each field; a map becomes the class → message com.acme.Order
                  returns.id: java.lang.String → check kind → string
                  returns.extra: any value under its class → pass as it is → google.protobuf.Value
                grpc lossy untyped-value at returns.extra: {Value}


            """,
            _output.ToString());
    }

    [Fact]
    public async Task Plan_AsJson_HasPathsAndOperations()
    {
        Assert.Equal(ExitCodes.Ok, await Show("--service", "com.acme.Shop", "--output", "json"));
        using var json = JsonDocument.Parse(_output.ToString());
        var method = json.RootElement.GetProperty("services")[0].GetProperty("methods")[0];
        var step = method.GetProperty("reply")[1];
        Assert.Equal(("returns.id", "check kind", "string"), (Text(step, "path"), Text(step, "operation"), Text(step, "target")));
        Assert.Equal(("http", "bolt"), (Text(json.RootElement, "from"), Text(json.RootElement, "to")));
        Assert.Equal(ExitCodes.Usage, await Show("--from", "soap"));
    }

    [Fact]
    public async Task Plan_OfAMethodThatIsNot_NamesTheNearest()
    {
        Assert.Equal(ExitCodes.Usage, await Show("--method", "got"));
        Assert.Equal($"no method is called 'got': did you mean 'get'?{Environment.NewLine}", _error.ToString());
    }

    [Theory]
    [InlineData("--from", "grpc")]
    [InlineData("--to", "grpc")]
    [InlineData("--method", "get")]
    public async Task Show_WhatIsForPlansWithoutOne_IsRefused(params string[] args)
    {
        string[] line = ["contract", "show", "shop.yaml", .. args];
        Assert.Equal(ExitCodes.Usage, await BridgeMeshCommand.InvokeAsync(line, new CommandSurroundings(_output, _error, _folder.Path), _stop));
        Assert.Contains($"{args[0]} is for --plan", _error.ToString(), StringComparison.Ordinal);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private Task<int> Show(params string[] args) =>
        BridgeMeshCommand.InvokeAsync(["contract", "show", "shop.yaml", "--plan", .. args], new CommandSurroundings(_output, _error, _folder.Path), _stop);

    private Task<int> Invoke(params string[] args) =>
        BridgeMeshCommand.InvokeAsync(["contract", "lint", "shop.yaml", .. args], new CommandSurroundings(_output, _error, _folder.Path), _stop);
}
