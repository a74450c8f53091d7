using System.Globalization;
using System.Text.Json;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Hosting;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Gateway.Tests.Hosting;

/// <summary>Contracts that one gateway takes from another's reflection, over the wire.</summary>
public sealed class ReflectedContractsTests : IDisposable
{
    private const string InForce = "Contracts of servers are in force";
    private readonly TempFolder _serverFolder = new();
    private readonly TempFolder _folder = new();
    private readonly RecordedLogs _logs = new();
    private readonly SeveritySwitch _severity = new(LogSeverity.Information);

    public void Dispose()
    {
        _serverFolder.Dispose();
        _folder.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task Start_ServerWithReflection_GivesItsContracts()
    {
        var port = LoopbackPorts.Free();
        await using var server = Server(port, "place");
        await server.StartAsync(CancellationToken.None);
        await using var host = Asking(port, "com.acme.own.yaml");
        await host.StartAsync(CancellationToken.None);
        Assert.Equal(["com.acme.Own", "com.acme.Orders"], await ContractsAsync(host));
        Assert.Empty(await ProblemsAsync(host));
    }

    [Fact]
    public async Task Start_ServerAway_StartsWithTheOthersAndAsksAgain()
    {
        var port = LoopbackPorts.Free();
        await using var host = Asking(port, "com.acme.own.yaml");
        await host.StartAsync(CancellationToken.None);
        Assert.Equal(["com.acme.Own"], await ContractsAsync(host));
        var problem = Assert.Single(await ProblemsAsync(host));
        Assert.Contains($"127.0.0.1:{port} gives no contracts", problem, StringComparison.Ordinal);
        await _logs.UntilAsync(text => text.Contains("gives no contracts", StringComparison.Ordinal));

        await using var server = Server(port, "place");
        await server.StartAsync(CancellationToken.None);
        await _logs.UntilAsync(static text => text.StartsWith(InForce, StringComparison.Ordinal));
        Assert.Equal(["com.acme.Own", "com.acme.Orders"], await ContractsAsync(host));
        Assert.Empty(await ProblemsAsync(host));
    }

    [Fact]
    public async Task Reload_ServerGoneOrChanged_KeepsWhatItSaidLast()
    {
        var port = LoopbackPorts.Free();
        await using var host = Asking(port, "com.acme.own.yaml", "com.acme.Orders");
        await using (var server = Server(port, "place"))
        {
            await server.StartAsync(CancellationToken.None);
            await host.StartAsync(CancellationToken.None);
        }

        host.RequestReload();
        await _logs.UntilAsync(static text => text.Contains("what it said before stays in force", StringComparison.Ordinal));
        Assert.Equal(["com.acme.Own", "com.acme.Orders"], await ContractsAsync(host));
        Assert.Single(await ProblemsAsync(host));

        // With another method it is another contract.
        var before = _logs.Entries.Count(static e => e.Text.StartsWith(InForce, StringComparison.Ordinal));
        await using var changed = Server(port, "other");
        await changed.StartAsync(CancellationToken.None);
        await _logs.UntilAsync(_ => _logs.Entries.Count(static e => e.Text.StartsWith(InForce, StringComparison.Ordinal)) > before);
        Assert.Equal(["com.acme.Own", "com.acme.Orders"], await ContractsAsync(host));
        Assert.Empty(await ProblemsAsync(host));
    }

    [Fact]
    public async Task Import_OfAServer_WritesWhatItDescribes()
    {
        var port = LoopbackPorts.Free();
        await using var server = Server(port, "place");
        await server.StartAsync(CancellationToken.None);
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var stop = new StopSignal();
        Task<int> Import(params string[] more) => BridgeMeshCommand.InvokeAsync(
            ["contract", "import", "--reflection", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), .. more],
            new CommandSurroundings(output, error, _folder.Path),
            stop);

        Assert.Equal(ExitCodes.Ok, await Import("--service", "com.acme.*", "--out", "orders.yaml"));
        Assert.Equal("1 services, 1 methods, 1 types; 0 problems, 0 notes\n", error.ToString());
        var loaded = ContractFiles.Load([_folder.File("orders.yaml")]);
        Assert.Empty(loaded.Problems);
        var place = Assert.Single(Assert.Single(loaded.Contracts).Methods);
        Assert.Equal(("place", "com.acme.Order", "com.acme.Order"), (place.Name, place.Parameters[0].Type.JavaType.Text, place.Returns.JavaType.Text));
        Assert.Equal(1, place.Returns.Struct?.Fields[0].Proto?.Number);
        Assert.True(loaded.Contracts[0].Policy.ProtoJson);

        Assert.Equal(ExitCodes.Configuration, await Import("--service", "com.other.*"));
        Assert.Contains("the server describes no such service", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EntriesThatSayNothingOrTwoThings_AreToldWithTheirPlace()
    {
        _folder.Write("a.yaml", "services: {}");
        _folder.Write("bridgemesh.yaml", """
            contracts:
              - a.yaml
              - { services: [x.Y] }
              - { path: a.yaml, reflection: "127.0.0.1:1" }
              - { reflection: "no address at all" }
              - { reflextion: "127.0.0.1:1" }
            """);
        var problems = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path)).Problems;
        Assert.Equal(
            [
                (3, "the entry says no source of contracts"),
                (4, "the entry says two sources of contracts"),
                (5, "'no address at all' is no host and port"),
                (6, "the entry says no source of contracts"),
                (6, "unknown key 'contracts[4].reflextion'"),
            ],
            problems.Select(static p => (p.Line, p.Message)).Order());
        Assert.Contains("reflection", problems.Single(static p => p.Message.StartsWith("unknown key", StringComparison.Ordinal)).Cure, StringComparison.Ordinal);
    }

