using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Crossing.Loops;

/// <summary>Two gateways that take each other for the callee: the call is refused, once, in the caller's protocol, and the chain is named.</summary>
public sealed class LoopTests
{
    private const string Circle = "circle of gateways: gw-a > gw-b > gw-a;";

    private static readonly string[] Protocols = ["bolt", "dubbo", "http"];

    public static TheoryData<string, string> Pairs()
    {
        var data = new TheoryData<string, string>();
        foreach (var caller in Protocols)
        {
            foreach (var between in Protocols)
            {
                data.Add(caller, between);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Call_GatewaysThatAreMarked_IsRefusedInTheFirstRound(string caller, string between)
    {
        await using var a = await GatewayChain.StartAsync("gw-a");
        await using var b = await GatewayChain.StartAsync("gw-b");
        await a.PointAtAsync(between, b.Runtime.Ports[between], "gw-b");
        await b.PointAtAsync(between, a.Runtime.Ports[between], "gw-a");

        var told = await a.CallAsync(caller);

        Assert.Contains(Circle, told, StringComparison.Ordinal);
        Assert.Equal((2L, 1L), (a.Runtime.Status().Calls.Completed, b.Runtime.Status().Calls.Completed));
        Assert.Equal(1, Lanes(b)["Forward"]);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    [InlineData("http")]
    public async Task Call_GatewaysThatNobodyMarked_IsRefusedLongBeforeItsTimeIsUp(string protocol)
    {
        await using var a = await GatewayChain.StartAsync("gw-a");
        await using var b = await GatewayChain.StartAsync("gw-b");
        await a.PointAtAsync(protocol, b.Runtime.Ports[protocol]);
        await b.PointAtAsync(protocol, a.Runtime.Ports[protocol]);

        var told = await a.CallAsync(protocol);

        Assert.Contains("circle of gateways:", told, StringComparison.Ordinal);
        Assert.InRange(a.Runtime.Status().Calls.Completed, 2, 1_000);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Call_ThroughTwoGateways_ReachesTheCalleeWithTheListOfBoth(string caller, string between)
    {
        string? hops = null;
        await using var a = await GatewayChain.StartAsync("gw-a");
        await using var b = await GatewayChain.StartAsync("gw-b");
        await using var callee = b.Callee("dubbo", exchange =>
        {
            hops = string.Join(';', exchange.RequestMetadata.Entries.ToArray().Where(p => p.Key == HopList.Key).Select(p => p.Value));
            exchange.Reply.AddString("done"u8);
        });
        await a.PointAtAsync(between, b.Runtime.Ports[between], "gw-b");
        await b.PointAtAsync("dubbo", callee.Port);

        Assert.Contains("done", await a.CallAsync(caller), StringComparison.Ordinal);

        Assert.Equal("gw-a,gw-b", hops);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task Call_ForwardedToACalleeThatIsNoGateway_StaysAsItsCallerWroteIt(string protocol)
    {
        var seen = new List<FrameHeader>();
        string? hops = "unset";
        await using var a = await GatewayChain.StartAsync("gw-a");
        await using var callee = a.Callee(protocol, exchange =>
        {
            hops = exchange.Hops;
            seen.Add(exchange.CallerHeader);
            exchange.Reply.AddString("done"u8);
        });
        await a.PointAtAsync(protocol, callee.Port);

        Assert.Equal("done", await a.CallAsync(protocol));

        Assert.Null(hops);
        Assert.Single(seen);
        Assert.Equal(1, Lanes(a)["Forward"]);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    [InlineData("http")]
    public async Task Call_MoreGatewaysThanAllowed_IsRefusedWithTheChain(string protocol)
    {
        await using var a = await GatewayChain.StartAsync("gw-a");
        await using var b = await GatewayChain.StartAsync("gw-b");
        await using var c = await GatewayChain.StartAsync("gw-c", maxHops: 2);
        await a.PointAtAsync(protocol, b.Runtime.Ports[protocol], "gw-b");
        await b.PointAtAsync(protocol, c.Runtime.Ports[protocol], "gw-c");

        var told = await a.CallAsync(protocol);

        Assert.Contains("passed too many gateways: gw-a > gw-b > gw-c; 2 are allowed (maxHops)", told, StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<string, long> Lanes(GatewayChain gateway) => gateway.Runtime.Status().Calls.ByLane;
}
