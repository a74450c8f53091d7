using BridgeMesh.Core.Model;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Wire;

namespace BridgeMesh.Gateway.Tests.Configuration;

public sealed class ConfigLoaderTests : IDisposable
{
    private const string Probe = "listeners: [{name: probe, protocol: probe, address: '127.0.0.1:0'}]\n";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OnlyListeners_TakesTheRestFromTheBuiltInConfiguration()
    {
        var model = Good(Probe);

        Assert.Equal("probe", Assert.Single(model.Listeners).Name);
        Assert.Equal(("services", "file"), (model.Registries.Single().Name, model.Registries.Single().Kind));
        Assert.Equal("services.yaml", model.Registries.Single().Settings["path"]);
        var route = Assert.Single(model.Routes);
        Assert.Equal(("all", 3_000, 600_000), (route.Name, route.TimeoutMs, route.MaxTimeoutMs));
        Assert.Null(route.Match.Interface);
        Assert.Equal(FrameLimits.Default, model.Listeners[0].Limits);
        Assert.Equal(FrameLimits.Default, model.Upstream.Limits);
        Assert.Matches("^[A-Za-z0-9.-]{1,64}$", model.Id);
    }

    [Fact]
    public void Load_EverythingWritten_IsInTheModel()
    {
        var model = Good("""
            id: edge-1
            listeners:
              - name: a
                protocol: probe
                address: 0.0.0.0:7001
                maxConnections: 10
                limits: { maxFrameBytes: 2048, maxMetadataBytes: 1024, maxInFlight: 3 }
                tls: { cert: c.pem, protocols: [a, b] }
            registries:
              - { name: one, kind: file, path: one.yaml }
              - { name: two, kind: file, path: two.yaml }
            routes:
              - name: r
                match: { service: com.acme.*, version: "", group: g, uniqueId: u, methods: [get, put] }
                registries: [two, one]
                rewrite: { service: com.acme.New, version: "2", group: "", uniqueId: x }
                timeoutMs: 5
                maxTimeoutMs: 6
            upstream: { connectTimeoutMs: 1, connectionsPerInstance: 2, reconnectMs: 3, maxReconnectMs: 4, limits: { maxInFlight: 9 } }
            drainMs: 0
            """);

        Assert.Equal("edge-1", model.Id);
        var listener = Assert.Single(model.Listeners);
        Assert.Equal(("a", "probe", "0.0.0.0", 7001), (listener.Name, listener.Protocol, listener.Host, listener.Port));
        Assert.Equal(new FrameLimits(2048, 1024, 3), listener.Limits);
        Assert.Equal(
            ["maxConnections=10", "tls.cert=c.pem", "tls.protocols=a,b"],
            listener.Settings.Select(s => $"{s.Key}={s.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(["one", "two"], model.Registries.Select(r => r.Name));
        var route = Assert.Single(model.Routes);
        Assert.Equal(("com.acme.*", "", "g", "u"), (route.Match.Interface, route.Match.Version, route.Match.Group, route.Match.UniqueId));
        Assert.Equal("get put", string.Join(' ', route.Match.Methods));
        Assert.Equal("two one", string.Join(' ', route.Registries));
        Assert.Equal(new ServiceRewrite("com.acme.New", "2", "", "x"), route.Rewrite);
        Assert.Equal((5, 6), (route.TimeoutMs, route.MaxTimeoutMs));
        Assert.Equal(
            new UpstreamModel
            {
                ConnectTimeoutMs = 1,
                ConnectionsPerInstance = 2,
                ReconnectMs = 3,
                MaxReconnectMs = 4,
                Limits = FrameLimits.Default with { MaxInFlight = 9 },
            },
            model.Upstream);
    }

    [Fact]
    public void Load_ManyMistakes_TellsAllAtOnceInOrder()
    {
        const string Config = """
            id: "a b"
            listeners:
              - name: one
                protocol: prope
                adress: 127.0.0.1:1
                limits: { maxFrameBytes: 12, maxMetadataBytes: x }
              - name: one
                protocol: probe
                address: 127.0.0.1:7070
              - name: three
                protocol: probe
                address: 0.0.0.0:7070
              - just text
            registries:
              - { name: zk, kind: fil }
              - { name: files, kind: file, paht: x.yaml }
            routes:
              - match: { service: "a*b" }
                registries: [fils]
                protocol: dobbu
                timeoutMs: 5000
                maxTimeoutMs: 1000
            contracts: [missing.yaml, none/*.yaml]
            upstream: { reconnectMs: 100, maxReconnectMs: 50 }
            admin: 127.0.0.1:1
            logging: { level: infomation }
            logging: { level: debug }
            listenres: []
            """;

        var outcome = Load(Config);

        Assert.Null(outcome.Model);
        Assert.Equal(
            """
            1:5 'id' is 'a b'; write 1 to 64 letters, digits, dashes and dots
            3:5 'listeners[0]' has no 'address'; add 'address:'
            4:15 unknown protocol 'prope'; did you mean 'probe'?
            5:5 unknown key 'listeners[0].adress'; did you mean 'address'?
            6:30 'listeners[0].limits.maxFrameBytes' is '12'; write a whole number from 1024 to 1073741824
            6:52 'listeners[0].limits.maxMetadataBytes' is 'x'; write a whole number from 1024 to 16777216
            7:11 the name 'one' is taken (bridgemesh.yaml:3); give one of them another name
            12:14 the port is that of 'listeners[1].address' (bridgemesh.yaml:9); give one of them another port
            13:5 'listeners[3]' is 'just text'; write a map of keys and values
            15:23 unknown kind of registry 'fil'; did you mean 'file'?
            16:38 a registry of kind 'file' has no setting 'paht'; did you mean 'path'?
            18:5 'routes[0]' has no 'name'; add 'name:'
            18:23 'routes[0].match.service' is 'a*b'; write a service's name, or a prefix that ends in '*'
            19:18 no registry is named 'fils'; did you mean 'files'?
            20:15 unknown protocol 'dobbu'; CURE
            21:16 timeoutMs 5000 exceeds maxTimeoutMs 1000; raise maxTimeoutMs or lower timeoutMs
            23:13 there is no contract file 'missing.yaml'; create it or correct its path
            24:26 reconnectMs 100 exceeds maxReconnectMs 50; raise maxReconnectMs or lower reconnectMs
            25:8 'admin' is '127.0.0.1:1'; write a map of keys and values
            26:19 'logging.level' is 'infomation'; did you mean 'information'?
            27:1 the key 'logging' is here a second time; keep this one or the one at line 26
            28:1 unknown key 'listenres'; did you mean 'listeners'?
            """,
            string.Join('\n', outcome.Problems.Select(p => $"{p.Line}:{p.Column} {p.Message}; {(p.Line == 20 ? "CURE" : p.Cure)}")));
        Assert.All(outcome.Problems, p => Assert.Equal("bridgemesh.yaml", p.File));
    }

    [Theory]
    [InlineData("listeners: []\n", "there is no listener, so nobody could call")]
    [InlineData(Probe + "registries: []\n", "there is no registry, so no callee could be found")]
    [InlineData(Probe + "routes: []\n", "there is no route, so no call could go anywhere")]
    [InlineData(Probe + "routes:\n", "'routes' is nothing")]
    [InlineData(Probe + "admin: {address: localhost:1}\n", "'localhost' is no IP address")]
    [InlineData(Probe + "upstream: {limits: {maxFrameBytes: 2000}}\n", "maxMetadataBytes 65536 exceeds maxFrameBytes 2000")]
    [InlineData(Probe + "plugins: {path: nowhere}\n", "the plugin folder does not exist")]
    [InlineData("- a\n", "the file is a list")]
    [InlineData("a: [\n", "not valid YAML: ")]
    public void Load_OneMistake_TellsIt(string config, string message)
    {
        var plugins = config.Contains("plugins:", StringComparison.Ordinal) ? null : FakePlugin.Set();
        _folder.Write("bridgemesh.yaml", config);

        var problems = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path), plugins).Problems;

        Assert.Contains(problems, p => p.Message.StartsWith(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_NamedFileMissing_TellsIt()
    {
        var outcome = ConfigLoader.Load(ConfigSource.Of("gone.yaml", [], _folder.Path));

        Assert.Equal("gone.yaml: the file does not exist; create it or correct its path", Assert.Single(outcome.Problems).ToString());
    }

    [Fact]
    public void Load_EmptyFile_IsTheBuiltInConfiguration()
    {
        _folder.Write("bridgemesh.yaml", "# nothing\n");

        var reading = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path), FakePlugin.Set()).Reading;

        Assert.Equal(["bolt", "dubbo", "http", "grpc", "triple"], reading?.Config.Listeners.Select(l => l.Name));
    }

    [Fact]
    public void Load_PluginSettingWrong_PointsToTheSetting()
    {
        var fake = new FakePlugin { SettingProblems = [new("tls.cert", "no such certificate", "name one")] };

        var problem = Assert.Single(Load(Probe.Replace("}]", ", tls: {cert: x}}]", StringComparison.Ordinal), fake).Problems);

        Assert.Equal("bridgemesh.yaml:1:80: no such certificate; name one", problem.ToString());
    }

    [Theory]
    [InlineData("http", "colour: red", "an http listener has no setting 'colour'")]
    [InlineData("http", "credentials: some", "'credentials' is 'some'")]
    [InlineData("http", "maxConnections: 0", "'listeners[0].maxConnections' is '0'")]
    [InlineData("bolt", "colour: red", "listeners of protocol 'bolt' have no setting 'colour'")]
    public void Load_BuiltInListenersSettingWrong_IsOneProblemAtItsPlace(string protocol, string setting, string message)
    {
        var problem = Assert.Single(Load($"listeners:\n- {{name: a, protocol: {protocol}, address: '127.0.0.1:1', {setting}}}\n").Problems);

        Assert.Equal(message, problem.Message);
        Assert.Equal((2, true), (problem.Line, problem.Column > 50));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("dubbo")]
    public void Load_ListenersAddressWrong_IsOneProblem(string protocol) =>
        Assert.Single(Load($"listeners: [{{name: a, protocol: {protocol}, address: 'localhost:1'}}]\n").Problems);

    [Theory]
    [InlineData("keepAliveTimeoutMs: 5000")]
    [InlineData("headTimeoutMs: 5000")]
    [InlineData("streamIdleTimeoutMs: 5000")]
    [InlineData("maxForwardedMiB: 5")]
    [InlineData("maxConnections: 5")]
    [InlineData("credentials: none")]
    [InlineData("errors: boot")]
    public void Load_HttpListenersOwnSetting_IsNotTakenForAMistypedKey(string setting)
    {
        var name = setting[..setting.IndexOf(':', StringComparison.Ordinal)];

        var model = Good($"listeners: [{{name: h, protocol: http, address: '127.0.0.1:0', {setting}}}]\n");

        Assert.Equal(setting[(name.Length + 2)..], model.Listeners[0].Settings[name]);
    }

    [Theory]
    [InlineData("maxInFlight: 5000")]
    [InlineData("wholeFrameMs: 5000")]
    [InlineData("idleCloseMs: 5000")]
    public void Load_FramedListenersBound_IsInTheModelAndRefusedForHttp(string setting)
    {
        var name = setting[..setting.IndexOf(':', StringComparison.Ordinal)];

        var model = Good($"listeners: [{{name: b, protocol: bolt, address: '127.0.0.1:0', {setting}}}]\n");
        var problem = Assert.Single(Load($"listeners: [{{name: h, protocol: http, address: '127.0.0.1:0', {setting}}}]\n").Problems);

        Assert.Equal("5000", model.Listeners[0].Settings[name]);
        Assert.Equal($"listeners of protocol 'http' have no setting '{name}'", problem.Message);
    }

    [Fact]
    public void Load_ServicesFileBroken_TellsItAtStartAndLeavesItToTheRegistryLater()
    {
        _folder.Write("bridgemesh.yaml", "registries: [{name: r, kind: file, path: s.yaml}]\n");
        _folder.Write("s.yaml", "services: [{name: a}]\n");
        var source = ConfigSource.Of(null, [], _folder.Path);

        var start = ConfigLoader.Load(source);
        var later = ConfigLoader.Load(source, FakePlugin.Set());

        Assert.Contains(start.Problems, p => p is { File: "s.yaml", Line: 1, Column: 12 });
        Assert.DoesNotContain(later.Problems, p => p.File == "s.yaml");
    }

    [Fact]
    public void Load_ContractsWithProblems_JoinTheReport()
    {
        _folder.Write("contracts/a.yaml", "services: { com.acme.Echo: { methods: { say: { returns: strnig } } } }\n");

        var problem = Assert.Single(Load(Probe).Problems);

        Assert.Equal(("contracts/a.yaml", 1), (problem.File, problem.Line));
        Assert.Contains("strnig", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Contracts_AreInTheModel()
    {
        _folder.Write("contracts/a.yaml", "services: { com.acme.Echo: { methods: { say: { returns: string } } } }\n");

        Assert.Equal("com.acme.Echo", Assert.Single(Good(Probe).Contracts).Service.Interface);
    }

    [Fact]
    public void Load_FileElsewhere_ResolvesPathsBesideIt()
    {
        _folder.Write("etc/my.yaml", Probe + "contracts: [c/none.yaml]\n");

        var outcome = ConfigLoader.Load(ConfigSource.Of("etc/my.yaml", [], _folder.Path), FakePlugin.Set());

        Assert.Equal(_folder.File("etc"), outcome.Reading?.Source.BaseDirectory);
        Assert.Equal("etc/my.yaml:2:13: there is no contract file 'c/none.yaml'; create it or correct its path",
            Assert.Single(outcome.Problems).ToString());
    }

    private GatewayModel Good(string config)
    {
        var outcome = Load(config);
        Assert.Empty(outcome.Problems);
        Assert.NotNull(outcome.Model);
        return outcome.Model;
    }

    private ConfigOutcome Load(string config, FakePlugin? fake = null)
    {
        _folder.Write("bridgemesh.yaml", config);
        return ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path), FakePlugin.Set(fake));
    }
}
