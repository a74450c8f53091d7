extern alias zookeeper;

using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Java.Tests.ServiceDefinitions;
using BridgeMesh.Exchanges;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Hosting;
using BridgeMesh.Testing.Network;
using Microsoft.Extensions.Logging;
using zookeeper::BridgeMesh.Registries.ZooKeeper.Client;

namespace BridgeMesh.Gateway.Tests.Hosting;

/// <summary>
/// Contracts that come from Dubbo's metadata centre alone: a real ZooKeeper holds the nodes that Dubbo's providers wrote, and the callee
/// answers with what a real provider answered.
/// </summary>
public sealed class MetadataCentreTests : IDisposable
{
    private const string Demo = "com.example.bridge.DemoService";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TempFolder _folder = new();
    private readonly RecordedLogs _logs = new();

    public void Dispose()
    {
        _folder.Dispose();
        _logs.Dispose();
    }

    [ZooKeeperFact]
    public async Task HttpCaller_OfADubboService_IsTypedByTheMetadataCentreAlone()
    {
        await using var zookeeper = await ZooKeeperServer.StartAsync();
        await using var writer = Writer(zookeeper);
        await WriteAsync(writer, "3.2.16-register-mode-all");
        var (request, response) = Recorded("calls-pojo.json", "saveUser-nullfields");
        var asked = Channel.CreateUnbounded<byte[]>();
        await using var callee = Provider(response, asked.Writer);
        var port = LoopbackPorts.Free();
        await using var host = Host(port, callee.Port, zookeeper.Port);
        await host.StartAsync(CancellationToken.None);
        using var caller = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        using var body = new StringContent("""{ "id": 0, "active": false, "score": 0 }""", Encoding.UTF8, "application/json");
        using var answer = await caller.PostAsync(new Uri($"{Demo}/saveUser?version=1.0.0&group=g1", UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        using var json = JsonDocument.Parse(text);
        Assert.Equal(1, json.RootElement.GetProperty("score").GetDouble());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("address").ValueKind);

        // The argument is the object that a Java consumer sends: its class, and every field that Java's own request has.
        var sent = Encoding.Latin1.GetString(await asked.Reader.ReadAsync());
        Assert.Contains("Lcom/example/bridge/User;C", sent, StringComparison.Ordinal);
        var recorded = Encoding.Latin1.GetString(request);
        foreach (var field in (string[])["extra", "tags", "address", "status", "balance", "createdAt", "score", "active", "age", "name", "id"])
        {
            Assert.Contains($"{(char)field.Length}{field}", recorded, StringComparison.Ordinal);
            Assert.Contains($"{(char)field.Length}{field}", sent, StringComparison.Ordinal);
        }

        using var wrong = new StringContent("""{ "id": "many" }""", Encoding.UTF8, "application/json");
        using var refused = await caller.PostAsync(new Uri($"{Demo}/saveUser?version=1.0.0&group=g1", UriKind.Relative), wrong);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("args[0].id", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [ZooKeeperFact]
    public async Task Centre_ThatGoesAndComesBackChanged_KeepsWhatItSaidAndTakesWhatItSays()
    {
        await using var zookeeper = await ZooKeeperServer.StartAsync();
        await using var writer = Writer(zookeeper);
        await WriteAsync(writer, "2.7.23-interface-registration");
        await using var host = Host(LoopbackPorts.Free(), 1, zookeeper.Port);
        await host.StartAsync(CancellationToken.None);
        Assert.Equal(["com.example.bridge.SlowService", $"alt/{Demo}:1.0.0"], (await ContractsAsync(host)).OrderByDescending(static c => c.Contains("Slow", StringComparison.Ordinal)));
        Assert.Empty(await ProblemsAsync(host));
        var notes = await NotesAsync(host);
        Assert.Contains(notes, n => n.StartsWith($"zookeeper://127.0.0.1:{zookeeper.Port}: /dubbo/metadata/{Demo}/", StringComparison.Ordinal)
            && n.EndsWith("the definition does not say which exceptions methods throw", StringComparison.Ordinal));
        Assert.Equal(notes.Take(20), Logged("zookeeper://127"));
        await zookeeper.KillAsync();
        host.RequestReload();
        await _logs.UntilAsync(static text => text.Contains("what it said before stays in force", StringComparison.Ordinal)).WaitAsync(Patience);
        Assert.Equal(2, (await ContractsAsync(host)).Count);
        Assert.Equal(notes, await NotesAsync(host));
        await zookeeper.StartAsync();
        KeeperError error;
        do
        {
            error = (await writer.CreateAsync("/dubbo/metadata/com.acme.New", default, Acl.Open, CreateMode.Persistent)).Error;
        }
        while (error == KeeperError.ConnectionLoss);
        await writer.CreateAsync("/dubbo/metadata/com.acme.New/provider", default, Acl.Open, CreateMode.Persistent);
        await writer.CreateAsync(
            "/dubbo/metadata/com.acme.New/provider/app",
            """{"canonicalName":"com.acme.New","methods":[{"name":"ping","parameterTypes":[],"returnType":"void"}],"types":[]}"""u8.ToArray(),
            Acl.Open,
            CreateMode.Persistent);
        await writer.CreateAsync("/dubbo/metadata/com.acme.New/provider/broken", "{"u8.ToArray(), Acl.Open, CreateMode.Persistent);
        while (!(await ContractsAsync(host)).Contains("com.acme.New"))
        {
            // It is asked anew each second; the log of each change is what is waited for.
            await _logs.UntilAsync(static text => text.StartsWith("Contracts of servers are in force", StringComparison.Ordinal)).WaitAsync(Patience);
        }

        Assert.Empty(await ProblemsAsync(host));

        // Notes that were there before are not logged again, however often the centre is asked.
        await _logs.UntilAsync(static text => text.Contains("/provider/broken is no JSON, at line 1", StringComparison.Ordinal)).WaitAsync(Patience);
        Assert.Contains("/provider/broken is no JSON", (await NotesAsync(host))[0], StringComparison.Ordinal);
        Assert.All(Logged("zookeeper://127").CountBy(static text => text), static told => Assert.Equal(1, told.Value));
    }

    [Fact]
    public void Addresses_ThatAreNone_AreToldWithTheirPlaceAndWithoutALogin()
    {
        _folder.Write("bridgemesh.yaml", """
            contracts:
              - { dubboMetadata: "redis://127.0.0.1:1" }
              - { dubboMetadata: "zookeeper://" }
              - { dubboMetadata: "zookeeper://ada:secret@a b" }
              - { dubboMetadata: "zookeeper://a", reflection: "a:1" }
            """);
        var problems = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path)).Problems;
        Assert.Equal(
            [
                (2, "'redis://127.0.0.1:1' begins with none of zookeeper://"),
                (3, "'zookeeper://' names no server"),
                (4, "'zookeeper://a b' names 'a b', which is no host and port"),
                (5, "the entry says two sources of contracts"),
            ],
            problems.Select(static p => (p.Line, p.Message)).Order());
        Assert.DoesNotContain(problems, static p => p.ToString().Contains("secret", StringComparison.Ordinal));
    }

    [ZooKeeperFact]
    public async Task Import_OfACentreBehindALogin_WritesYamlThatLoadsToTheSame()
    {
        await using var zookeeper = await ZooKeeperServer.StartAsync();
        await using var writer = Writer(zookeeper, new AuthInfo("digest", "ada:s@cret"u8.ToArray()));
        await WriteAsync(writer, "3.2.16-register-mode-all", Acl.CreatorAll);
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{zookeeper.Port}");
        var (code, output, error) = await InvokeAsync("contract", "import", "--dubbo-metadata", $"zookeeper://{address}", "--service", Demo);
        Assert.Equal(ExitCodes.Configuration, code);
        Assert.StartsWith($"zookeeper://{address}: the server gives no contracts: /dubbo/metadata/{Demo} must not be read by this login;", error, StringComparison.Ordinal);
        Assert.Empty(output);

        (code, output, error) = await InvokeAsync("contract", "import", "--dubbo-metadata", $"zookeeper://ada:s%40cret@{address}", "--service", Demo, "--out", "demo.yaml");
        Assert.True(code == ExitCodes.Ok, error);
        Assert.Contains("1 services, 85 methods", error, StringComparison.Ordinal);
        Assert.Contains("the definition does not say the names of parameters", error, StringComparison.Ordinal);
        Assert.DoesNotContain("cret@", error + await File.ReadAllTextAsync(_folder.File("demo.yaml")), StringComparison.Ordinal);
        var loaded = ContractFiles.Load([_folder.File("demo.yaml")]);
        var contract = Assert.Single(loaded.Contracts);
        Assert.Equal(new ServiceKey(Demo, "1.0.0", "g1"), contract.Service);
        var said = RecordedNodes.Definition("3.2.16-register-mode-all", $"/dubbo/metadata/{Demo}/1.0.0/g1/provider/bridge-demo-provider");
        await File.WriteAllBytesAsync(_folder.File("demo.json"), said);
        var read = Assert.Single(ContractFiles.Load([_folder.File("demo.json")]).Contracts);
        Assert.Equal(Signatures(read), Signatures(contract));

        (code, _, error) = await InvokeAsync("contract", "import", "--dubbo-metadata", $"zookeeper://ada:s%40cret@{address}", "--service", "com.none.*");
        Assert.Equal(ExitCodes.Configuration, code);
        Assert.Contains("the server describes no such service; correct --service", error, StringComparison.Ordinal);
        (code, _, error) = await InvokeAsync("contract", "import", "--dubbo-metadata", "zookeeper://ada:secret@a b");
        Assert.Equal(ExitCodes.Configuration, code);
        Assert.StartsWith("--dubbo-metadata: 'zookeeper://a b' names 'a b', which is no host and port; write zookeeper://host:2181", error, StringComparison.Ordinal);

        static IEnumerable<string> Signatures(ServiceContract contract) => contract.Methods
            .Select(static m => $"{m.Name}({string.Join(' ', m.Parameters.Select(static p => $"{p.Name} {p.Type} {p.Type.JavaDescriptor}"))}) {m.Returns} {m.Returns.JavaDescriptor}")
            .Order(StringComparer.Ordinal);
    }

    private static ZooKeeperClient Writer(ZooKeeperServer server, params AuthInfo[] logins)
    {
        Assert.True(ConnectString.TryParse(server.ConnectString, out var servers, out _));
        return new ZooKeeperClient(new ClientOptions(servers, TimeProvider.System) { OperationTimeoutMs = 60_000, MaxPauseMs = 100, Auth = [.. logins] });
    }

    /// <summary>Writes what was recorded, without nodes whose data was not recorded whole.</summary>
    private static async Task WriteAsync(ZooKeeperClient writer, string snapshot, ImmutableArray<Acl>? allowed = null)
    {
        foreach (var (path, data) in RecordedNodes.Snapshots[snapshot])
        {
            var made = await writer.CreateAsync(path, data, allowed ?? Acl.Open, CreateMode.Persistent);
            Assert.Equal(KeeperError.Ok, made.Error);
        }
    }

    private static (byte[] Request, byte[] Response) Recorded(string file, string name)
    {
        using var recorded = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "golden", "dubbo", "3.2.16", file)));
        var found = recorded.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        return (
            Convert.FromHexString(found.GetProperty("requestHex").GetString() ?? string.Empty),
            Convert.FromHexString(found.GetProperty("responseHex").GetString() ?? string.Empty));
    }

    /// <summary>Answers each call with a recorded answer under the call's id.</summary>
    private static ScriptedServer Provider(byte[] response, ChannelWriter<byte[]> asked) => new(async (stream, end) =>
    {
        var head = new byte[16];
        while (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, end) == head.Length)
        {
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(12))];
            await stream.ReadExactlyAsync(body, end);
            asked.TryWrite(body);
            var answer = (byte[])response.Clone();
            head.AsSpan(4, 8).CopyTo(answer.AsSpan(4));
            await stream.WriteAsync(answer, end);
        }
    });

    private GatewayHost Host(int port, int callee, int zookeeper)
    {
        _folder.Write("services.yaml", string.Create(CultureInfo.InvariantCulture, $$"""
            services:
              - { name: {{Demo}}, version: 1.0.0, group: g1, instances: [{ address: "127.0.0.1:{{callee}}", protocol: dubbo }] }
            """));
        _folder.Write("bridgemesh.yaml", string.Create(CultureInfo.InvariantCulture, $$"""
            listeners: [{ name: http, protocol: http, address: "127.0.0.1:{{port}}" }]
            registries: [{ name: local, kind: file, path: services.yaml }]
            admin: { address: "127.0.0.1:0" }
            contracts: [{ dubboMetadata: "zookeeper://127.0.0.1:{{zookeeper}}", refreshMs: 1000, timeoutMs: 5000 }]
            drainMs: 0
            """));
        var outcome = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path));
        Assert.Empty(outcome.Problems);
        return new GatewayHost(outcome.Reading!, outcome.Plugins!, outcome.Model!, new SeveritySwitch(LogSeverity.Information), TimeProvider.System, _logs);
    }

    private static async Task<List<string>> ContractsAsync(GatewayHost host) =>
        [.. (await StatusAsync(host)).GetProperty("gateway").GetProperty("contracts").EnumerateArray().Select(static c => c.GetString() ?? string.Empty)];

    private static async Task<List<string>> ProblemsAsync(GatewayHost host) =>
        [.. (await StatusAsync(host)).GetProperty("configuration").GetProperty("problems").EnumerateArray().Select(static p => p.ToString())];

    private static async Task<List<string>> NotesAsync(GatewayHost host) =>
        [.. (await StatusAsync(host)).GetProperty("configuration").GetProperty("notes").EnumerateArray().Select(static n => n.GetString() ?? string.Empty)];

    private IEnumerable<string> Logged(string start) =>
        _logs.Entries.Where(e => e.Level == LogLevel.Information && e.Text.StartsWith(start, StringComparison.Ordinal)).Select(static e => e.Text);

    private async Task<(int Code, string Output, string Error)> InvokeAsync(params string[] args)
    {
        using var stop = new StopSignal();
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        var code = await BridgeMeshCommand.InvokeAsync(args, new CommandSurroundings(output, error, _folder.Path), stop);
        return (code, output.ToString(), error.ToString());
    }

    private static async Task<JsonElement> StatusAsync(GatewayHost host)
    {
        using var client = new HttpClient();
        using var json = JsonDocument.Parse(await client.GetByteArrayAsync(new Uri($"http://127.0.0.1:{host.AdminPort}/status")));
        return json.RootElement.Clone();
    }
}
