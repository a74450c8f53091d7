using System.Collections.Immutable;
using System.Text;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Layouts;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Registries.ZooKeeper.Dubbo;

/// <summary>What operators' rules make of providers.</summary>
[Collection(SharedServerGroup.Name)]
public class DubboRuleTests(SharedServer shared)
{
    private const string Service = "com.acme.Orders";
    private const string Configurators = "/dubbo/com.acme.Orders/configurators";
    private const string First = "dubbo://10.0.0.1:20880/com.acme.Orders?application=orders&weight=10";
    private const string Second = "dubbo://10.0.0.2:20880/com.acme.Orders?application=orders&weight=10";

    public static TheoryData<string, string> Older => new()
    {
        { "override://0.0.0.0/com.acme.Orders?category=configurators&weight=50", "50 Up, 50 Up" },
        { "override://10.0.0.1:20880/com.acme.Orders?weight=50", "50 Up, 10 Up" },
        { "override://10.0.0.1/com.acme.Orders?disabled=true", "10 OutOfService, 10 Up" },
        { "override://10.0.0.1:20881/com.acme.Orders?disabled=true", "10 Up, 10 Up" },
        { "override://0.0.0.0/com.acme.Orders?disabled=true&enabled=false", "10 Up, 10 Up" },
        { "override://0.0.0.0/com.acme.Orders?weight=50&group=blue", "10 Up, 10 Up" },
        { "override://0.0.0.0/com.acme.Orders?weight=50&version=1.0.0", "10 Up, 10 Up" },
        { "override://0.0.0.0/com.acme.Orders?weight=50&version=0.0.0&group=*", "50 Up, 50 Up" },
        { "override://0.0.0.0/com.acme.Orders?weight=50&application=bridgemesh", "50 Up, 50 Up" },
        { "override://0.0.0.0/com.acme.Orders?weight=50&application=shop", "10 Up, 10 Up" },
        { "override://0.0.0.0/com.acme.Orders?weight=50&application=orders&side=provider", "50 Up, 50 Up" },
        { "override://127.0.0.1/com.acme.Orders?weight=50&side=consumer", "50 Up, 50 Up" },
        { "override://10.9.9.9/com.acme.Orders?weight=50", "10 Up, 10 Up" },
        { "override://0.0.0.0/com.acme.Orders?weight=50&providerAddresses=10.0.0.2:20880", "10 Up, 50 Up" },
        { "override://0.0.0.0/com.acme.Orders?weight=-5", "0 Up, 0 Up" },
        { "override://0.0.0.0/com.acme.Orders?weight=many", "10 Up, 10 Up" },
        { "override://0.0.0.0/com.acme.Orders?weight=70,override://10.0.0.2:20880/com.acme.Orders?weight=1", "70 Up, 1 Up" },
        { "override://0.0.0.0/com.acme.Orders?weight=1&priority=2,override://0.0.0.0/com.acme.Orders?weight=2&priority=1", "1 Up, 1 Up" },
        { "empty://0.0.0.0/com.acme.Orders?category=configurators&weight=50", "10 Up, 10 Up" },
    };

    [Theory]
    [MemberData(nameof(Older))]
    public void Override_Of2_6_ReachesWhomItNames(string rules, string expected)
    {
        var reading = Read([.. rules.Split(',').Select(static r => $"{Configurators}/{JavaUrlText.Encode(r)}")]);

        Assert.Equal(expected, Shown(reading.Instances));
        Assert.Empty(reading.Problems);
    }

    public static TheoryData<string, string, string> Newer => new()
    {
        { "com.acme.Orders::", "configs: [{ parameters: { weight: 50 } }]", "50 Up, 50 Up" },
        { "com.acme.Orders", "configs: [{ parameters: { weight: 50 } }]", "50 Up, 50 Up" },
        { "bridgemesh", "configs: [{ parameters: { weight: 50 } }]", "50 Up, 50 Up" },
        { "orders", "configs: [{ parameters: { weight: 50 } }]", "10 Up, 10 Up" },
        { "com.acme.Orders:1.0.0:", "configs: [{ parameters: { weight: 50 } }]", "10 Up, 10 Up" },
        { "com.acme.Orders::", "{ enabled: false, configs: [{ parameters: { weight: 50 } }] }", "10 Up, 10 Up" },
        { "com.acme.Orders::", "configs: [{ enabled: false, parameters: { weight: 50 } }]", "10 Up, 10 Up" },
        { "com.acme.Orders::", "configs: [{ side: provider, addresses: ['10.0.0.2:20880'], parameters: { disabled: true } }]", "10 Up, 10 OutOfService" },
        { "com.acme.Orders::", "configs: [{ side: consumer, providerAddresses: ['10.0.0.1:20880'], parameters: { disabled: true } }]", "10 OutOfService, 10 Up" },
        { "com.acme.Orders::", "configs: [{ applications: [shop], parameters: { weight: 50 } }]", "10 Up, 10 Up" },
        { "com.acme.Orders::", "configs: [{ parameters: { weight: 1 } }, { addresses: ['0.0.0.0'], parameters: { weight: 2 } }]", "2 Up, 2 Up" },
    };

    [Theory]
    [MemberData(nameof(Newer))]
    public void Override_Of2_7_ReachesWhomItNames(string key, string yaml, string expected)
    {
        var reading = Read([], ($"/dubbo/config/dubbo/{key}.configurators", yaml));

        Assert.Equal(expected, Shown(reading.Instances));
        Assert.Empty(reading.Problems);
    }

