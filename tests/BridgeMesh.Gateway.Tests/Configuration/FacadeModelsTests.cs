using BridgeMesh.Core.Model;
using BridgeMesh.Gateway.Configuration;

namespace BridgeMesh.Gateway.Tests.Configuration;

public sealed class FacadeModelsTests : IDisposable
{
    /// <summary>Clients of zk call by Dubbo and Bolt, those of cloud by HTTP; nothing can be written to the file.</summary>
    private const string Ground = """
        registries:
          - { name: zk, kind: memory }
          - { name: cloud, kind: eureka-server, address: '127.0.0.1:0' }
          - { name: local, kind: file, path: services.yaml }
        zones:
          legacy: { registries: [zk], advertise: 10.1.0.5 }
          mesh: { registries: [cloud] }
          files: { registries: [local] }

        """;

    private readonly TempFolder _folder = new();

    public FacadeModelsTests() => _folder.Write("services.yaml", "services: []\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_EverythingWritten_IsInTheModel()
    {
        var model = Good("""
            state: { path: kept }
            facades:
              - name: orders
                from: mesh
                to: legacy
                match: { service: order-service, version: "1", group: g, uniqueId: u }
                as: { service: com.acme.OrderService, version: 1.0.0, group: blue, uniqueId: u1, application: orders }
                listeners: [dubbo]
                serializations: [fastjson2, hessian2]
                withdrawAfterMs: 0
            """);

        var facade = Assert.Single(model.Facades);
        Assert.Equal(("orders", "mesh", "legacy", "orders", 0), (facade.Name, facade.From, facade.To, facade.Application, facade.WithdrawAfterMs));
        Assert.Equal(new ServiceMatch("order-service", "1", "g", "u"), facade.Match);
        Assert.Equal(new ServiceRewrite("com.acme.OrderService", "1.0.0", "blue", "u1"), facade.As);
        Assert.Equal(["fastjson2", "hessian2"], facade.Serializations.AsEnumerable());
        Assert.Equal([new FacadePlace("zk", "dubbo")], facade.Places.AsEnumerable());
        Assert.Equal("10.1.0.5", model.Zones["legacy"].Advertise);
        Assert.Equal(_folder.File("kept"), model.StatePath);
        Assert.Equal(["facade-orders", "all"], model.Routes.Select(static r => r.Name));
    }

    [Fact]
    public void Load_NoListenersNamed_TakesThoseThatTheRegistrysClientsSpeak()
    {
        var model = Good("""
            facades:
              - { name: a, from: mesh, to: legacy, match: { service: a* } }
              - { name: b, from: legacy, to: mesh, match: { service: b* }, ports: 18100-18110 }
            """);

        Assert.Equal([new FacadePlace("zk", "bolt"), new FacadePlace("zk", "dubbo")], model.Facades[0].Places.AsEnumerable());
        Assert.Equal([new FacadePlace("cloud", "http")], model.Facades[1].Places.AsEnumerable());
        Assert.Equal(new PortRange(18100, 18110), model.Facades[1].Ports);
        Assert.Equal(5_000, model.Facades[0].WithdrawAfterMs);
    }

    [Fact]
    public void Load_HttpFacadeOfAServiceWhosePathsTell_NeedsNoPort()
    {
        _folder.Write("contracts/a.yaml", "services: { com.acme.Echo: { methods: { say: { returns: string, http: { verb: GET, path: /say } } } } }\n");

        var model = Good("facades: [{ name: a, from: legacy, to: mesh, match: { service: com.acme.Echo } }]");

        Assert.Equal([new FacadePlace("cloud", "http")], model.Facades[0].Places.AsEnumerable());
    }

    [Theory]
    [InlineData("from: nowhere, to: legacy, match: { service: a }", "no zone is named 'nowhere'")]
    [InlineData("from: mesh, to: legaci, match: { service: a }", "did you mean 'legacy'")]
    [InlineData("from: mesh, to: mesh, match: { service: a }, hostname: a.b", "registry 'cloud' is on both sides")]
    [InlineData("from: mesh, to: files, match: { service: a }", "no registry of zone 'files' can be written")]
    [InlineData("from: mesh, to: legacy", "names no service")]
    [InlineData("from: mesh, to: legacy, match: { service: a* }, as: { version: '1' }", "cannot all have one name")]
    [InlineData("from: legacy, to: mesh, match: { service: a* }, hostname: a.b", "a host name leads to one service")]
    [InlineData("from: mesh, to: legacy, match: { service: a }, listeners: [dubo]", "did you mean 'dubbo'")]
    [InlineData("from: mesh, to: legacy, match: { service: a }, listeners: [dubbo, http]", "clients of no registry of zone 'legacy' speak 'http'")]
    [InlineData("from: legacy, to: mesh, match: { service: a }", "do not name their service")]
    [InlineData("from: legacy, to: mesh, match: { service: a }, ports: 18100-18090", "no range of ports")]
    [InlineData("from: legacy, to: mesh, match: { service: a }, ports: 0-1", "no range of ports")]
    [InlineData("from: legacy, to: mesh, match: { service: a }, ports: 20000-30000", "no range of ports")]
    [InlineData("from: legacy, to: mesh, match: { service: a }, ports: 18000-18090", "a port of the range is that of 'listeners[2].address'")]
    [InlineData("from: legacy, to: mesh, match: { service: a }, ports: 18070", "a port of the range is that of 'admin.address'")]
    [InlineData("from: legacy, to: mesh, match: { service: a }, ports: 18100, hostname: a.b", "told apart by the ports already")]
    [InlineData("from: mesh, to: legacy, match: { service: a }, ports: 18100", "none of its listeners takes callers that a port tells apart")]
    [InlineData("from: mesh, to: legacy, match: { service: a }, hostname: a.b", "none of its listeners takes callers that a host name tells apart")]
    [InlineData("from: mesh, to: legacy, match: { service: a }, withdrawAfterMs: -1", "withdrawAfterMs")]
    [InlineData("from: legacy, to: mesh, match: { service: a }, as: { service: a/b }, ports: 18100", "without slashes")]
    [InlineData("from: mesh, to: legacy, match: { service: a }, as: { service: 'a?b' }", "without slashes")]
    public void Load_FacadeThatMakesNoSense_IsTold(string facade, string told)
    {
        var problem = Assert.Single(Load($"facades:\n  - {{ name: a, {facade} }}\n").Problems);

        Assert.Contains(told, problem.ToString(), StringComparison.Ordinal);
        Assert.Equal(("bridgemesh.yaml", 10), (problem.File, problem.Line));
    }

    [Theory]
    [InlineData("x y: { registries: [zk] }", "'x y' is no name")]
    [InlineData("x: { registries: [] }", "has no registry")]
    [InlineData("x: { registries: [zc] }", "did you mean 'zk'")]
    [InlineData("x: { registries: [zk], advertise: 0.0.0.0 }", "nobody can reach")]
    [InlineData("x: { registries: [zk], advertise: 'a:b/c' }", "without a port")]
    [InlineData("x: 7", "write a map")]
    [InlineData("x: { registry: [zk] }", "unknown key 'zones.x.registry'")]
    public void Load_ZoneThatMakesNoSense_IsTold(string zone, string told)
    {
        var problems = Load($"zones: {{ {zone} }}\n", "registries: [{ name: zk, kind: memory }]\n").Problems;

        Assert.Contains(problems, p => p.ToString().Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_FacadesThatCollide_AreToldWithEachOthersPlace()
    {
        var problems = Load("""
            facades:
              - { name: a, from: mesh, to: legacy, match: { service: x }, as: { service: com.acme.X } }
              - { name: a, from: mesh, to: legacy, match: { service: y }, as: { service: com.acme.X, version: 1.0.0 } }
              - { name: c, from: legacy, to: mesh, match: { service: z }, hostname: z.example }
              - { name: d, from: legacy, to: mesh, match: { service: w }, hostname: Z.example }
              - { name: e, from: legacy, to: mesh, match: { service: v }, ports: 18100-18110 }
              - { name: f, from: legacy, to: mesh, match: { service: u }, ports: 18110-18120 }
            """).Problems;

        Assert.Equal(
            [
                "the name 'a' is taken (bridgemesh.yaml:10)",
                "facade 'a' (bridgemesh.yaml:10) answers to the same name",
                "the host name is that of facade 'c' (bridgemesh.yaml:12)",
                "a port of the range is that of 'facades[4].ports' (bridgemesh.yaml:14)",
            ],
            problems.Select(static p => p.Message));
    }

    [Fact]
    public void Load_OneServiceInTwoZones_IsFine()
    {
        var config = Ground.Replace("zones:", "  - { name: zk2, kind: memory }\nzones:\n  more: { registries: [zk2] }", StringComparison.Ordinal);

        const string Facades = """
            facades:
              - { name: a, from: mesh, to: legacy, match: { service: x } }
              - { name: b, from: mesh, to: more, match: { service: x } }
            """;

        Assert.Empty(Load(Facades, config).Problems);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("facades: [{ name: a, from: mesh, to: legacy, match: { service: x } }]\n", 5_000)]
    [InlineData("facades: [{ name: a, from: mesh, to: legacy, match: { service: x } }]\ndrainAnnounceMs: 0\n", 0)]
    [InlineData("drainAnnounceMs: 70\n", 70)]
    public void Load_TimeToAnnounceAStop_IsLongerByDefaultWhereThereAreFacades(string config, int announceMs) =>
        Assert.Equal(announceMs, Load(config).Reading?.Config.AnnounceMs);

    [Fact]
    public void Load_HostnameOfAFacade_PinsItsListenersHost()
    {
        _folder.Write("contracts/a.yaml", "services: { com.acme.Echo: { methods: { say: { returns: string } } } }\n");

        var model = Good("facades: [{ name: a, from: legacy, to: mesh, match: { service: com.acme.Echo }, as: { service: echo }, hostname: echo.mesh }]");

        Assert.Equal("echo?contract=com.acme.Echo", model.Listeners.Single(static l => l.Name == "http").Settings["hosts.echo.mesh"]);
        Assert.Equal([new FacadePlace("cloud", "http")], model.Facades[0].Places.AsEnumerable());
    }

    private GatewayModel Good(string config)
    {
        var outcome = Load(config);
        Assert.Empty(outcome.Problems);
        Assert.NotNull(outcome.Model);
        return outcome.Model;
    }

    private ConfigOutcome Load(string config, string ground = Ground)
    {
        _folder.Write("bridgemesh.yaml", ground + config);
        return ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path), FakePlugin.Set());
    }
}
