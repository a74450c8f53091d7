using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Curator;

/// <summary>Curator, which Spring Cloud ZooKeeper and Dubbo build on, and the gateway in one registry.</summary>
[Collection(SharedServerGroup.Name)]
public sealed class CuratorPeerTests(SharedServer shared)
{
    [CuratorFact]
    public async Task Published_IsDiscoveredByCurator()
    {
        var root = shared.NewPath();
        await using var open = new OpenAdapter(shared.Server.ConnectString, ("layout", "spring"), ("root", root));
        await using var plain = await open.Adapter.PublishAsync(Facades.Of("orders", "http", 18_100), default);
        await using var secure = await open.Adapter.PublishAsync(Facades.Of("orders", "http", 18_101) with { IsSecure = true, Zone = "east" }, default);

        var lines = await CuratorPeer.RunAsync("list", shared.Server.ConnectString, root, "orders");

        Assert.Equal(
            [
                "http:10.1.0.5:18100 10.1.0.5 18100 null DYNAMIC http://10.1.0.5:18100 "
                    + "orders/orders{bridgemesh.gateway=gw-1, bridgemesh.origin=mesh, instance_status=UP}",
                "http:10.1.0.5:18101 10.1.0.5 null 18101 DYNAMIC https://10.1.0.5:18101 "
                    + "orders/orders{bridgemesh.gateway=gw-1, bridgemesh.origin=mesh, instance_status=UP, zone=east}",
                "services orders",
            ],
            lines.Order(StringComparer.Ordinal));
    }

    [CuratorFact]
    public async Task PublishedApplication_IsDiscoveredByCuratorAsDubboUsesIt()
    {
        var root = shared.NewPath();
        await using var open = new OpenAdapter(
            shared.Server.ConnectString, ("layout", "dubbo-application"), ("root", root), ("metadataRoot", $"{root}-dubbo"));
        await using var published = await open.Adapter.PublishAsync(Facades.Of("com.acme.Orders", "dubbo", 20_880) with { Application = "orders" }, default);

        var lines = await CuratorPeer.RunAsync("list-dubbo", shared.Server.ConnectString, root, "orders");

        Assert.Equal("services orders", lines[0]);
        Assert.StartsWith("10.1.0.5:20880 10.1.0.5 20880 null DYNAMIC  10.1.0.5:20880/orders{", lines[1], StringComparison.Ordinal);
        Assert.Contains("dubbo.endpoints=[{\"port\":20880,\"protocol\":\"dubbo\"}]", lines[1], StringComparison.Ordinal);
        Assert.Contains("dubbo.metadata.storage-type=remote", lines[1], StringComparison.Ordinal);
    }

    [CuratorFact]
    public async Task Registered_ByCurator_IsReadUntilItLeaves()
    {
        var root = shared.NewPath();
        await using var open = new OpenAdapter(shared.Server.ConnectString, ("layout", "spring"), ("root", root));
        var key = new ServiceKey("stock");
        await open.InstancesAsync(key, 0);
        await using (var up = await CuratorPeer.StartAsync("register", shared.Server.ConnectString, root, "stock", "one", "10.2.0.7", "8080", "UP"))
        {
            Assert.Equal("registered", await up.LineAsync());
            var found = Assert.Single((await open.InstancesAsync(key, 1)).Instances);
            Assert.Equal(
                ("http", "10.2.0.7", 8080, "east", InstanceHealth.Up, "stock"),
                (found.Protocol, found.Host, found.Port, found.Zone, found.Health, found.Application));
            Assert.NotNull(found.StartedAt);
            await using var down = await CuratorPeer.StartAsync(
                "register", shared.Server.ConnectString, root, "stock", "two", "10.2.0.8", "8080", "OUT_OF_SERVICE");
            Assert.Equal("registered", await down.LineAsync());
            var both = (await open.InstancesAsync(key, 2)).Instances;
            Assert.Equal(
                [InstanceHealth.Up, InstanceHealth.OutOfService],
                both.OrderBy(static i => i.Host, StringComparer.Ordinal).Select(static i => i.Health));
        }

        await open.InstancesAsync(key, 0);
    }
}