    [Theory]
    [InlineData("com.acme.Orders::.configurators", "configs: [", "is no rule")]
    [InlineData("com.acme.Orders::.configurators", "- a", "is no rule but a list")]
    [InlineData("com.acme.Orders::.configurators", "configs: [{ addresses: ['a b'], parameters: { weight: 1 } }]", "has the address 'a b'")]
    [InlineData("com.acme.Orders::.configurators", "configs: [{ parameters: { timeout: 9, retries: 0 } }]", "does not take from rules: retries, timeout")]
    [InlineData("com.acme.Orders::.condition-router", "conditions: ['host = a => host = b']", "is a routing rule")]
    [InlineData("orders.tag-router", "tags: 5: 6", "is no rule")]
    public void Rule_ThatIsNotHonoured_IsTold(string name, string yaml, string told)
    {
        var reading = Read([], ($"/dubbo/config/dubbo/{name}", yaml));

        Assert.Equal("10 Up, 10 Up", Shown(reading.Instances));
        var problem = Assert.Single(reading.Problems);
        Assert.Equal($"/dubbo/config/dubbo/{name}", problem.Path);
        Assert.Contains(told, problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Routers_Of2_6_AreToldUnlessTheyAreOff()
    {
        var on = $"/dubbo/com.acme.Orders/routers/{JavaUrlText.Encode("condition://0.0.0.0/com.acme.Orders?rule=host%20%3D%20a")}";
        var off = $"/dubbo/com.acme.Orders/routers/{JavaUrlText.Encode("condition://0.0.0.0/com.acme.Orders?enabled=false")}";

        Assert.Equal(on, Assert.Single(Read([on, off]).Problems).Path);
    }

    [Fact]
    public void TagRule_NamesProvidersByAddress()
    {
        const string Rule = "tags: [{ name: gray, addresses: ['10.0.0.1:20880'] }, { name: all, addresses: ['0.0.0.0:20880'] }, { name: none }]";
        var reading = Read([], ("/dubbo/config/dubbo/orders.tag-router", Rule));

        Assert.Equal(["gray", "all"], reading.Instances[0].Tags.ToArray());
        Assert.Equal(["all"], reading.Instances[1].Tags.ToArray());
        Assert.Empty(Read([], ("/dubbo/config/dubbo/orders.tag-router", $"{{ enabled: false, {Rule} }}")).Instances[0].Tags);
    }

    [Theory]
    [InlineData("a:b*c.configurators", "a")]
    [InlineData("g*a:1.0.configurators", "a")]
    [InlineData("a::.condition-router", "a")]
    [InlineData("*.configurators", "")]
    [InlineData("app.tag-router", null)]
    public void RuleNames_OfAnyForm_GiveTheInterface(string name, string? expected) => Assert.Equal(expected, DubboPaths.InterfaceOfRule(name));

    [ZooKeeperFact]
    public async Task Rules_ThatComeAndGo_CountWhileTheyAreThere()
    {
        var root = shared.NewPath();
        await using (var client = shared.Open())
        {
            await client.PutAsync(root);
        }

        await using var other = shared.Open(chroot: root);
        await using var open = new OpenAdapter(shared.Server.ConnectString + root);
        await other.PutAsync($"/dubbo/{Service}/providers/{JavaUrlText.Encode(First)}");
        var key = new ServiceKey(Service);
        await open.SnapshotAsync(key, static s => s.Instances is [{ Weight: 10 }]);
        var node = $"{Configurators}/{JavaUrlText.Encode("override://0.0.0.0/com.acme.Orders?weight=50")}";
        await other.PutAsync(node);
        await open.SnapshotAsync(key, static s => s.Instances is [{ Weight: 50 }]);
        await other.PutAsync($"/dubbo/config/dubbo/{Service}::.configurators", "configs: [{ parameters: { weight: 70 } }]");
        await open.SnapshotAsync(key, static s => s.Instances is [{ Weight: 70 }]);
        await other.SetDataAsync($"/dubbo/config/dubbo/{Service}::.configurators", "enabled: false".Utf8());
        await open.SnapshotAsync(key, static s => s.Instances is [{ Weight: 50 }]);
        await other.DeleteAsync(node);
        await open.SnapshotAsync(key, static s => s.Instances is [{ Weight: 10 }]);
        await other.PutAsync("/dubbo/config/dubbo/orders.tag-router", "tags: [{ name: gray, addresses: ['10.0.0.1:20880'] }]");
        await open.SnapshotAsync(key, static s => s.Instances is [{ Tags: ["gray"] }]);
        await other.DeleteAsync("/dubbo/config/dubbo/orders.tag-router");
        await open.SnapshotAsync(key, static s => s.Instances is [{ Tags: [] }]);
        Assert.Empty(open.Troubles);
    }

    private static string Shown(IEnumerable<ServiceInstance> instances) => string.Join(", ", instances.Select(static i => $"{i.Weight} {i.Health}"));

    private static PartReading Read(string[] nodes, params (string Path, string Data)[] rules)
    {
        var providers = ((string[])[First, Second]).Select(static p => $"/dubbo/{Service}/providers/{JavaUrlText.Encode(p)}");
        return new DubboLayout(new LayoutSettings("/dubbo", "bridgemesh")).Read(Service, new WrittenTree([.. providers, .. nodes], rules));
    }

    private sealed class WrittenTree(string[] nodes, (string Path, string Data)[] rules) : INodeTree
    {
        public ImmutableArray<string> ChildrenOf(string path) =>
            [.. nodes.Where(n => n[..n.LastIndexOf('/')] == path).Select(n => n[(path.Length + 1)..])];

        public ReadOnlyMemory<byte>? DataOf(string path) =>
            rules.Where(r => r.Path == path).Select(static r => (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(r.Data)).FirstOrDefault();
    }
}
