using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Registries.ZooKeeper.Dubbo;

/// <summary>Providers in a real server's tree, as Dubbo and others write them.</summary>
[Collection(SharedServerGroup.Name)]
public class DubboReadingTests(SharedServer shared)
{
    private const string Demo = "com.example.bridge.DemoService";
    private static readonly ServiceKey Orders = new("com.acme.Orders");

    [ZooKeeperFact]
    public async Task Recorded_2_7_23_GivesItsServicesWithAllThatTheySay()
    {
        var root = await ReplayAsync("2.7.23-interface-registration");
        await using var open = new OpenAdapter(shared.Server.ConnectString + root);

        var services = await open.CatalogAsync(static c => c.Length > 0);

        Assert.Equal(
            [
                $"alt/{Demo}:1.0.0", Demo, "com.example.bridge.GenericOnlyService", "com.example.bridge.SlowService", $"g1/{Demo}:1.0.0",
                $"g2/{Demo}:2.0.0", $"tok/{Demo}:1.0.0",
            ],
            services.Select(static s => s.ToString()));
        var plain = Assert.Single((await open.InstancesAsync(new(Demo), 1)).Instances);
        Assert.Equal(("dubbo", "127.0.0.1", 24880, "bridge-demo-provider"), (plain.Protocol, plain.Host, plain.Port, plain.Application));
        Assert.Equal((100, InstanceHealth.Up, 600_000), (plain.Weight, plain.Health, plain.WarmUpMs));
        Assert.Equal(1795340198977, plain.StartedAt?.ToUnixTimeMilliseconds());
        Assert.Contains("echoShadow", plain.Methods);
        Assert.Equal("2.7.23", plain.Metadata["release"]);
        Assert.DoesNotContain("pid", plain.Metadata.Keys);
        var other = Assert.Single((await open.InstancesAsync(new(Demo, "1.0.0", "alt"), 1)).Instances);
        Assert.Equal(["fastjson"], other.Serializations.ToArray());
        Assert.Equal("secret123", Assert.Single((await open.InstancesAsync(new(Demo, "1.0.0", "tok"), 1)).Instances).Metadata["token"]);
        Assert.Empty(open.Troubles);
    }

    [ZooKeeperFact]
    public async Task Recorded_3_2_16_GivesItsServicesAndWhatTheyTake()
    {
        var root = await ReplayAsync("3.2.16-register-mode-all");
        await using var open = new OpenAdapter(shared.Server.ConnectString + root);

        Assert.Equal(6, (await open.CatalogAsync(static c => c.Length > 0)).Length);
        var plain = Assert.Single((await open.InstancesAsync(new(Demo), 1)).Instances);

        Assert.Equal(["fastjson2", "hessian2"], plain.Serializations.ToArray());
        Assert.Equal(("dubbo", 25880), (plain.Protocol, plain.Port));
        Assert.Empty(open.Troubles);
    }

    [ZooKeeperFact]
    public async Task Providers_ThatComeAndGo_AreSeen()
    {
        var (root, other) = await OpenAsync();
        await using var open = new OpenAdapter(shared.Server.ConnectString + root);
        await open.CatalogAsync(static c => c.IsEmpty);

        await other.PutAsync(Provider("dubbo://10.0.0.1:20880/com.acme.Orders?interface=com.acme.Orders"));
        Assert.Equal(100, (await open.InstancesAsync(Orders, 1)).Instances[0].Weight);
        await other.PutAsync(Provider("dubbo://10.0.0.2:20880/com.acme.Orders?weight=20&warmup=5000&timestamp=1700000000000&dubbo.tag=gray&disabled=true"));
        var second = (await open.InstancesAsync(Orders, 2)).Instances[1];
        Assert.Equal((20, 5_000, InstanceHealth.OutOfService, "gray"), (second.Weight, second.WarmUpMs, second.Health, Assert.Single(second.Tags)));
        await other.DeleteAsync(Provider("dubbo://10.0.0.1:20880/com.acme.Orders?interface=com.acme.Orders"));
        Assert.Equal("10.0.0.2", Assert.Single((await open.InstancesAsync(Orders, 1)).Instances).Host);
        await other.PutAsync("/dubbo/com.acme.Stock/providers/" + Encoded("tri://[::1]:50051/com.acme.Stock?version=2.0&group=blue"));
        var stock = Assert.Single((await open.InstancesAsync(new("com.acme.Stock", "2.0", "blue"), 1)).Instances);
        Assert.Equal(("triple", "::1", 50051), (stock.Protocol, stock.Host, stock.Port));
        await other.DeleteAsync(Provider("dubbo://10.0.0.2:20880/com.acme.Orders?weight=20&warmup=5000&timestamp=1700000000000&dubbo.tag=gray&disabled=true"));
        Assert.Equal(new ServiceKey("com.acme.Stock", "2.0", "blue"), Assert.Single(await open.CatalogAsync(static c => c.Length == 1)));
        await other.DisposeAsync();
    }

