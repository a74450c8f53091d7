using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Curator;
using BridgeMesh.Registries.ZooKeeper.Layouts;
using BridgeMesh.Testing.Bytes;

namespace BridgeMesh.Registries.ZooKeeper.DubboApplication;

public class DubboApplicationLayoutTests
{
    private const string Demo = "com.example.bridge.DemoService";
    private const string App = "bridge-demo-provider";
    private const string Recorded32 = "/services/bridge-demo-provider/127.0.0.1:25880";
    private const string Recorded27 = "/services/bridge-demo-provider/127.0.0.1:24880";
    private const string RecordedMetadata = "/dubbo/metadata/bridge-demo-provider/8FACA18755618B07A4C11D84F245DCED";

    private static readonly DubboApplicationLayout Layout = new(new LayoutSettings(DubboApplicationLayout.DefaultRoot, "bridgemesh"));

    [Fact]
    public void Read_AProviderOf32WithoutMetadata_HasTheServicesOfTheMapping()
    {
        var found = RecordedTree.OfDubbo("3.2.16-register-mode-all").ReadAll(Layout);

        Assert.Equal(
            [Demo, "com.example.bridge.GenericOnlyService", "com.example.bridge.SlowService"],
            found.Select(static i => i.Service.Interface));
        Assert.All(found, static i => Assert.Equal(
            ("dubbo", "127.0.0.1", 25880, App, string.Empty), (i.Protocol, i.Host, i.Port, i.Application, i.Service.Group)));
    }

    [Fact]
    public void Read_AProviderOf27_HasTheServicesOfItsOwnMapping()
    {
        var found = Assert.Single(RecordedTree.OfDubbo("2.7.23-service-discovery-registration").ReadAll(Layout));
        Assert.Equal((Demo, "dubbo", 24880), (found.Service.Interface, found.Protocol, found.Port));
    }

    [Fact]
    public void Read_MetadataThatComesLater_GivesGroupsVersionsAndPorts()
    {
        var tree = RecordedTree.OfDubbo("3.2.16-register-mode-all");
        Assert.Equal(3, tree.ReadAll(Layout).Length);
        tree["/dubbo/metadata/bridge-demo-provider/d624dc85db5401d90fb0a36a29215f03"] = """
            {"app":"bridge-demo-provider","revision":"d624dc85db5401d90fb0a36a29215f03","services":{
            "g1/com.example.bridge.DemoService:1.0.0:dubbo":{"name":"com.example.bridge.DemoService","group":"g1","version":"1.0.0","protocol":"dubbo",
              "port":25880,"path":"com.example.bridge.DemoService","params":{"prefer.serialization":"fastjson2,hessian2","dubbo.tag":"grey","weight":"20"}},
            "com.example.bridge.SlowService:tri":{"name":"com.example.bridge.SlowService","protocol":"tri","port":25881,"params":{}},
            "bridge-demo-provider/org.apache.dubbo.metadata.MetadataService:1.0.0:dubbo":{"name":"org.apache.dubbo.metadata.MetadataService",
              "group":"bridge-demo-provider","version":"1.0.0","protocol":"dubbo","port":25880,"params":{}}}}
            """.Bytes();

        var found = tree.ReadAll(Layout);

        Assert.Equal(2, found.Length);
        var demo = Assert.Single(found, static i => i.Service == new ServiceKey(Demo, "1.0.0", "g1"));
        Assert.Equal(("dubbo", 25880, 20), (demo.Protocol, demo.Port, demo.Weight));
        Assert.Equal(["fastjson2", "hessian2"], demo.Serializations.AsEnumerable());
        Assert.Equal("grey", Assert.Single(demo.Tags));
        var slow = Assert.Single(found, static i => i.Service.Interface == "com.example.bridge.SlowService");
        Assert.Equal(("triple", 25881), (slow.Protocol, slow.Port));
    }

    [Fact]
    public void Read_RecordedMetadata_HasTheServicesAndNotDubbosOwn()
    {
        var tree = RecordedTree.OfDubbo("2.7.23-service-discovery-registration");
        var info = MetadataReader.Read(tree[RecordedMetadata], out var problem);

        Assert.NotNull(info);
        Assert.Empty(problem);
        var service = Assert.Single(info.Services);
        Assert.Equal((new ServiceKey(Demo), "dubbo", 0, "2.7.23"), (service.Service, service.Protocol, service.Port, service.Params["release"]));
        Assert.Equal($"{Demo}:dubbo", service.MatchKey);
    }

