using System.Text.Json;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Tests.Commands;

public sealed class ContractDiffTests : IDisposable
{
    private const string Old = """
        types:
          com.acme.Order: { fields: { id: string, count: int } }
        services:
          com.acme.Shop:
            methods:
              get: { parameters: { id: string }, returns: Order }
              ping: {}
        """;

    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StopSignal _stop = new();

    public ContractDiffTests()
    {
        _folder.Write("old.yaml", Old);
        _folder.Write("new.yaml", Old.Replace("count: int", "count: int, note: string", StringComparison.Ordinal).Replace("ping: {}", "pong: {}", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Diff_OfBreakingChanges_TellsEachByServiceAndType()
    {
        Assert.Equal(ExitCodes.CallersBreak, await Invoke("contract", "diff", "old.yaml", "new.yaml", "--protocol", "dubbo", "--protocol", "http"));
        Assert.Equal(
            """
            service com.acme.Shop
              ping method removed: ping(): void (possibly renamed to pong)
                dubbo: breaks callers: the method is not found
                http: breaks callers: its path is 404
              pong method added: pong(): void (possibly renamed from ping)
                dubbo, http: compatible: old callers do not call it

            types
              com.acme.Order.note field added: string
                in replies of com.acme.Shop.get
                dubbo: compatible: old callers read over it
                http: compatible: old callers drop the member

            dubbo: 1 of 3 changes break; http: 1 of 3 changes break

            """,
            _output.ToString());
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Diff_OfTheSame_BreaksNothing()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "diff", "old.yaml", "old.yaml", "--protocol", "bolt"));
        Assert.Equal("bolt: nothing breaks\n", _output.ToString());
    }

    [Fact]
    public async Task Diff_AsJson_HasEveryProtocol()
    {
        Assert.Equal(ExitCodes.CallersBreak, await Invoke("contract", "diff", "old.yaml", "new.yaml", "--output", "json"));
        using var document = JsonDocument.Parse(_output.ToString());
        var root = document.RootElement;
        Assert.Equal(["bolt", "dubbo", "grpc", "http", "triple"], root.GetProperty("breaks").EnumerateObject().Select(static p => p.Name));
        var removed = root.GetProperty("changes").EnumerateArray().First();
        Assert.Equal("methodRemoved", removed.GetProperty("kind").GetString());
        Assert.Equal("com.acme.Shop.ping", removed.GetProperty("path").GetString());
        Assert.Equal("pong", removed.GetProperty("maybeRenamed").GetString());
        Assert.Equal("breaks callers", removed.GetProperty("verdicts").GetProperty("grpc").GetProperty("effect")[0].GetString());
        Assert.Equal("com.acme.Shop.get", root.GetProperty("changes")[2].GetProperty("methods")[0].GetString());
        Assert.Equal("replies", root.GetProperty("changes")[2].GetProperty("travels")[0].GetString());
    }

    [Fact]
    public async Task Diff_OfARenamedService_ComparesWhatTheFiltersName()
    {
        _folder.Write("renamed.yaml", Old.Replace("com.acme.Shop", "com.acme.Store", StringComparison.Ordinal) + "\n  com.acme.Other: {}");
        Assert.Equal(
            ExitCodes.CallersBreak,
            await Invoke("contract", "diff", "old.yaml", "renamed.yaml", "--old-service", "*.Shop", "--service", "*.Store", "--protocol", "grpc"));
        Assert.Contains("com.acme.Shop service key changed: com.acme.Shop → com.acme.Store\n", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("removed", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCodes.Usage, "no rules are known for the protocol 'blot'; did you mean 'bolt'?\n", "old.yaml", "new.yaml", "--protocol", "blot")]
    [InlineData(ExitCodes.Usage, "there is no file 'none.yaml'\n", "old.yaml", "none.yaml")]
    [InlineData(ExitCodes.Configuration, "bad.yaml:1:1: a contract file has no key 'sevices'; did you mean 'services'?\n", "old.yaml", "bad.yaml")]
    [InlineData(ExitCodes.Configuration, "old.yaml: no service is called 'x'; use one of: com.acme.Shop\n", "old.yaml", "new.yaml", "--old-service", "x")]
    public async Task Diff_OfWhatCannotBeCompared_TellsWhy(int exitCode, string expected, params string[] args)
    {
        _folder.Write("bad.yaml", "sevices: {}");
        Assert.Equal(exitCode, await Invoke(["contract", "diff", .. args]));
        Assert.Equal(expected, _error.ToString());
        Assert.Empty(_output.ToString());
    }

    private Task<int> Invoke(params string[] args) =>
        BridgeMeshCommand.InvokeAsync(args, new CommandSurroundings(_output, _error, _folder.Path), _stop);
}
