using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Codecs.Http;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Facades;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Eureka;
using BridgeMesh.Registries.File;
using BridgeMesh.Testing.Network;
using BridgeMesh.Testing.Registries;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Crossing.Facades;

/// <summary>Each side finds the other in its own registry and calls it there, with no address that anybody gave it.</summary>
public sealed class TwoPlanesTests : IDisposable
{
    private const string Contract = """
        services:
          com.acme.OrderService:
            methods:
              find: { parameters: { id: string }, returns: string, http: { verb: GET, path: "/orders/{id}" } }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("planes").FullName;
    private readonly Dictionary<string, MemoryRegistry> _memory = new() { ["zk"] = new() };
    private readonly PluginCatalog _plugins = new();
    private readonly int _eureka = LoopbackPorts.Free();

    public TwoPlanesTests()
    {
        IBridgePlugin[] plugins = [new DubboPlugin(), new HttpPlugin(), new EurekaPlugin(), new FileRegistryPlugin(), new Memory(_memory)];
        foreach (var plugin in plugins)
        {
            _plugins.Add(plugin);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // By its paths at the listener that all share.
    public async Task SpringCaller_DubboServiceOfAServicesFile_IsFoundInEurekaAndCalled(bool hasPorts)
    {
        await using var callee = new FramedCallee(_plugins.FrameCodecs["dubbo"], static e => e.Reply.AddString($"{e.Method} {e.Request.Text(0)}"), []);
        var services = Path.Combine(_folder, "services.yaml");
        await File.WriteAllTextAsync(
            services,
            $"services: [{{ name: com.acme.OrderService, version: 1.0.0, instances: [{{ address: '127.0.0.1:{callee.Port}', protocol: dubbo }}] }}]\n");
        var port = LoopbackPorts.Free();
        var rule = new FacadeModel
        {
            Name = "orders",
            From = "legacy",
            To = "mesh",
            Match = new ServiceMatch("com.acme.OrderService"),
            As = new ServiceRewrite("order-service"),
            Places = [new FacadePlace("cloud", "http")],
            Ports = hasPorts ? new PortRange(port, port) : null,
            WithdrawAfterMs = 0,
        };
        await using var runtime = await StartAsync(rule, Registry("local", "file", ("path", services)));
        using var client = new HttpClient();

        var (host, found) = await FindAsync(client, "order-service");
        var answer = await client.GetStringAsync(new Uri($"http://{host}:{found}/orders/A-1"));

        Assert.Equal(("127.0.0.1", hasPorts ? port : runtime.Ports["http"]), (host, found));
        Assert.Contains("find A-1", answer, StringComparison.Ordinal);
        await File.WriteAllTextAsync(services, "services: []\n");
        await UntilAsync(async () => await client.GetAsync(Application("order-service")) is { StatusCode: HttpStatusCode.NotFound });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync(new Uri($"http://{host}:{found}/orders/A-1"))).StatusCode);
    }

    [Fact]
    public async Task DubboConsumer_SpringApplicationInEureka_IsFoundUnderItsInterfaceAndCalled()
    {
        await using var callee = new HttpCallee(static _ => new HttpAnswer(200, "\"from spring\""));
        var rule = new FacadeModel
        {
            Name = "orders",
            From = "mesh",
            To = "legacy",
            Match = new ServiceMatch("order-service"),
            As = new ServiceRewrite("com.acme.OrderService", "1.0.0", "blue"),
            Places = [new FacadePlace("zk", "dubbo")],
            WithdrawAfterMs = 0,
        };
        await using var runtime = await StartAsync(rule, Registry("zk", "memory"));
        using var client = new HttpClient();
        await RegisterAsync(client, "order-service", callee.Port);

        await _memory["zk"].UntilAsync(static all => !all.IsEmpty);
        var facade = _memory["zk"].Instances[0];
        var seen = await FramedClient.CallAsync(_plugins.FrameCodecs["dubbo"], facade.Port, e =>
        {
            e.Service = facade.Service;
            e.CalleeService = facade.Service;
            e.Method = "find";
            e.Signature = JavaSignature.OfTypeNames(["java.lang.String"]);
            e.Request.AddString("A-1");
        });

        Assert.Equal(new ServiceKey("com.acme.OrderService", "1.0.0", "blue"), facade.Service);
        Assert.Equal(["hessian2"], facade.Serializations.AsEnumerable());
        Assert.Equal(["find"], facade.Methods.AsEnumerable());
        Assert.Equal((ExchangeStatus.Ok, "from spring"), (seen.Status, seen.Reply.Text(0)));
        await client.DeleteAsync(new Uri($"{Application("order-service")}/here"));
        await _memory["zk"].UntilAsync(static all => all.IsEmpty);
    }

    private static RegistryModel Registry(string name, string kind, params (string Key, string Value)[] settings) =>
        new(name, kind, settings.ToImmutableDictionary(static s => s.Key, static s => s.Value));

    private async Task<GatewayRuntime> StartAsync(FacadeModel rule, RegistryModel legacy)
    {
        var loaded = ContractLoader.LoadTexts(("contract.yaml", Contract));
        Assert.Empty(loaded.Problems);
        var zones = ImmutableDictionary<string, ZoneModel>.Empty
            .Add("legacy", new ZoneModel("legacy", [legacy.Name], null)).Add("mesh", new ZoneModel("mesh", ["cloud"], null));
        var none = ImmutableDictionary<string, string>.Empty;
        var model = new GatewayModel
        {
            Id = "gw",
            Listeners = [.. new[] { "dubbo", "http" }.Select(p => new ListenerModel(p, p, "127.0.0.1", 0, FrameLimits.Default, none))],
            Registries = [legacy, Registry("cloud", "eureka-server", ("address", $"127.0.0.1:{_eureka}"))],
            Routes = FacadeNames.Join([new RouteModel { Name = "all" }], [rule], zones),
            Contracts = loaded.Contracts,
            Zones = zones,
            Facades = [rule],
        };
        var runtime = new GatewayRuntime(_plugins, model, _folder, TimeProvider.System, NullLoggerFactory.Instance);
        await runtime.StartAsync(CancellationToken.None);
        return runtime;
    }

    private Uri Application(string name) => new($"http://127.0.0.1:{_eureka}/eureka/apps/{name.ToUpperInvariant()}");

    /// <summary>As a Spring client does it: the instances of a name, as JSON.</summary>
    private async Task<(string Host, int Port)> FindAsync(HttpClient client, string name)
    {
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        await UntilAsync(async () => await client.GetAsync(Application(name)) is { IsSuccessStatusCode: true });
        var found = JsonDocument.Parse(await client.GetStringAsync(Application(name))).RootElement.GetProperty("application").GetProperty("instance");
        var instance = Assert.Single(found.EnumerateArray().ToArray());
        Assert.Equal("UP", instance.GetProperty("status").GetString());
        return (instance.GetProperty("hostName").GetString() ?? string.Empty, instance.GetProperty("port").GetProperty("$").GetInt32());
    }

    private async Task RegisterAsync(HttpClient client, string name, int port)
    {
        var registration = $$$"""
            {"instance":{"instanceId":"here","hostName":"127.0.0.1","app":"{{{name.ToUpperInvariant()}}}","ipAddr":"127.0.0.1","status":"UP",
            "port":{"$":{{{port}}},"@enabled":"true"},"vipAddress":"{{{name}}}",
            "dataCenterInfo":{"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo","name":"MyOwn"} } }
            """;
        using var content = new StringContent(registration, Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync(Application(name), content)).StatusCode);
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await isSo())
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private sealed class Memory(IReadOnlyDictionary<string, MemoryRegistry> registries) : IBridgePlugin
    {
        public int ContractVersion => PluginContract.Version;

        public void Configure(IPluginBuilder builder) => builder.AddRegistry(new MemoryRegistryFactory(registries, ["dubbo"]));
    }
}
