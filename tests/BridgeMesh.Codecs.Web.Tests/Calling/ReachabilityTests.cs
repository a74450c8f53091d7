using BridgeMesh.Codecs.Web.Calling;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Testing.Time;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Web.Tests.Calling;

public sealed class ReachabilityTests
{
    private readonly ManualTime _time = new();
    private readonly Exchange _exchange = new();

    [Fact]
    public void Instance_ThatCannotBeConnectedTo_IsPassedOverForAPauseThatDoubles()
    {
        var reachability = Make();
        Assert.True(reachability.IsAvailable);
        foreach (var ceilingMs in (int[])[100, 200, 400, 800, 1_000, 1_000])
        {
            Fail(reachability);
            Assert.False(reachability.IsAvailable);
            _time.Advance(TimeSpan.FromMilliseconds((ceilingMs / 2) - 1));
            Assert.False(reachability.IsAvailable);
            _time.Advance(TimeSpan.FromMilliseconds((ceilingMs / 2) + 1));
            Assert.True(reachability.IsAvailable);
        }
    }

    [Fact]
    public void FirstCallAfterThePause_FindsOutAndOthersWait()
    {
        var reachability = Make();
        Fail(reachability);
        _time.Advance(TimeSpan.FromMilliseconds(100));

        reachability.OnSend();
        Assert.False(reachability.IsAvailable);
        _time.Advance(TimeSpan.FromMilliseconds(500)); // The time to connect: that call is not coming back.
        Assert.True(reachability.IsAvailable);

        reachability.OnSend();
        reachability.OnEnded(_exchange);
        Assert.True(reachability.IsAvailable);
    }

    [Theory]
    [InlineData(ExchangeStatus.BadGateway, true)]
    [InlineData(ExchangeStatus.Unavailable, true)] // The callee's own 503.
    [InlineData(ExchangeStatus.Exhausted, false)]
    [InlineData(ExchangeStatus.Cancelled, false)]
    [InlineData(ExchangeStatus.DeadlineExceeded, false)]
    public void Call_ThatWasAnswered_EndsThePause(ExchangeStatus status, bool isAvailable)
    {
        var reachability = Make();
        Fail(reachability);
        _exchange.SetFault(status, "why", mayHaveExecuted: true);

        reachability.OnEnded(_exchange);

        Assert.Equal(isAvailable, reachability.IsAvailable);
    }

    private Reachability Make() => new(new ChannelSettings(FrameLimits.Default, 500, _time) { ReconnectMs = 100, MaxReconnectMs = 1_000 });

    private void Fail(Reachability reachability)
    {
        reachability.OnSend();
        _exchange.SetFault(ExchangeStatus.Unavailable, "the connection was refused");
        _exchange.Connection = ConnectionOutcome.NotMade;
        reachability.OnEnded(_exchange);
        _exchange.Reset();
    }
}
