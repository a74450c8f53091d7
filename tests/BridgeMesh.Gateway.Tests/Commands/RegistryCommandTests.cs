using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Hosting;
using BridgeMesh.Gateway.Plugins;
using BridgeMesh.Plugins;

namespace BridgeMesh.Gateway.Tests.Commands;

public sealed class RegistryCommandTests : IDisposable
{
    private const string Orders = """
        services:
          - name: com.acme.OrderService
            version: 1.0.0
            group: blue
            instances:
              - { address: 10.0.0.2:20880, protocol: dubbo, zone: east, application: orders, methods: [place, get] }
              - { address: 10.0.0.1:20880, protocol: dubbo, health: down, weight: 50, metadata: { bridgemesh.gateway: gw-1 } }
          - name: com.acme.Empty
            instances: []

        """;

    private readonly TempFolder _folder = new();
    private readonly AwaitedWriter _output = new();
    private readonly AwaitedWriter _error = new();
    private readonly StopSignal _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _output.Dispose();
        _error.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task List_OfAConfiguration_IsATableOfEachRegistry()
    {
        WriteConfiguration();

        Assert.Equal(ExitCodes.Ok, await Invoke("registry", "list", "--registry", "old"));

        Assert.Equal(
            """
            registry old (file): 2 services, 2 instances
            SERVICE                VERSION  GROUP  PROTOCOL  ADDRESS         HEALTH  WEIGHT  ZONE  APPLICATION  GATEWAY
            com.acme.Empty                         -         -               -
            com.acme.OrderService  1.0.0    blue   dubbo     10.0.0.1:20880  down    50                         gw-1
            com.acme.OrderService  1.0.0    blue   dubbo     10.0.0.2:20880  up      100     east  orders


            """,
            _output.ToString());
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task List_Verbose_ShowsWhatHasNoColumn()
    {
        WriteConfiguration();

        Assert.Equal(ExitCodes.Ok, await Invoke("registry", "list", "--registry", "old", "--service", "*.Order*", "-v"));

        Assert.Contains("\n    methods=get,place\n", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("\n    metadata.bridgemesh.gateway=gw-1\n", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("com.acme.Empty", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_OfAKind_NeedsNoConfiguration()
    {
        _folder.Write("services.yaml", Orders);
        _folder.Write("bridgemesh.yaml", "nonsense: true\n");

        Assert.Equal(ExitCodes.Ok, await Invoke("registry", "list", "--kind", "file", "--set", "path=services.yaml", "--output", "json"));

        using var json = JsonDocument.Parse(_output.ToString());
        var registry = Assert.Single(json.RootElement.GetProperty("registries").EnumerateArray());
        Assert.Equal(("file", true, false), (registry.GetProperty("kind").GetString(), registry.GetProperty("answered").GetBoolean(), registry.GetProperty("stale").GetBoolean()));
        var service = registry.GetProperty("services").EnumerateArray().Single(static s => s.GetProperty("name").GetString() == "com.acme.OrderService");
        Assert.Equal("blue", service.GetProperty("group").GetString());
        Assert.Equal("down", service.GetProperty("instances")[0].GetProperty("health").GetString());
        Assert.Equal("gw-1", service.GetProperty("instances")[0].GetProperty("metadata").GetProperty("bridgemesh.gateway").GetString());
        Assert.False(service.GetProperty("instances")[1].TryGetProperty("metadata", out _));
    }

    [Fact]
    public async Task List_RegistryAway_TellsWhyAndEndsWith5()
    {
        var port = FreePort();

        Assert.Equal(ExitCodes.Unavailable, await Invoke(
            "registry", "list", "--kind", "eureka", "--set", $"servers=http://127.0.0.1:{port}/eureka", "--timeout", "1000"));

        Assert.Matches($"^registry eureka \\(eureka\\) has not answered within 1000 ms: .*127\\.0\\.0\\.1:{port}.*\n$", _error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Theory]
    [InlineData(ExitCodes.Usage, "unknown kind of registry 'eurekka'; did you mean 'eureka'", "list", "--kind", "eurekka")]
    [InlineData(ExitCodes.Usage, "--set serverz: a registry of kind 'eureka' has no setting 'serverz'; did you mean 'servers'", "list", "--kind", "eureka", "--set", "servers=http://a:1/eureka", "--set", "serverz=x")]
    [InlineData(ExitCodes.Usage, "--kind stands for a configuration", "list", "--kind", "file", "--registry", "old")]
    [InlineData(ExitCodes.Usage, "no registry is named 'odl'; did you mean 'old'", "list", "--registry", "odl")]
    [InlineData(ExitCodes.Usage, "'0' is no time", "watch", "--timeout", "0")]
    [InlineData(ExitCodes.Configuration, "'path' is empty|the path is empty", "list", "--set", "registries.old.path=")]
    [InlineData(ExitCodes.Usage, "there is no file 'nowhere', and no registry is named 'nowhere'", "diff", "old", "nowhere")]
    [InlineData(ExitCodes.Usage, "published in one registry; name it by --registry: old, new", "publish", "dubbo://127.0.0.1:1/a.B")]
    [InlineData(ExitCodes.Usage, "is no address of an instance; write protocol://host:port/service", "publish", "dubbo://127.0.0.1/a.B", "--registry", "old")]
    [InlineData(ExitCodes.Usage, "'verzion' is no part of a service's name", "publish", "dubbo://127.0.0.1:1/a.B?verzion=1", "--registry", "old")]
    [InlineData(ExitCodes.Usage, "there is no file 'gone.yaml'", "publish", "gone.yaml", "--registry", "old")]
    [InlineData(ExitCodes.Refused, "registry old does not take dubbo://127.0.0.1:1 a.B: ", "publish", "dubbo://127.0.0.1:1/a.B", "--registry", "old")]
    public async Task Invoke_WhatIsWrong_IsTold(int code, string told, params string[] args)
    {
        WriteConfiguration();

        Assert.Equal(code, await Invoke(["registry", .. args]));

        Assert.Contains(told.Split('|'), t => _error.ToString().Contains(t, StringComparison.Ordinal));
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task Diff_OfTwoRegistries_TellsEachDifferenceAndEndsWith9()
    {
        WriteConfiguration();

        Assert.Equal(ExitCodes.Differs, await Invoke("registry", "diff", "old", "new"));

        Assert.Equal(
            """
            - dubbo://10.0.0.1:20880 blue/com.acme.OrderService:1.0.0
            + dubbo://10.0.0.3:20880 blue/com.acme.OrderService:1.0.0 zone=west
            ~ dubbo://10.0.0.2:20880 blue/com.acme.OrderService:1.0.0 zone east → west; metadata.path (none) → /v2
            1 only in old, 1 only in new, 1 differ, 0 the same

            """,
            _output.ToString());
    }

    [Fact]
    public async Task Diff_WhatIsIgnored_DoesNotCount()
    {
        WriteConfiguration();
        _folder.Write("new.yaml", Orders.Replace("zone: east", "zone: west, metadata: { path: /v2 }", StringComparison.Ordinal));

        Assert.Equal(ExitCodes.Ok, await Invoke("registry", "diff", "old", "new", "--ignore", "zone", "--ignore", "metadata"));

        Assert.Equal("0 only in old, 0 only in new, 0 differ, 2 the same\n", _output.ToString());
    }

    [Fact]
    public async Task Diff_WithWhatWasSaved_FindsWhatChangedSince()
    {
        WriteConfiguration();
        Assert.Equal(ExitCodes.Ok, await Invoke("registry", "list", "--output", "json"));
        _folder.Write("saved.json", _output.ToString());

        Assert.Equal(ExitCodes.Ok, await Invoke("registry", "diff", "saved.json#old", "old"));

        _folder.Write("old.yaml", Orders.Replace("weight: 50", "weight: 70", StringComparison.Ordinal));
        var after = _output.ToString().Length;
        Assert.Equal(ExitCodes.Differs, await Invoke("registry", "diff", "saved.json#old", "old", "--output", "json"));

        using var json = JsonDocument.Parse(_output.ToString()[after..]);
        var field = json.RootElement.GetProperty("differing")[0].GetProperty("fields")[0];
        Assert.Equal(("weight", "50", "70"), (field.GetProperty("name").GetString(), field.GetProperty("old").GetString(), field.GetProperty("new").GetString()));
        Assert.Equal(1, json.RootElement.GetProperty("same").GetInt32());
    }

    [Theory]
    [InlineData("{}", "it has no registries")]
    [InlineData("[1]", "it is no list of registries: line 1")]
    [InlineData("{\"registries\":[{\"name\":\"a\"},{\"name\":\"b\"}]}", "it has several registries; name one as file#name: a, b")]
    [InlineData("{\"registries\":[null]}", "it has several registries")]
    [InlineData("{\"registries\":[{\"services\":[null,{\"name\":\"s\",\"instances\":[null,{\"address\":\"x\",\"protocol\":\"bolt\"}]}]}]}", "services[1].instances[1]: 'x' is no host and port")]
    [InlineData("{\"registries\":[{\"services\":[{\"instances\":[{\"address\":\"h:1\",\"protocol\":\"bolt\",\"health\":\"fine\"}]}]}]}", "services[0].instances[0]: 'fine' is no health")]
    public async Task Diff_WithAFileThatIsNone_TellsWhere(string text, string told)
    {
        WriteConfiguration();
        _folder.Write("saved.json", text);

        Assert.Equal(ExitCodes.Usage, await Invoke("registry", "diff", "saved.json", "old"));

        Assert.Contains(told, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_OfARegistry_TellsWhatIsThereAndEachChange()
    {
        WriteConfiguration();
        var watching = Invoke("registry", "watch", "--registry", "old");
        await _output.UntilAsync("+ old dubbo://10.0.0.2:20880 blue/com.acme.OrderService:1.0.0 zone=east application=orders\n");

        _folder.Write("old.yaml", Orders.Replace("weight: 50", "weight: 70", StringComparison.Ordinal));
        await _output.UntilAsync("~ old dubbo://10.0.0.1:20880 blue/com.acme.OrderService:1.0.0 weight 50 → 70\n");

        _folder.Write("old.yaml", "services: []\n");
        await _output.UntilAsync("- old dubbo://10.0.0.2:20880 blue/com.acme.OrderService:1.0.0\n");

        _stop.Raise();
        Assert.Equal(ExitCodes.Ok, await watching);
        Assert.Equal(5, _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Watch_NobodyReads_Ends()
    {
        WriteConfiguration();
        using var closed = new CancellationTokenSource();
        var watching = BridgeMeshCommand.InvokeAsync(
            ["registry", "watch", "--output", "json"],
            new CommandSurroundings(_output, _error, _folder.Path) { OutputClosed = () => closed.Token },
            _stop);
        await _output.UntilAsync("\"change\":\"added\",\"registry\":\"new\"");

        await closed.CancelAsync();

        Assert.Equal(ExitCodes.Ok, await watching);
    }

    [Fact]
    public async Task Publish_IntoARegistry_IsThereUntilTold()
    {
        var server = await EurekaServerAsync();
        await using var _ = server.Adapter;
        var publishing = Invoke(
            "registry", "publish", "http://127.0.0.1:18181/order-service?version=2.0", "--kind", "eureka", "--set", $"servers={server.Url}",
            "--set", "fetchIntervalMs=100", "--metadata", "path=/v1");
        await _output.UntilAsync("+ eureka http://127.0.0.1:18181 order-service:2.0 published\n");

        using var lister = new AwaitedWriter();
        string[] list = ["registry", "list", "--kind", "eureka", "--set", $"servers={server.Url}", "-v"];
        using var otherStop = new StopSignal();
        Assert.Equal(ExitCodes.Ok, await BridgeMeshCommand.InvokeAsync(list, new CommandSurroundings(lister, _error, _folder.Path), otherStop));
        Assert.Contains("order-service  2.0      http      127.0.0.1:18181  up      100", lister.ToString(), StringComparison.Ordinal);
        Assert.Contains("metadata.path=/v1", lister.ToString(), StringComparison.Ordinal);

        _stop.Raise();
        Assert.Equal(ExitCodes.Ok, await publishing);
        Assert.EndsWith("- eureka http://127.0.0.1:18181 order-service:2.0 withdrawn\n", _output.ToString(), StringComparison.Ordinal);
        using var after = new AwaitedWriter();
        Assert.Equal(ExitCodes.Ok, await BridgeMeshCommand.InvokeAsync(list, new CommandSurroundings(after, _error, _folder.Path), otherStop));
        Assert.StartsWith("registry eureka (eureka): 0 services, 0 instances\n", after.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_OfAServicesFile_PublishesAllOfIt()
    {
        var server = await EurekaServerAsync();
        await using var _ = server.Adapter;
        _folder.Write("mine.yaml", """
            services:
              - name: a
                instances: [{ address: 127.0.0.1:18181, protocol: http }, { address: 127.0.0.1:18182, protocol: http }]
            """);
        var publishing = Invoke(
            "registry", "publish", "mine.yaml", "--kind", "eureka", "--set", $"servers={server.Url}", "--set", "fetchIntervalMs=100", "--output", "json");
        await _output.UntilAsync("\"address\":\"127.0.0.1:18182\"");

        _stop.Raise();
        Assert.Equal(ExitCodes.Ok, await publishing);
        var changes = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l =>
        {
            using var line = JsonDocument.Parse(l);
            return line.RootElement.GetProperty("change").GetString();
        });
        Assert.Equal(["published", "published", "withdrawn", "withdrawn"], changes);
    }

    [Fact]
    public async Task List_OfAnEmbeddedServer_AsksTheOneThatRuns()
    {
        var server = await EurekaServerAsync();
        await using var _ = server.Adapter;
        _folder.Write("bridgemesh.yaml", $$"""
            registries:
              - { name: own, kind: eureka-server, address: "127.0.0.1:{{server.Port}}", username: "a b", password: "c,d@e" }
            """);

        Assert.Equal(ExitCodes.Ok, await Invoke("registry", "list"));

        Assert.Equal("registry own (eureka-server): 0 services, 0 instances\n\n", _output.ToString());
    }

    private void WriteConfiguration()
    {
        _folder.Write("old.yaml", Orders);
        _folder.Write("new.yaml", """
            services:
              - name: com.acme.OrderService
                version: 1.0.0
                group: blue
                instances:
                  - { address: 10.0.0.2:20880, protocol: dubbo, zone: west, application: orders, methods: [place, get], metadata: { path: /v2 } }
                  - { address: 10.0.0.3:20880, protocol: dubbo, zone: west }
            """);
        _folder.Write("bridgemesh.yaml", """
            registries:
              - { name: old, kind: file, path: old.yaml }
              - { name: new, kind: file, path: new.yaml }
            """);
    }

    private Task<int> Invoke(params string[] args) => BridgeMeshCommand.InvokeAsync(args, new CommandSurroundings(_output, _error, _folder.Path), _stop);

    /// <summary>The server that the gateway embeds, once it answers.</summary>
    private static async Task<(BridgeMesh.Registries.IRegistryAdapter Adapter, string Url, int Port)> EurekaServerAsync()
    {
        var catalog = new PluginCatalog();
        BuiltInPlugins.Register(catalog);
        var port = FreePort();
        var settings = new Dictionary<string, string> { ["address"] = $"127.0.0.1:{port}", ["username"] = "a b", ["password"] = "c,d@e" };
        var adapter = catalog.Registries["eureka-server"].Create(new RegistrySettings("own", ".", settings, TimeProvider.System));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var _ in adapter.WatchCatalogAsync(limit.Token))
        {
            break;
        }

        return (adapter, $"http://a%20b:c%2Cd%40e@127.0.0.1:{port}/eureka", port);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
