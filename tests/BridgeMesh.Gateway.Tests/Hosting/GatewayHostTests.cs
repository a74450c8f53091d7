using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Hosting;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Gateway.Tests.Hosting;

public sealed class GatewayHostTests : IDisposable
{
    private const string Config = """
        listeners: [{ name: probe, protocol: probe, address: "127.0.0.1:0" }]
        admin: { address: "127.0.0.1:0" }
        contracts: []

        """;

    private readonly TempFolder _folder = new();
    private readonly RecordedLogs _logs = new();
    private readonly StopSignal _stop = new();
    private readonly SeveritySwitch _severity = new(LogSeverity.Information);

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task Start_Good_IsAliveReadyAndTellsItsStatus()
    {
        _folder.Write("services.yaml", "services: [{name: orders, version: '1.0', instances: [{address: 'h:1', protocol: bolt}]}]\n");
        await using var host = Create(Config);
        await host.StartAsync(CancellationToken.None);

        Assert.True((await GetAsync(host, "healthz")).Body.GetProperty("alive").GetBoolean());
        var (readyStatus, ready) = await GetAsync(host, "readyz");
        Assert.Equal((HttpStatusCode.OK, true), (readyStatus, ready.GetProperty("ready").GetBoolean()));

        var (_, status) = await GetAsync(host, "status");
        var gateway = status.GetProperty("gateway");
        Assert.Equal(host.Ports["probe"], gateway.GetProperty("listeners")[0].GetProperty("port").GetInt32());
        Assert.Equal("all", gateway.GetProperty("routes")[0].GetString());
        var service = gateway.GetProperty("services")[0];
        Assert.Equal("orders:1.0", service.GetProperty("service").GetString());
        Assert.Equal("bolt://h:1", service.GetProperty("instances")[0].GetString());
        Assert.Equal("bridgemesh.yaml", status.GetProperty("configuration").GetProperty("source").GetString());
        Assert.DoesNotContain(_logs.Entries, e => e.Level >= LogLevel.Error);
    }

