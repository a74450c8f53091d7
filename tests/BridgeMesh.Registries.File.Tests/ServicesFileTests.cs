using BridgeMesh.Exchanges;
using BridgeMesh.Yaml;

namespace BridgeMesh.Registries.File.Tests;

public sealed class ServicesFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<SourceProblem> _problems = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_EverythingWritten_IsRead()
    {
        var path = _folder.Write("services.yaml", """
            services:
              - name: com.acme.OrderService
                version: 1.10
                group: blue
                uniqueId: u1
                instances:
                  - address: 10.0.0.1:20880
                    protocol: dubbo
                    weight: 50
                    metadata: { zone: east, serialization: hessian2 }
                  - { address: "[::1]:12200", protocol: bolt }
                  - { address: orders.internal:80, protocol: http, weight: 0 }
              - name: com.acme.Empty
                version: 0.0.0
                instances: []
            """);

        var services = ServicesFile.Read(path, _problems);

        Assert.Empty(_problems);
        var instances = services[new ServiceKey("com.acme.OrderService", "1.10", "blue", "u1")];
        Assert.Equal(["dubbo 10.0.0.1 20880 50", "bolt ::1 12200 100", "http orders.internal 80 0"],
            instances.Select(i => $"{i.Protocol} {i.Host} {i.Port} {i.Weight}"));
        Assert.Equal("east", instances[0].Metadata["zone"]);
        Assert.Equal("hessian2", instances[0].Metadata["serialization"]);
        Assert.All(instances, i => Assert.Equal("com.acme.OrderService", i.Service.Interface));
        Assert.Empty(services[new ServiceKey("com.acme.Empty")]);
        Assert.Equal(2, services.Count);
    }

    [Fact]
    public void Read_WholeInstance_HasEveryPartOfTheModel()
    {
        var path = _folder.Write("services.yaml", """
            services:
              - name: orders
                instances:
                  - address: 10.0.0.1:443
                    protocol: http
                    secure: true
                    application: order-app
                    weight: 50
                    warmUpMs: 60000
                    startedAt: 2026-01-31T12:00:00+02:00
                    zone: east
                    health: out-of-service
                    tags: [gray, canary]
                    serializations: [hessian2, fastjson2]
                    metadata: { release: "7" }
            """);

        var instance = Assert.Single(ServicesFile.Read(path, _problems)[new ServiceKey("orders")]);

        Assert.Empty(_problems);
        Assert.Equal(
            new ServiceInstance
            {
                Service = new ServiceKey("orders"),
                Protocol = "http",
                Host = "10.0.0.1",
                Port = 443,
                IsSecure = true,
                Application = "order-app",
                Weight = 50,
                WarmUpMs = 60_000,
                StartedAt = new DateTimeOffset(2026, 1, 31, 10, 0, 0, TimeSpan.Zero),
                Zone = "east",
                Health = InstanceHealth.OutOfService,
                Tags = ["gray", "canary"],
                Serializations = ["hessian2", "fastjson2"],
                Metadata = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("release", "7"),
            },
            instance);
    }

    [Theory]
    [InlineData("health: upp", "'health' is 'upp'")]
    [InlineData("secure: yes please", "'secure' is 'yes please'")]
    [InlineData("startedAt: 2026-01-31", "'startedAt' is '2026-01-31'")]
    [InlineData("startedAt: 2026-01-31T12:00:00", "'startedAt' is '2026-01-31T12:00:00'")]
    [InlineData("warmUpMs: -1", "'warmUpMs' is '-1'")]
    [InlineData("tags: gray", "'tags' is 'gray'")]
    [InlineData("serializations: [~]", "'serializations' is a list")]
    public void Read_WrongPartOfAnInstance_IsTold(string part, string message)
    {
        var path = _folder.Write("services.yaml", "services: [{name: o, instances: [{address: 'h:1', protocol: bolt, " + part + "}]}]");

        ServicesFile.Read(path, _problems);

        Assert.Contains(message, Assert.Single(_problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyMistakes_TellsEachWithItsPlaceAndCure()
    {
        var path = _folder.Write("services.yaml", """
            services:
              - name: a
                instances:
                  - { adress: 10.0.0.1:1, protocol: bolt }
                  - { address: 10.0.0.1, protocol: bolt }
                  - { address: 10.0.0.1:70000, protocol: bolt, weight: 10001 }
                  - { address: "::1:80" }
                  - { address: "h:1", protocol: bolt, metadata: [1] }
                  - { address: "h:1", protocol: bolt, metadata: { k: [1] } }
              - instances: 3
              - name: a
                instances: []
              - b
              - name: two words
            sevices: []
            """);

        ServicesFile.Read(path, _problems);

        Assert.Equal(
            """
            4:11 unknown key 'adress'; did you mean 'address'?
            4:9 'address' is missing; add 'address:'
            5:20 '10.0.0.1' is no host and port; write host:port with a port from 1 to 65535, [address]:port for IPv6
            6:20 '10.0.0.1:70000' is no host and port; write host:port with a port from 1 to 65535, [address]:port for IPv6
            6:60 'weight' is '10001'; write a whole number from 0 to 10000; 0 takes no calls
            7:9 'protocol' is missing; add 'protocol:'
            7:20 '::1:80' is no host and port; write host:port with a port from 1 to 65535, [address]:port for IPv6
            8:53 'metadata' is a list; write a map of texts
            9:9 bolt at h:1 is listed twice; remove one; raise its weight for a larger share
            9:58 the metadata 'k' is a list; write text
            10:5 'name' is missing; add 'name:'
            10:16 the service has no list of instances; write 'instances:' and a list; [] for none
            11:5 the service a is listed at line 2 already; put its instances there
            13:5 a service is 'b'; write a map with 'name' and 'instances'
            14:5 the service has no list of instances; write 'instances:' and a list; [] for none
            14:11 'name' is 'two words'; write text without blanks
            15:1 unknown key 'sevices'; did you mean 'services'?
            """,
            string.Join('\n', _problems.OrderBy(p => p.Line).ThenBy(p => p.Column == 11 && p.Line == 4 ? 0 : p.Column)
                .Select(p => $"{p.Line}:{p.Column} {p.Message}; {p.Cure}")));
        Assert.All(_problems, p => Assert.Equal(path, p.File));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n")]
    [InlineData("services:\n")]
    [InlineData("[]")]
    [InlineData("text")]
    public void Read_NoListOfServices_IsAProblem(string text)
    {
        ServicesFile.Read(_folder.Write("services.yaml", text), _problems);

        var problem = Assert.Single(_problems);
        Assert.Equal("there is no list of services", problem.Message);
        Assert.Equal(1, problem.Line);
    }

    [Fact]
    public void Read_BrokenYaml_TellsThePlace()
    {
        ServicesFile.Read(_folder.Write("services.yaml", "services:\n  - name: [a\n  - name: b\n"), _problems);

        var problem = Assert.Single(_problems);
        Assert.StartsWith("not valid YAML", problem.Message, StringComparison.Ordinal);
        Assert.Equal(2, problem.Line);
    }

    [Fact]
    public void Read_NoFile_IsAProblemWithoutPlace()
    {
        ServicesFile.Read(_folder.File("none.yaml"), _problems);

        var problem = Assert.Single(_problems);
        Assert.Equal("the file does not exist", problem.Message);
        Assert.Equal(0, problem.Line);
    }
}