    [ZooKeeperFact]
    public async Task Providers_ThatAreNone_AreToldOnceAndPassedOver()
    {
        var (root, other) = await OpenAsync();
        await other.PutAsync(Provider("empty://0.0.0.0/com.acme.Orders?category=providers"));
        await other.PutAsync(Provider("rest://10.0.0.3:8080/com.acme.Orders"));
        await other.PutAsync(Provider("consumer://10.0.0.3/com.acme.Orders?category=consumers"));
        await other.PutAsync(Provider("dubbo://10.0.0.1:20880/com.acme.Orders?version=0.0.0&path=x"));
        await other.PutAsync("/dubbo/com.acme.Orders/providers/dubbo%3A%2F%2F10.0.0.9%3A2088%");
        await other.PutAsync(Provider("dubbo://10.0.0.9:99999/com.acme.Orders"));
        await other.PutAsync(Provider("dubbo://10.0.0.9/com.acme.Orders"));
        await using var open = new OpenAdapter(shared.Server.ConnectString + root);

        Assert.Equal("10.0.0.1", Assert.Single((await open.InstancesAsync(Orders, 1)).Instances).Host);
        await other.PutAsync(Provider("dubbo://10.0.0.2:20880/com.acme.Orders"));
        await open.InstancesAsync(Orders, 2);

        Assert.Equal(3, open.Troubles.Length);
        Assert.All(open.Troubles, static t => Assert.StartsWith("/dubbo/com.acme.Orders/providers/dubbo%3A", t, StringComparison.Ordinal));
        await other.DisposeAsync();
    }

    [ZooKeeperFact]
    public async Task ProviderThatCameBack_WhileItsFormerSessionLives_IsOneInstance()
    {
        var (root, other) = await OpenAsync();
        await other.PutAsync(Provider("dubbo://10.0.0.1:20880/com.acme.Orders?timestamp=1700000000000&weight=1"));
        await other.PutAsync(Provider("dubbo://10.0.0.1:20880/com.acme.Orders?timestamp=1700000500000&weight=2"));
        await using var open = new OpenAdapter(shared.Server.ConnectString + root);

        Assert.Equal(2, Assert.Single((await open.InstancesAsync(Orders, 1)).Instances).Weight);
        await other.DisposeAsync();
    }

    internal static string Encoded(string url) => Layouts.JavaUrlText.Encode(url);

    private static string Provider(string url) => $"/dubbo/com.acme.Orders/providers/{Encoded(url)}";

    private async Task<(string Root, ZooKeeperClient Other)> OpenAsync()
    {
        var root = shared.NewPath();
        await using var client = shared.Open();
        await client.PutAsync(root);
        return (root, shared.Open(chroot: root));
    }

    private async Task<string> ReplayAsync(string snapshot)
    {
        var (root, other) = await OpenAsync();
        foreach (var (path, data) in RecordedNodes.Of(snapshot))
        {
            Assert.Equal(KeeperError.Ok, (await other.CreateAsync(path, data.Utf8(), Acl.Open, CreateMode.Persistent)).Error);
        }

        await other.DisposeAsync();
        return root;
    }
}
