using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

/// <summary>Listeners that stand for one service, whose callee does not speak HTTP.</summary>
public sealed class PinnedServiceTests
{
    private const string Order = """{"id":"o-1","count":3,"total":"12.50"}""";

    private static readonly ServiceContract Other = new(
        new ServiceKey("com.acme.OtherService"),
        [
            new MethodShape
            {
                Name = "other",
                Parameters = [],
                Returns = OrderContract.String,
                Signature = JavaSignature.Of(string.Empty),
                Http = new HttpBinding { Verb = "GET", PathTemplate = "/other", Parameters = [] },
            },
        ]);

    [Theory]
    [InlineData("service=com.acme.OrderService", "com.acme.OrderService:1.0 latest()")]
    [InlineData("service=com.acme.OrderService version=1.0 group=blue", "blue/com.acme.OrderService:1.0 latest()")]
    [InlineData("service=order-service contract=com.acme.OrderService", "order-service latest()")]
    [InlineData("service=order-service contract=com.acme.OrderService version=7 uniqueId=u1", null)]
    [InlineData("service=order-service contract=com.acme.OrderService version=1.0 uniqueId=u1", "order-service:1.0:u1 latest()")]
    [InlineData("service=com.acme.OtherService", null)]
    public async Task NativePath_OfItsContractAlone_IsACallOfTheService(string settings, string? call)
    {
        await using var listener = await StartAsync(settings);

        var answer = await listener.SendAsync("GET", "/shop/orders/latest");

        Assert.Equal(call is null ? 404 : 200, answer.Status);
        Assert.Equal(call ?? string.Empty, listener.Call);
    }

    [Theory]
    [InlineData("/order-service/place", "order-service place(Lcom/acme/Order;)")]
    [InlineData("/com.acme.OrderService/place", "order-service place(Lcom/acme/Order;)")]
    [InlineData("/com.acme.OrderService/place?group=red", "red/order-service place(Lcom/acme/Order;)")]
    [InlineData("/com.acme.OrderService/place?version=2.0", null)] // Its contract is 1.0's.
    [InlineData("/com.acme.OtherService/other", null)]
    [InlineData("/order-service/none", null)]
    [InlineData("/order-service/", null)]
    [InlineData("/order-service/place/1", null)]
    [InlineData("/somewhere", null)]
    [InlineData("/", null)]
    public async Task CanonicalPath_UnderEitherNameOfTheService_IsACallOfIt(string path, string? call)
    {
        await using var listener = await StartAsync("service=order-service contract=com.acme.OrderService");

        var answer = await listener.SendAsync("POST", path, Order);

        if (call is null && path.Contains("version=2.0", StringComparison.Ordinal))
        {
            // Another version without a contract: what it has is not known here.
            Assert.Equal("order-service:2.0 place()", listener.Call);
            return;
        }

        Assert.Equal(call is null ? 404 : 200, answer.Status);
        Assert.Equal(call ?? string.Empty, listener.Call);
    }

    [Theory]
    [InlineData("version=2.0", 404)]
    [InlineData("version=1.0", 200)]
    [InlineData("version=1.0&group=red", 404)]
    [InlineData("group=blue&uniqueId=u", 200)]
    public async Task CanonicalPath_NamingAnotherThanThePinned_Is404(string query, int status)
    {
        await using var listener = await StartAsync("service=com.acme.OrderService version=1.0 group=blue");

        Assert.Equal(status, (await listener.SendAsync("POST", $"/com.acme.OrderService/bare?{query}", "[1]")).Status);
    }

    [Fact]
    public async Task Path_WithTheWrongVerb_Is405()
    {
        await using var listener = await StartAsync("service=com.acme.OrderService");

        var answer = await listener.SendAsync("DELETE", "/shop/orders/latest");

        Assert.Equal((405, "GET, PUT"), (answer.Status, answer.Headers["Allow"]));
    }