    private GatewayHost Server(int port, string method)
    {
        _serverFolder.Write("orders.yaml", $$"""
            types: { com.acme.Order: { fields: { id: string } } }
            services: { com.acme.Orders: { methods: { {{method}}: { parameters: { order: Order }, returns: Order } } } }
            """);
        _serverFolder.Write("services.yaml", "services: [{ name: com.acme.Orders, instances: [{ address: '127.0.0.1:1', protocol: bolt }] }]\n");
        _serverFolder.Write("bridgemesh.yaml", string.Create(CultureInfo.InvariantCulture, $$"""
            listeners: [{ name: grpc, protocol: grpc, address: "127.0.0.1:{{port}}" }]
            admin: { enabled: false }
            contracts: [orders.yaml]
            drainMs: 0
            """));
        return Create(_serverFolder, new RecordedLogs());
    }

    private GatewayHost Asking(int port, string file, params string[] services)
    {
        _folder.Write(file, "services: { com.acme.Own: { methods: { ping: {} } } }");
        _folder.Write("bridgemesh.yaml", string.Create(CultureInfo.InvariantCulture, $$"""
            listeners: [{ name: grpc, protocol: grpc, address: "127.0.0.1:0" }]
            admin: { address: "127.0.0.1:0" }
            contracts:
              - {{file}}
              - { reflection: "127.0.0.1:{{port}}", refreshMs: 1000, services: [{{string.Join(", ", services)}}] }
            """));
        return Create(_folder, _logs);
    }

    private GatewayHost Create(TempFolder folder, RecordedLogs logs)
    {
        var outcome = ConfigLoader.Load(ConfigSource.Of(null, [], folder.Path));
        Assert.Empty(outcome.Problems);
        return new GatewayHost(outcome.Reading!, outcome.Plugins!, outcome.Model!, _severity, TimeProvider.System, logs);
    }

    private static async Task<IEnumerable<string>> ContractsAsync(GatewayHost host) =>
        (await StatusAsync(host)).GetProperty("gateway").GetProperty("contracts").EnumerateArray().Select(static c => c.GetString() ?? string.Empty);

    private static async Task<List<string>> ProblemsAsync(GatewayHost host) =>
        [.. (await StatusAsync(host)).GetProperty("configuration").GetProperty("problems").EnumerateArray().Select(static p => p.ToString())];

    private static async Task<JsonElement> StatusAsync(GatewayHost host)
    {
        using var client = new HttpClient();
        using var json = JsonDocument.Parse(await client.GetByteArrayAsync(new Uri($"http://127.0.0.1:{host.AdminPort}/status")));
        return json.RootElement.Clone();
    }
}