    [Theory]
    [InlineData("GET", "nothing", HttpStatusCode.NotFound)]
    [InlineData("POST", "healthz", HttpStatusCode.MethodNotAllowed)]
    [InlineData("HEAD", "healthz", HttpStatusCode.OK)]
    public async Task Admin_OtherRequests_AreAnswered(string method, string path, HttpStatusCode status)
    {
        await using var host = Create(Config);
        await host.StartAsync(CancellationToken.None);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://127.0.0.1:{host.AdminPort}/{path}");

        using var response = await client.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Start_ListenersPortTaken_NamesTheListener()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var host = Create(Config.Replace("\"127.0.0.1:0\" }]", $"\"127.0.0.1:{port}\" }}]", StringComparison.Ordinal));

        var failure = await Assert.ThrowsAsync<IOException>(() => host.StartAsync(CancellationToken.None));

        Assert.Contains("probe", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AdminPortTaken_Throws()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var config = Config.Replace("admin: { address: \"127.0.0.1:0", $"admin: {{ address: \"127.0.0.1:{port}", StringComparison.Ordinal);
        await using var host = Create(config);

        await Assert.ThrowsAsync<IOException>(() => host.StartAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Run_ToldToStop_IsNotReadyWhileItDrainsAndThenEnds()
    {
        var mayStop = new TaskCompletionSource();
        await using var host = Create(Config, new FakePlugin { MayStop = mayStop.Task });
        await host.StartAsync(CancellationToken.None);
        var running = host.RunAsync(_stop);

        _stop.Raise();
        await _logs.UntilAsync(text => text.StartsWith("Stopping", StringComparison.Ordinal));
        var (status, body) = await GetAsync(host, "readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("the gateway is stopping", body.GetProperty("missing")[0].GetString());
        Assert.False(running.IsCompleted);

        mayStop.SetResult();
        await running.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains(_logs.Entries, e => e.Text == "Stopped");
    }

    [Fact]
    public async Task Run_ToldToStopTwice_EndsAtOnce()
    {
        var never = new TaskCompletionSource();
        await using var host = Create(Config + "drainMs: 600000\n", new FakePlugin { MayStop = never.Task });
        await host.StartAsync(CancellationToken.None);
        var running = host.RunAsync(_stop);

        _stop.Raise();
        _stop.Raise();

        await running.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Run_DrainTakesTooLong_EndsAfterItsGrace()
    {
        var never = new TaskCompletionSource();
        await using var host = Create(Config + "drainMs: 1\n", new FakePlugin { MayStop = never.Task });
        await host.StartAsync(CancellationToken.None);

        _stop.Raise();

        await host.RunAsync(_stop).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Reload_GoodRoutes_AreInForceAtOnce()
    {
        await using var host = Create(Config);
        await host.StartAsync(CancellationToken.None);

        _folder.Write("bridgemesh.yaml", Config + "routes: [{name: first}, {name: second}]\nlogging: {level: debug}\n");
        await _logs.UntilAsync(text => text.StartsWith("The changed configuration is in force", StringComparison.Ordinal));

        var (_, status) = await GetAsync(host, "status");
        Assert.Equal(["first", "second"], status.GetProperty("gateway").GetProperty("routes").EnumerateArray().Select(r => r.GetString()));
        Assert.Equal(0, status.GetProperty("configuration").GetProperty("problems").GetArrayLength());
    }

    [Fact]
    public async Task Reload_Problems_KeepTheLastGoodAndAreTold()
    {
        await using var host = Create(Config);
        await host.StartAsync(CancellationToken.None);

        _folder.Write("bridgemesh.yaml", Config + "routes: [{name: first, timeoutMs: 0}]\nrotues: []\n");
        await _logs.UntilAsync(text => text == "The changed configuration has 2 problems; the last good one stays in force");

        Assert.Contains(_logs.Entries, e => e == (LogLevel.Error, "bridgemesh.yaml:5:1: unknown key 'rotues'; did you mean 'routes'?"));
        var (_, status) = await GetAsync(host, "status");
        Assert.Equal("all", status.GetProperty("gateway").GetProperty("routes")[0].GetString());
        Assert.Equal(4, status.GetProperty("configuration").GetProperty("problems")[0].GetProperty("line").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(host, "readyz")).Status);

        _folder.Write("bridgemesh.yaml", Config + "routes: [{name: mended}]\n");
        await _logs.UntilAsync(text => text.StartsWith("The changed configuration is in force", StringComparison.Ordinal));
        Assert.Equal(0, (await GetAsync(host, "status")).Body.GetProperty("configuration").GetProperty("problems").GetArrayLength());
    }

    [Fact]
    public async Task Reload_ContractComesChangesAndBreaks_IsFollowed()
    {
        const string Contract = "services: { com.acme.Echo: { methods: { say: { parameters: { text: string }, returns: string } } } }\n";
        var config = Config.Replace("contracts: []", "contracts: ['c/*.yaml']", StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.File("c"));
        await using var host = Create(config);
        await host.StartAsync(CancellationToken.None);

        _folder.Write("c/echo.yaml", Contract);
        await _logs.UntilAsync(text => text == "The changed configuration is in force: 1 routes, 1 contracts");
        var (_, status) = await GetAsync(host, "status");
        Assert.Equal("com.acme.Echo", status.GetProperty("gateway").GetProperty("contracts")[0].GetString());

        _folder.Write("c/echo.yaml", Contract.Replace("returns: string", "returns: strnig", StringComparison.Ordinal));
        var problem = await _logs.UntilAsync(text => text.StartsWith("c/echo.yaml:1:", StringComparison.Ordinal));
        Assert.Contains("strnig", problem, StringComparison.Ordinal);
        (_, status) = await GetAsync(host, "status");
        Assert.Equal(1, status.GetProperty("gateway").GetProperty("contracts").GetArrayLength());
    }

    [Fact]
    public async Task Reload_PartsThatNeedARestart_AreNamedAndTheRestIsInForce()
    {
        await using var host = Create(Config);
        await host.StartAsync(CancellationToken.None);

        var changed = Config.Replace("admin: { address", "admin: { enabled: true, address", StringComparison.Ordinal)
            .Replace("\"127.0.0.1:0\" }\ncontracts", "\"127.0.0.2:0\" }\ncontracts", StringComparison.Ordinal);
        _folder.Write("bridgemesh.yaml", changed + "id: another\ntransport: reactor\n");

        var entry = await _logs.UntilAsync(text => text.StartsWith("Changed, but in force only after a restart", StringComparison.Ordinal));
        Assert.Equal("Changed, but in force only after a restart: admin, transport", entry);
        var (_, status) = await GetAsync(host, "status");
        Assert.Equal("another", status.GetProperty("gateway").GetProperty("id").GetString());
        Assert.Equal("admin", status.GetProperty("configuration").GetProperty("needRestart")[0].GetString());
    }

    [Fact]
    public async Task Reload_ListenersAndRegistriesChange_AreInForceAtOnce()
    {
        _folder.Write("services.yaml", "services: [{name: orders, instances: [{address: 'h:1', protocol: bolt}]}]\n");
        _folder.Write("others.yaml", "services: [{name: stock, instances: [{address: 'h:2', protocol: bolt}]}]\n");
        await using var host = Create(Config);
        await host.StartAsync(CancellationToken.None);

        _folder.Write("bridgemesh.yaml", Config.Replace("name: probe", "name: other", StringComparison.Ordinal)
            + "registries: [{name: services, kind: file, path: others.yaml}]\nupstream: {connectTimeoutMs: 77}\n");
        await _logs.UntilAsync(text => text.StartsWith("The changed configuration is in force", StringComparison.Ordinal));

        Assert.Equal(["other"], host.Ports.Keys);
        var (_, status) = await GetAsync(host, "status");
        Assert.Equal("stock", Assert.Single(status.GetProperty("gateway").GetProperty("services").EnumerateArray()).GetProperty("service").GetString());
        Assert.Empty(status.GetProperty("configuration").GetProperty("needRestart").EnumerateArray());
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(host, "readyz")).Status);
    }

    [Fact]
    public async Task Reload_PortTaken_KeepsTheLastGoodAndSaysSoInTheStatus()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var host = Create(Config);
        await host.StartAsync(CancellationToken.None);

        var changed = Config.Replace("listeners: [", $"listeners: [{{ name: more, protocol: probe, address: '127.0.0.1:{port}' }}, ", StringComparison.Ordinal);
        _folder.Write("bridgemesh.yaml", changed + "routes: [{name: first}]\n");
        await _logs.UntilAsync(text => text == "The changed configuration has 1 problems; the last good one stays in force");

        var (_, status) = await GetAsync(host, "status");
        var problem = status.GetProperty("configuration").GetProperty("problems")[0].GetProperty("message").GetString();
        Assert.Contains("listener more", problem, StringComparison.Ordinal);
        Assert.Equal("all", status.GetProperty("gateway").GetProperty("routes")[0].GetString());

        // The operator frees the port and asks again, without an edit.
        taken.Stop();
        host.RequestReload();
        await _logs.UntilAsync(text => text.StartsWith("The changed configuration is in force", StringComparison.Ordinal));
        Assert.Equal(port, host.Ports["more"]);
        Assert.Equal("first", (await GetAsync(host, "status")).Body.GetProperty("gateway").GetProperty("routes")[0].GetString());
    }

    [Fact]
    public async Task Run_ToldToStopWithAnAnnouncement_IsNotReadyFirstAndStillListens()
    {
        await using var host = Create(Config + "drainAnnounceMs: 600000\n");
        await host.StartAsync(CancellationToken.None);
        var port = host.Ports["probe"];
        var running = host.RunAsync(_stop);

        _stop.Raise();
        await _logs.UntilAsync(text => text.StartsWith("Told to stop", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(host, "readyz")).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(host, "healthz")).Status);
        using (var caller = new TcpClient())
        {
            await caller.ConnectAsync(IPAddress.Loopback, port);
        }

        Assert.DoesNotContain(_logs.Entries, e => e.Text.StartsWith("Stopping", StringComparison.Ordinal));
        _stop.Raise();
        await running.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private GatewayHost Create(string config, FakePlugin? fake = null)
    {
        _folder.Write("bridgemesh.yaml", config);
        var outcome = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path), FakePlugin.Set(fake));
        Assert.Empty(outcome.Problems);
        Assert.NotNull(outcome.Reading);
        Assert.NotNull(outcome.Plugins);
        Assert.NotNull(outcome.Model);
        return new GatewayHost(outcome.Reading, outcome.Plugins, outcome.Model, _severity, TimeProvider.System, _logs);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(GatewayHost host, string path)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{host.AdminPort}/{path}"));
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return (response.StatusCode, json.RootElement.Clone());
    }
}
