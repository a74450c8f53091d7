using BridgeMesh.Crossing.Gateways;

namespace BridgeMesh.Crossing.Dubbo;

/// <summary>What a Dubbo callee of a forwarded call hears of its caller's timeout.</summary>
public sealed class ForwardedTimeTests
{
    private const int RoutesMaxMs = 600_000;

    [Theory]
    [InlineData("700000", RoutesMaxMs - 60_000, RoutesMaxMs)] // The route allows less.
    [InlineData("60000", 30_000, 60_000)]
    [InlineData(null, 0, 0)]
    public async Task Callee_HearsOfNoMoreTimeThanIsLeft(string? callersMs, int least, int most)
    {
        var heard = -1;
        await using var gateway = await GatewayUnderTest.StartAsync(null, e =>
        {
            heard = e.CallerTimeoutMs;
            e.Reply.AddNull();
        });
        (string, string)[] attachments = callersMs is null ? [] : [("timeout", callersMs)];
        var (status, _) = await GenericConsumer.InvokeAsync(gateway, "dubbo", "ping", [], static _ => { }, attachments);
        Assert.Equal(20, status);
        Assert.InRange(heard, least, most);
    }
}
