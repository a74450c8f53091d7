using System.Collections.Immutable;
using System.Text;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.Eureka.Services;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Tests;

public class InstanceMappingTests
{
    private static readonly InstanceMapping AsSpring = new(PreferIp: false, PreferSecure: true);

    [Fact]
    public void ToServices_SpringsInstance_IsItsHttpService()
    {
        var only = Assert.Single(AsSpring.ToServices(Read()[0]));

        Assert.Equal(new ServiceKey("orders"), only.Service);
        Assert.Equal(("http", "orders-1.internal", 8080, false), (only.Protocol, only.Host, only.Port, only.IsSecure));
        Assert.Equal(("east", 300, InstanceHealth.Up, "ORDERS"), (only.Zone, only.Weight, only.Health, only.Application));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1700000000500), only.StartedAt);
        Assert.Equal("8080", only.Metadata["management.port"]);
    }

    [Fact]
    public void ToServices_BothPortsEnabled_FollowsThePreference()
    {
        var instance = Read()[1];

        var secure = AsSpring.ToServices(instance);
        Assert.Equal(["orders-tls", "orders"], secure.Select(static s => s.Service.Interface));
        Assert.All(secure, static s => Assert.Equal((8443, true, InstanceHealth.Down), (s.Port, s.IsSecure, s.Health)));
        var plain = Assert.Single((AsSpring with { PreferSecure = false, PreferIp = true }).ToServices(instance));
        Assert.Equal(("orders", 8080, false, "10.0.0.2"), (plain.Service.Interface, plain.Port, plain.IsSecure, plain.Host));
    }

    [Fact]
    public void ToServices_AmazonsZone_IsTaken() => Assert.Equal("us-east-1c", AsSpring.ToServices(Read()[2])[0].Zone);

    [Fact]
    public void ToServices_NoPortEnabled_IsNone() =>
        Assert.Empty(AsSpring.ToServices(Samples.Instance("orders", 8080) with { IsPortEnabled = false }));

    [Fact]
    public void ToServices_NoVipAddress_GoesByItsApplication()
    {
        var instance = Samples.Instance("Orders", 8080) with { VipAddress = null, SecureVipAddress = null };
        Assert.Equal("orders", Assert.Single(AsSpring.ToServices(instance)).Service.Interface);
    }

    [Theory]
    [InlineData(EurekaStatus.Up, InstanceHealth.Up)]
    [InlineData(EurekaStatus.Down, InstanceHealth.Down)]
    [InlineData(EurekaStatus.Starting, InstanceHealth.Starting)]
    [InlineData(EurekaStatus.OutOfService, InstanceHealth.OutOfService)]
    [InlineData(EurekaStatus.Unknown, InstanceHealth.Unknown)]
    public void Status_OfEureka_IsTheModelsHealth(object status, InstanceHealth health) =>
        Assert.Equal(health, InstanceMapping.HealthOf((EurekaStatus)status));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ToEureka_WholeFacade_ComesBackAsItWas(bool isSecure)
    {
        var facade = new ServiceInstance
        {
            Service = new ServiceKey("com.acme.OrderService", "1.0", "blue", "u1"),
            Protocol = "dubbo",
            Host = "10.0.0.9",
            Port = 20880,
            IsSecure = isSecure,
            Application = "order-app",
            Weight = 7,
            WarmUpMs = 60_000,
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000),
            Zone = "east",
            Tags = ["gray", "canary"],
            Serializations = ["hessian2", "fastjson2"],
            Metadata = ImmutableDictionary<string, string>.Empty.Add("bridgemesh.gateway", "gw-1").Add("management.port", "18070"),
        };

        var written = InstanceWriter.One(InstanceMapping.ToEureka(facade, EurekaLease.Default, 1), isXml: isSecure);
        var read = Assert.Single(RegistryDocument.Read(written, out _)!.Instances);

        Assert.Equal(facade, Assert.Single(AsSpring.ToServices(read)));
        Assert.Equal(("COM.ACME.ORDERSERVICE", "10.0.0.9:com.acme.OrderService:20880"), (read.App, read.Id));
    }

    [Fact]
    public void ToEureka_PlainHttpFacade_IsWhatSpringsClientExpects()
    {
        var facade = new ServiceInstance { Service = new ServiceKey("orders"), Protocol = "http", Host = "10.0.0.9", Port = 18080 };

        var instance = InstanceMapping.ToEureka(facade, EurekaLease.Default, 1);

        Assert.Equal(("ORDERS", "orders", "orders", "10.0.0.9"), (instance.App, instance.VipAddress, instance.SecureVipAddress, instance.IpAddr));
        Assert.Equal("MyOwn", instance.DataCenter.Name);
        Assert.Equal("management.port=18080", Assert.Single(instance.Metadata.Select(static m => $"{m.Key}={m.Value}")));
        Assert.Equal("http://10.0.0.9:18080/actuator/health", instance.HealthCheckUrl);
    }

    private static IReadOnlyList<EurekaInstance> Read() => RegistryDocument.Read(Encoding.UTF8.GetBytes(Samples.Json), out _)!.Instances;
}
