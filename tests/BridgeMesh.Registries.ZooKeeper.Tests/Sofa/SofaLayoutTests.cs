using System.Text;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Layouts;
using BridgeMesh.Testing.Bytes;

namespace BridgeMesh.Registries.ZooKeeper.Sofa;

public class SofaLayoutTests
{
    private const string Demo = "com.example.bridge.DemoService";

    private static readonly SofaLayout Layout = new(SofaLayout.DefaultRoot);

    [Fact]
    public void Read_WhatJavaAndNodeRegistered_BecomesTheirInstances()
    {
        var found = RecordedTree.OfSofa().ReadAll(Layout);

        Assert.Equal(5, found.Length);
        Assert.All(found, static i => Assert.Equal(("bolt", "127.0.0.1", 100, InstanceHealth.Up), (i.Protocol, i.Host, i.Weight, i.Health)));
        var blue = Assert.Single(found, static i => i.Service == new ServiceKey(Demo, UniqueId: "blue"));
        Assert.Equal(12205, blue.Port);
        Assert.Equal("bridge-provider", blue.Application);
        Assert.Equal("hessian2", Assert.Single(blue.Serializations));
        Assert.Equal(1_795_339_918_375, blue.StartedAt?.ToUnixTimeMilliseconds());
        Assert.Equal("java", blue.Metadata["language"]);
        Assert.Equal("protobuf", Assert.Single(found, static i => i.Service.Interface.EndsWith("ProtoService", StringComparison.Ordinal)).Serializations[0]);
        var node = Assert.Single(found, static i => i.Port == 12206);
        Assert.Equal(new ServiceKey(Demo), node.Service);
        Assert.Equal("node-provider", node.Application);
    }

    [Fact]
    public void NodesOf_AnyFacade_HasEveryKeyThatJavaWrites()
    {
        var path = Assert.Single(Layout.NodesOf([Facades.Of(Demo, "bolt", 12200)])).Path;
        var published = RegistryUrl.ParseName(path[(path.LastIndexOf('/') + 1)..]);
        Assert.NotNull(published);

        // New with each start: a restarted gateway must not look like another instance.
        string[] declared = ["pid", "id", "startTime"];
        var recorded = RecordedTree.OfSofa().Paths.Where(static p => p.Contains("language%3Djava", StringComparison.Ordinal)).ToArray();
        Assert.Equal(4, recorded.Length);
        foreach (var node in recorded)
        {
            var url = RegistryUrl.ParseName(node[(node.LastIndexOf('/') + 1)..]);
            Assert.NotNull(url);
            foreach (var (name, _) in url.Parameters.Where(p => !declared.Contains(p.Key, StringComparer.Ordinal)))
            {
                Assert.True(published.Parameters.ContainsKey(name), name);
            }

            // What callers match or decide by is as Java's own provider has it.
            Assert.Equal(
                (url.Protocol, url["version"], url["protocol"], url["rpcVer"], url["dynamic"]),
                (published.Protocol, published["version"], published["protocol"], published["rpcVer"], published["dynamic"]));
        }
    }

    [Fact]
    public void NodesOf_AFacadeThatSaysEverything_IsReadAsItWas()
    {
        var facade = Facades.Whole(Demo, "bolt", 12200);

        var read = Assert.Single(new RecordedTree().With(Layout.NodesOf([facade])).ReadAll(Layout));
        Assert.Equal(facade, read with { Metadata = facade.Metadata });
        Assert.All(facade.Metadata, m => Assert.Equal(m.Value, read.Metadata.GetValueOrDefault(m.Key)));
    }

    [Fact]
    public void NodesOf_TheSameFacade_AreTheSame()
    {
        var facade = Facades.Whole(Demo, "bolt", 12200);
        Assert.Equal(Assert.Single(Layout.NodesOf([facade])).Path, Assert.Single(Layout.NodesOf([facade with { }])).Path);
    }