    [Fact]
    public void Read_ARevisionThatChanges_IsFollowedToItsMetadata()
    {
        var tree = new RecordedTree();
        tree["/services/a/h:1"] = Instance("r1");
        tree["/dubbo/metadata/a/r1"] = Metadata("one");
        Assert.Equal("one", Assert.Single(tree.ReadAll(Layout)).Service.Interface);

        tree["/services/a/h:1"] = Instance("r2");
        Assert.Empty(tree.ReadAll(Layout));
        Assert.Equal("/dubbo/metadata/a/r2", Assert.Single(Layout.Read("a", tree).Also));

        tree["/dubbo/metadata/a/r2"] = Metadata("two");
        Assert.Equal("two", Assert.Single(tree.ReadAll(Layout)).Service.Interface);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"services":[]}""")]
    [InlineData("""{"services":{"a":{"name":"\udc00"}}}""")]
    public void Read_BrokenMetadata_IsToldAndTheMappingStands(string json)
    {
        var tree = new RecordedTree();
        tree["/services/a/h:1"] = Instance("r1");
        tree["/dubbo/metadata/a/r1"] = json.Bytes();
        tree["/dubbo/mapping/one"] = "b,a ,c".Bytes();

        var reading = Layout.Read("a", tree);

        Assert.Equal("one", Assert.Single(reading.Instances).Service.Interface);
        Assert.Equal("/dubbo/metadata/a/r1", Assert.Single(reading.Problems).Path);
    }

    [Fact]
    public void Read_OddServices_AreLeftOutAlone()
    {
        var info = MetadataReader.Read(
            """{"services":{"a":7,"b":{"name":""},"c":{"name":"C","port":"70000","version":"0.0.0","params":{"x":1}},"d":null}}""".Bytes(), out _);
        Assert.NotNull(info);
        var only = Assert.Single(info.Services);
        Assert.Equal((new ServiceKey("C"), 0, 0), (only.Service, only.Port, only.Params.Count));
    }

    [Fact]
    public void Read_HugeMetadata_IsRefused()
    {
        Assert.Null(MetadataReader.Read(new byte[MetadataReader.MaxBytes + 1], out var size));
        Assert.Contains("bytes", size, StringComparison.Ordinal);
        var crowd = string.Join(',', Enumerable.Range(0, MetadataReader.MaxServices + 1).Select(static i => $"\"{i}\":{{\"name\":\"n{i}\"}}"));
        Assert.Null(MetadataReader.Read($"{{\"services\":{{{crowd}}}}}".Bytes(), out var many));
        Assert.Contains("services", many, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    public void Read_ARevisionThatIsNoName_IsNeverAskedFor(string revision)
    {
        var tree = new RecordedTree { ["/services/a/h:1"] = Instance(revision) };
        Assert.Empty(Layout.Read("a", tree).Also);
    }

    [Fact]
    public void Read_SpringsInstancesBeside_AreSprings()
    {
        var tree = new RecordedTree { ["/services/orders/1"] = CuratorTests.OfSpring.Bytes(), ["/dubbo/mapping/one"] = "orders"u8.ToArray() };
        Assert.Empty(tree.ReadAll(Layout));
    }

    [Fact]
    public void Read_BrokenInstances_AreToldAndLeftOut()
    {
        var tree = new RecordedTree { ["/services/a/h:1"] = Instance("r1"), ["/services/a/h:2"] = "{"u8.ToArray() };
        tree["/dubbo/metadata/a/r1"] = Metadata("one");
        var reading = Layout.Read("a", tree);
        Assert.Single(reading.Instances);
        Assert.Equal("/services/a/h:2", Assert.Single(reading.Problems).Path);
    }

    [Fact]
    public void Read_DamagedNodes_NeverThrows()
    {
        var recorded = RecordedTree.OfDubbo("3.2.16-register-mode-all");
        var (instance, metadata) = (recorded[Recorded32] ?? [], RecordedTree.OfDubbo("2.7.23-service-discovery-registration")[RecordedMetadata] ?? []);
        Seeded.Run(3_000, random =>
        {
            var tree = new RecordedTree();
            tree[Recorded32] = Mutation.Of(instance, random);
            tree["/dubbo/mapping/one"] = Mutation.Of("a,bridge-demo-provider"u8, random);
            if (Layout.Read(App, tree).Also is [var path])
            {
                tree[path] = Mutation.Of(metadata, random);
            }

            Assert.All(Layout.Read(App, tree).Instances, static i => Assert.InRange(i.Port, 1, 65_535));
        });
    }

    [Theory]
    [InlineData("/dubbo", "/dubbo", false)]
    [InlineData("/a/services", "/a", false)]
    [InlineData("/a", "/a/dubbo", false)]
    [InlineData("/ab", "/a", true)]
    public void Roots_ThatLieInOneAnother_AreRefused(string root, string metadataRoot, bool isRight)
    {
        var settings = OpenAdapter.Settings(("servers", "h:1"), ("layout", "dubbo-application"), ("root", root), ("metadataRoot", metadataRoot));
        var problems = new ZooKeeperRegistryFactory().Check(settings);
        Assert.Equal(isRight, problems.Count == 0);
        Assert.All(problems, static p => Assert.Equal("metadataRoot", p.Setting));
    }

    [Theory]
    [InlineData("dubbo", 20_880)]
    [InlineData("triple", 50_051)]
    public void NodesOf_AFacadeThatSaysEverything_IsReadAsItWas(string protocol, int port)
    {
        // Triple says with each call how it is serialized, and its registrations do not.
        var facade = Facades.Whole(Demo, protocol, port) with { Serializations = protocol == "dubbo" ? ["hessian2", "protobuf"] : [] };

        var read = Assert.Single(new RecordedTree().With(Layout.NodesOf([facade])).ReadAll(Layout));

        // Dubbo's URLs have no way to write the odd one.
        Assert.All(facade.Metadata.Remove(Facades.OddName), m => Assert.Equal(m.Value, read.Metadata.GetValueOrDefault(m.Key)));
        Assert.Equal(facade, read with { Metadata = facade.Metadata });
    }

    [Fact]
    public void NodesOf_SeveralFacadesOfAnApplication_AreOneInstance()
    {
        var first = Facades.Whole(Demo, "dubbo", 20_880);
        var second = Facades.Of("com.example.Other", "dubbo", 20_880) with
        {
            Application = first.Application,
            Metadata = Facades.Of("x", "dubbo", 1).Metadata.SetItem(InstanceMarks.Origin, "elsewhere"),
        };
        Assert.Equal(Layout.GroupOf(first), Layout.GroupOf(second));
        Assert.NotEqual(Layout.GroupOf(first), Layout.GroupOf(second with { Port = 20_881 }));
        Assert.NotEqual(Layout.GroupOf(first), Layout.GroupOf(second with { Application = "shop" }));

        var nodes = Layout.NodesOf([first, second]);

        var read = new RecordedTree().With(nodes).ReadAll(Layout);
        Assert.Single(nodes, static n => n.Path.StartsWith("/services/", StringComparison.Ordinal));
        Assert.Equal(2, read.Length);
        Assert.Equal("elsewhere", Assert.Single(read, static i => i.Service.Interface == "com.example.Other").Metadata[InstanceMarks.Origin]);
        Assert.Equal("mesh", Assert.Single(read, static i => i.Service.Interface == Demo).Metadata[InstanceMarks.Origin]);
        Assert.All(read, static i => Assert.Equal("gw-1", i.Metadata[InstanceMarks.Gateway]));
    }

    [Fact]
    public void NodesOf_Revision_ChangesWithTheServicesAndTheAddressAlone()
    {
        var facade = Facades.Whole(Demo, "dubbo", 20_880);
        var other = facade with { Service = new ServiceKey("com.example.Other") };

        Assert.Equal(Revision(facade), Revision(facade with { }));
        Assert.Equal(Revision(facade, other), Revision(other, facade));
        Assert.NotEqual(Revision(facade), Revision(facade, other));
        Assert.NotEqual(Revision(facade), Revision(facade with { Weight = 7 }));
        Assert.NotEqual(Revision(facade), Revision(facade with { Host = "10.1.0.6" }));

        static string Revision(params ServiceInstance[] facades) => Layout.NodesOf([.. facades])
            .Single(static n => n.Path.StartsWith("/dubbo/metadata/", StringComparison.Ordinal)).Path;
    }

    [Fact]
    public void NodesOf_AnyFacade_HasEveryKeyThatDubboWrites()
    {
        var nodes = new RecordedTree().With(Layout.NodesOf([Facades.Of(Demo, "dubbo", 20_880) with { Application = App }]));
        using var instance = JsonDocument.Parse(nodes[$"/services/{App}/10.1.0.5:20880"] ?? []);

        // A time that is new with each start, and what is there for who asks the instance, where the metadata stands in the centre.
        string[] declared = ["timestamp", ApplicationNode.MetadataUrlKey];
        foreach (var (snapshot, path) in (ReadOnlySpan<(string, string)>)[("3.2.16-register-mode-all", Recorded32), ("2.7.23-service-discovery-registration", Recorded27)])
        {
            using var recorded = JsonDocument.Parse(RecordedTree.OfDubbo(snapshot)[path] ?? []);
            AssertHasAll(recorded.RootElement, instance.RootElement, declared);
        }

        var centre = Assert.Single(nodes.Paths, static p => p.StartsWith($"/dubbo/metadata/{App}/", StringComparison.Ordinal));
        using var published = JsonDocument.Parse(nodes[centre] ?? []);
        using var metadata = JsonDocument.Parse(RecordedTree.OfDubbo("2.7.23-service-discovery-registration")[RecordedMetadata] ?? []);
        var key = $"{Demo}:dubbo";
        AssertHasAll(
            metadata.RootElement.GetProperty("services").GetProperty(key), published.RootElement.GetProperty("services").GetProperty(key), []);
        Assert.Equal(centre.Split('/')[^1], published.RootElement.GetProperty("revision").GetString());
    }

    [Theory]
    [InlineData("a/b", "app")]
    [InlineData("a", "app/x")]
    [InlineData("a", "app,x")]
    public void NodesOf_NamesThatAreNoNodes_AreRefused(string service, string application) =>
        Assert.Throws<FormatException>(() => Layout.NodesOf([Facades.Of(service, "dubbo", 1) with { Application = application }]));

    [Theory]
    [InlineData("/services", NodeInterest.Children, null)]
    [InlineData("/services/a", NodeInterest.Children, "a")]
    [InlineData("/services/a/h:1", NodeInterest.Data, "a")]
    [InlineData("/services/a/h:1/x", NodeInterest.None, "a")]
    [InlineData("/dubbo/mapping", NodeInterest.Children, "*")]
    [InlineData("/dubbo/mapping/i", NodeInterest.Data, "*")]
    [InlineData("/dubbo/config/mapping", NodeInterest.Children, "*")]
    [InlineData("/dubbo/config/mapping/i", NodeInterest.Children, "*")]
    [InlineData("/dubbo/config/mapping/i/a", NodeInterest.None, "*")]
    public void Interest_OfEachNode_IsWhatItTakes(string path, object interest, string? part)
    {
        Assert.Equal(interest, Layout.InterestIn(path));
        Assert.Equal(part, Layout.PartOf(path));
    }

    [Fact]
    public void Mapping_IsAddedToAndTakenFromByEachInItsTurn()
    {
        Assert.Equal("a", Text(MappingNode.With([], "a")));
        Assert.Equal("b,a", Text(MappingNode.With("b"u8, "a")));
        Assert.Null(MappingNode.With("b, a"u8, "a"));
        Assert.Equal("b", Text(MappingNode.Without("b,a"u8, "a")));
        Assert.Empty(MappingNode.Without("a"u8, "a") ?? [1]);
        Assert.Null(MappingNode.Without("ab"u8, "a"));
        var many = Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Range(0, MappingNode.MaxApplications + 10)));
        Assert.Equal(MappingNode.MaxApplications, MappingNode.Read(many).Length);

        static string? Text(byte[]? data) => data is null ? null : Encoding.UTF8.GetString(data);
    }

    [Theory]
    [InlineData(null, 20880)]
    [InlineData("""{"dubbo":{"version":"1.0.0","dubbo":"2.0.2","release":"2.7.23","port":"20883"}}""", 20883)]
    [InlineData("""{"port":"20882","protocol":"dubbo","version":"1.0.0"}""", 20882)]
    [InlineData("""{"port":20881}""", 20881)]
    [InlineData("""{"port":true}""", 20880)]
    [InlineData("{", 20880)]
    public void MetadataService_ListensWhereTheInstanceSays(string? text, int expected)
    {
        var metadata = ImmutableDictionary<string, string>.Empty.Add(ApplicationNode.RevisionKey, "r");
        metadata = text is null ? metadata : metadata.Add(ApplicationNode.MetadataUrlKey, text);
        var node = ApplicationNode.Of("a", new CuratorInstance { Name = "a", Id = "i", Address = "h", Port = 20880, Metadata = metadata });
        Assert.Equal(expected, node?.MetadataPort);
    }

    internal static byte[] Instance(string revision, string storage = "remote", string host = "h", int port = 1) => CuratorWriter.Write(new CuratorInstance
    {
        Name = "a",
        Id = $"{host}:{port}",
        Address = host,
        Port = port,
        PayloadClass = ApplicationNode.PayloadClass,
        Metadata = ImmutableDictionary<string, string>.Empty
            .Add(ApplicationNode.RevisionKey, revision)
            .Add(ApplicationNode.StorageKey, storage)
            .Add(ApplicationNode.EndpointsKey, $$"""[{"port":{{port}},"protocol":"dubbo"}]"""),
    });

    internal static byte[] Metadata(string service) =>
        MetadataWriter.Write(new MetadataInfo("a", "r", [new ApplicationService(new ServiceKey(service), "dubbo", 0)]));

    private static void AssertHasAll(JsonElement expected, JsonElement actual, string[] declared)
    {
        foreach (var name in expected.EnumerateObject().Where(n => !declared.Contains(n.Name, StringComparer.Ordinal)))
        {
            Assert.True(actual.TryGetProperty(name.Name, out var there), name.Name);
            if (name.Value.ValueKind == JsonValueKind.Object)
            {
                AssertHasAll(name.Value, there, declared);
            }
        }
    }
}