    [Fact]
    public async Task AnyPath_WithoutAnInstance_Is503()
    {
        await using var listener = await StartAsync("service=order-service");
        listener.Dispatcher.Instance = null;

        Assert.Equal(503, (await listener.SendAsync("POST", "/whatever/it/is", "body", "text/plain")).Status);
    }

    [Theory]
    [InlineData("/a/../b", 400)]
    [InlineData("/a/%2e%2e/b", 400)]
    public async Task Path_WithDotSegments_Is400(string path, int status)
    {
        await using var listener = await StartAsync("service=order-service");

        Assert.Equal(status, (await listener.SendAsync("GET", path)).Status);
    }

    [Fact]
    public async Task Settings_Changed_HoldForTheNextRequest()
    {
        await using var listener = await StartAsync("service=com.acme.OtherService");
        Assert.Equal(404, (await listener.SendAsync("GET", "/shop/orders/latest")).Status);

        Assert.True(listener.TryChange(("hosts.127.0.0.1", "com.acme.OrderService?group=blue")));

        Assert.Equal(200, (await listener.SendAsync("GET", "/shop/orders/latest")).Status);
        Assert.Equal("blue/com.acme.OrderService:1.0 latest()", listener.Call);
        Assert.False(listener.TryChange(("hosts.127.0.0.1:80", "x")));
    }

    [Theory]
    [InlineData("version", "1.0", "'version' does nothing without 'service'")]
    [InlineData("service", "a b", "'a b' is no service")]
    [InlineData("service", "a/b", "'a/b' is no service")]
    [InlineData("hosts.shop.example:80", "orders", "'shop.example:80' is no host name")]
    [InlineData("hosts.[::1]:80", "orders", "'[::1]:80' is no host name")]
    [InlineData("hosts.", "orders", "'' is no host name")]
    [InlineData("hosts.läden.example", "orders", "'läden.example' is no host name")]
    [InlineData("hosts.shop.example", "", "'' is no service")]
    [InlineData("hosts.shop.example", "orders?Version=1", "'Version=1' says nothing of a service, or says it again")]
    [InlineData("hosts.shop.example", "orders?group=a&group=b", "'group=b' says nothing of a service, or says it again")]
    [InlineData("hosts.shop.example", "orders?group=", "'' is no group")]
    [InlineData("hosts", "orders", "'hosts' is 'orders'")]
    [InlineData("hostss.shop.example", "orders", "an http listener has no setting 'hostss.shop.example'")]
    public void Settings_ThatNameNoService_AreToldWithTheirPlace(string name, string value, string problem)
    {
        var settings = new ListenerSettings("l", "127.0.0.1", 0, FrameLimits.Default, new Dictionary<string, string> { [name] = value });

        var found = Assert.Single(new HttpListenerFactory().Check(settings));

        Assert.Equal((name, problem), (found.Setting, found.Message));
    }

    [Fact]
    public void Hosts_TwiceInOtherLetters_AreAProblem()
    {
        var settings = new ListenerSettings("l", "127.0.0.1", 0, FrameLimits.Default, new Dictionary<string, string>
        {
            ["hosts.shop.example"] = "a",
            ["hosts.SHOP.example."] = "b",
        });

        Assert.Contains("twice", Assert.Single(new HttpListenerFactory().Check(settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_BeyondTheBound_AreAProblem()
    {
        var hosts = Enumerable.Range(0, 1_001).ToDictionary(i => $"hosts.h{i}", _ => "a");

        Assert.Single(new HttpListenerFactory().Check(new ListenerSettings("l", "127.0.0.1", 0, FrameLimits.Default, hosts)));
    }

    private static async Task<ListenerUnderTest> StartAsync(string settings)
    {
        var listener = await ListenerUnderTest.StartAsync(
            static _ => { },
            contracts: [Other, OrderContract.Service],
            settings: [.. settings.Split(' ').Select(s => s.Split('=')).Select(s => (s[0], s[1]))]);
        listener.Dispatcher.Instance = new ServiceInstance { Service = new ServiceKey("any"), Protocol = "dubbo", Host = "127.0.0.1", Port = 1 };
        return listener;
    }
}