    [Fact]
    public void Supersedes_OnlyWhatNamesTheSameServiceAndAddress()
    {
        var facade = Facades.Of(Demo, "bolt", 12200);
        var supersedes = Assert.Single(Layout.NodesOf([facade])).Supersedes;
        Assert.NotNull(supersedes);

        Assert.True(supersedes(Name(facade with { Weight = 7, Application = "other" })));
        Assert.False(supersedes(Name(facade with { Port = 12201 })));
        Assert.False(supersedes(Name(facade with { Host = "10.1.0.6" })));
        Assert.False(supersedes(Name(facade with { Service = facade.Service with { UniqueId = "blue" } })));
        Assert.False(supersedes("bolt%3A%2F%2F"));
    }

    [Theory]
    [InlineData("01", InstanceHealth.Up)]
    [InlineData("00", InstanceHealth.OutOfService)]
    [InlineData("", InstanceHealth.Up)]
    [InlineData("3130", InstanceHealth.Up)]
    public void Read_DataOfAProvider_SaysWhetherItTakesCalls(string hex, InstanceHealth expected)
    {
        var tree = new RecordedTree { [$"/sofa-rpc/{Demo}/providers/{Name(Facades.Of(Demo, "bolt", 1))}"] = Convert.FromHexString(hex) };
        Assert.Equal(expected, Assert.Single(tree.ReadAll(Layout)).Health);
    }

    [Theory]
    [InlineData("1.0", "")]
    [InlineData("", "")]
    [InlineData("2.0", "2.0")]
    public void Read_VersionOfAUrl_IsNoneWhereEveryUrlSaysIt(string version, string expected) =>
        Assert.Equal(expected, SofaInstances.Of(Demo, Uri.EscapeDataString($"bolt://h:1?version={version}"), [])?.Service.Version);

    [Fact]
    public void Read_AWarmingProvider_HasItsTime()
    {
        var read = SofaInstances.Of(Demo, Uri.EscapeDataString("bolt://h:1?startTime=1000&warmupTime=5000&warmupWeight=5&weight=200"), []);
        Assert.Equal((5000, 200, 1000), (read?.WarmUpMs, read?.Weight, read?.StartedAt?.ToUnixTimeMilliseconds()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("bolt://")]
    [InlineData("bolt://host")]
    [InlineData("bolt://host:0")]
    [InlineData("bolt://host:65536?a=b")]
    [InlineData("bolt://host:x")]
    [InlineData("://host:1")]
    [InlineData("bolt://:1")]
    public void Read_WhatIsNoProvidersUrl_IsToldAndLeftOut(string url)
    {
        var path = $"/sofa-rpc/{Demo}/providers/{Uri.EscapeDataString(url)}";
        var tree = new RecordedTree { [path] = [1], [$"/sofa-rpc/{Demo}/providers/{Name(Facades.Of(Demo, "bolt", 1))}"] = [1] };

        var reading = Layout.Read(Demo, tree);

        Assert.Single(reading.Instances);
        Assert.Equal(path, Assert.Single(reading.Problems).Path);
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("fe80::1%eth0")]
    public void NodesOf_AnAddressWithColons_IsReadAsItWas(string host)
    {
        var read = SofaInstances.Of(Demo, Name(Facades.Of(Demo, "bolt", 12200) with { Host = host }), []);
        Assert.Equal((host, 12200), (read?.Host, read?.Port));
    }

    [Fact]
    public void NodesOf_ANameThatIsNoNodes_IsRefused() =>
        Assert.Throws<FormatException>(static () => Layout.NodesOf([Facades.Of("a/b", "bolt", 1)]));

    [Fact]
    public void Read_DamagedNames_NeverThrows()
    {
        var names = RecordedTree.OfSofa().Paths.Where(static p => p.Contains("/providers/", StringComparison.Ordinal))
            .Select(static p => Encoding.UTF8.GetBytes(p[(p.LastIndexOf('/') + 1)..])).ToArray();
        Seeded.Run(3_000, random =>
        {
            var name = Encoding.UTF8.GetString(Mutation.Of(names[random.Next(names.Length)], random));
            if (SofaInstances.Of(Demo, name, [1]) is { } read)
            {
                Assert.InRange(read.Port, 1, 65_535);
                Assert.InRange(read.Weight, 0, 10_000);
                Assert.NotEmpty(read.Host);
            }
        });
    }

    private static string Name(ServiceInstance facade) => SofaInstances.ToNodeName(facade);
}
