using System.Text.Json;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Curator;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Spring;

public class SpringLayoutTests
{
    private static readonly SpringLayout Layout = new(SpringLayout.DefaultRoot);

    [Fact]
    public void Read_WhatSpringRegistered_BecomesItsInstance()
    {
        var tree = new RecordedTree { ["/services/orders/2f4a7bb5-bf5a-4b7e-9e0a-2e0a7c5d3b11"] = CuratorTests.OfSpring.Bytes() };

        var found = Assert.Single(tree.ReadAll(Layout));

        Assert.Equal(new ServiceKey("orders"), found.Service);
        Assert.Equal(
            ("http", "10.2.0.7", 8080, false, "east", "orders"),
            (found.Protocol, found.Host, found.Port, found.IsSecure, found.Zone, found.Application));
        Assert.Equal(InstanceHealth.Up, found.Health);
        Assert.Equal("a", Assert.Single(found.Metadata).Value);
    }

    [Fact]
    public void Read_ASecurePort_IsTheOneThatIsCalled()
    {
        var tree = new RecordedTree { ["/services/orders/1"] = """{"address":"h","port":80,"sslPort":443}""".Bytes() };
        var found = Assert.Single(tree.ReadAll(Layout));
        Assert.Equal((443, true), (found.Port, found.IsSecure));
    }

    [Theory]
    [InlineData("UP", InstanceHealth.Up)]
    [InlineData("up", InstanceHealth.Up)]
    [InlineData("", InstanceHealth.Up)]
    [InlineData("OUT_OF_SERVICE", InstanceHealth.OutOfService)]
    [InlineData("DOWN", InstanceHealth.Down)]
    [InlineData("whatever", InstanceHealth.Unknown)]
    public void Read_Status_IsHealth(string status, InstanceHealth expected)
    {
        var tree = new RecordedTree { ["/services/a/1"] = Json(status).Bytes() };
        Assert.Equal(expected, Assert.Single(tree.ReadAll(Layout)).Health);

        static string Json(string status) => """{"address":"h","port":80,"payload":{"metadata":{"instance_status":"X"}}}""".Replace("X", status, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnInstancePutAside_TakesNoCalls()
    {
        var tree = new RecordedTree { ["/services/a/1"] = """{"address":"h","port":80,"enabled":false}""".Bytes() };
        Assert.Equal(InstanceHealth.OutOfService, Assert.Single(tree.ReadAll(Layout)).Health);
    }

    [Fact]
    public void Read_DubbosInstancesBeside_AreDubbos() =>
        Assert.Empty(RecordedTree.OfDubbo("3.2.16-register-mode-all").ReadAll(Layout));

    [Fact]
    public void Read_BrokenJson_IsToldAndLeftOut()
    {
        var tree = new RecordedTree { ["/services/a/1"] = "{"u8.ToArray(), ["/services/a/2"] = """{"address":"h","port":80}""".Bytes() };
        var reading = Layout.Read("a", tree);
        Assert.Single(reading.Instances);
        Assert.Equal("/services/a/1", Assert.Single(reading.Problems).Path);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NodesOf_AFacadeThatSaysEverything_IsReadAsItWas(bool isSecure)
    {
        var facade = Facades.Whole("orders", "http", 18_100) with { IsSecure = isSecure, Health = InstanceHealth.Starting, Application = "shop" };

        var read = Assert.Single(new RecordedTree().With(Layout.NodesOf([facade])).ReadAll(Layout));

        Assert.Equal(facade, read);
    }

    [Fact]
    public void NodesOf_AnyFacade_HasEveryKeyThatSpringWrites()
    {
        using var recorded = JsonDocument.Parse(CuratorTests.OfSpring);
        using var published = JsonDocument.Parse(Assert.Single(Layout.NodesOf([Facades.Of("orders", "http", 18_100)])).Data);
        AssertHasAll(recorded.RootElement, published.RootElement);
        Assert.Equal(
            recorded.RootElement.GetProperty("uriSpec").GetRawText().Replace("\n", string.Empty, StringComparison.Ordinal),
            published.RootElement.GetProperty("uriSpec").GetRawText());
        Assert.Equal(
            recorded.RootElement.GetProperty("payload").GetProperty("@class").GetString(),
            published.RootElement.GetProperty("payload").GetProperty("@class").GetString());

        static void AssertHasAll(JsonElement expected, JsonElement actual)
        {
            // A name that a team chose for itself.
            foreach (var name in expected.EnumerateObject().Where(static p => p.Name is not ("team" or "zone")))
            {
                Assert.True(actual.TryGetProperty(name.Name, out var there), name.Name);
                if (name.Value.ValueKind == JsonValueKind.Object)
                {
                    AssertHasAll(name.Value, there);
                }
            }
        }
    }

    [Fact]
    public void NodesOf_AfterARestart_AreTheSame()
    {
        var (before, after) = (Layout.NodesOf([Facades.Whole("a", "http", 1)])[0], Layout.NodesOf([Facades.Whole("a", "http", 1)])[0]);
        Assert.Equal(before.Path, after.Path);
        Assert.Equal(before.Data.ToArray(), after.Data.ToArray());
    }

    [Fact]
    public void NodesOf_ANameThatIsNoNodes_IsRefused() =>
        Assert.Throws<FormatException>(static () => Layout.NodesOf([Facades.Of("a/b", "http", 1)]));
}
