using BridgeMesh.Core.Channels;
using BridgeMesh.Core.Pipeline;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Tests.Channels;

public sealed class SlotTableTests
{
    private static readonly IAttemptSink Sink = new ExchangeDispatcher(TimeProvider.System, new PipelineCounters());

    [Fact]
    public void Settle_IdOfAWaitingCall_GivesThatCallOnce()
    {
        var table = new SlotTable(32, 100);
        var call = new PendingCall(new Exchange(), Sink);
        Assert.True(table.TryClaim(call, 10, out var id));
        Assert.True(table.TrySettle(id, out var settled));
        Assert.Same(call.Exchange, settled.Exchange);
        Assert.False(table.TrySettle(id, out _));
        Assert.Equal(0, table.InFlight);
    }

    [Fact]
    public void Claim_AllSlotsTaken_Fails()
    {
        var table = new SlotTable(32, 70);
        for (var i = 0; i < 70; i++)
        {
            Assert.True(table.TryClaim(new PendingCall(new Exchange(), Sink), 10, out _));
        }

        Assert.False(table.TryClaim(new PendingCall(new Exchange(), Sink), 10, out _));
    }

    [Fact]
    public void Expire_LateReply_SettlesNothingAndFreesTheSlot()
    {
        var table = new SlotTable(32, 1);
        table.TryClaim(new PendingCall(new Exchange(), Sink), deadline: 10, out var id);
        var expired = new List<PendingCall>();
        table.Expire(11, expired);
        Assert.Single(expired);
        Assert.Equal(1, table.Quarantined);
        Assert.False(table.TryClaim(new PendingCall(new Exchange(), Sink), 10, out _));
        Assert.False(table.TrySettle(id, out _));
        Assert.True(table.TryClaim(new PendingCall(new Exchange(), Sink), 20, out var next));
        Assert.NotEqual(id, next);
    }

    [Fact]
    public void Abandon_CallThatWaits_IsTakenOutOnceAndItsSlotQuarantined()
    {
        var table = new SlotTable(32, 1);
        var call = new PendingCall(new Exchange(), Sink);
        table.TryClaim(call, deadline: 10, out var id);
        Assert.False(table.TryAbandon(id, new Exchange(), out _));
        Assert.False(table.TryAbandon(id | 0xffff, call.Exchange, out _));
        Assert.True(table.TryAbandon(id, call.Exchange, out var abandoned));
        Assert.Equal(call, abandoned);
        Assert.False(table.TryAbandon(id, call.Exchange, out _));
        Assert.Equal((0, 1), (table.InFlight, table.Quarantined));
        Assert.False(table.TrySettle(id, out _));
        Assert.Equal(0, table.Quarantined);
    }

    [Fact]
    public void Claim_GenerationWraps_NoWaitingIdRepeatsAndOldIdsSettleNothing()
    {
        // One slot, 32-bit ids: the 16-bit generation wraps after 65,536 claims.
        var table = new SlotTable(32, 1);
        ulong previous = 0;
        var ids = new HashSet<ulong>();
        var wrapped = false;
        for (var i = 0; i < 70_000; i++)
        {
            Assert.True(table.TryClaim(new PendingCall(new Exchange(), Sink), 10, out var id));
            Assert.True(id <= uint.MaxValue);
            wrapped |= !ids.Add(id);
            if (i > 0)
            {
                Assert.False(table.TrySettle(previous, out _));
            }

            Assert.True(table.TrySettle(id, out _));
            previous = id;
        }

        Assert.True(wrapped);
    }

    [Fact]
    public void Claim_TimedOutSlotAcrossAWrap_IsNeverHandedOutAgainUntilItsReply()
    {
        var table = new SlotTable(32, 2);
        var expired = new List<PendingCall>();
        table.TryClaim(new PendingCall(new Exchange(), Sink), deadline: 1, out var lost);
        table.Expire(2, expired);
        for (var i = 0; i < 70_000; i++)
        {
            Assert.True(table.TryClaim(new PendingCall(new Exchange(), Sink), 10, out var id));
            Assert.NotEqual(lost & 0xFFFF, id & 0xFFFF);
            Assert.True(table.TrySettle(id, out _));
        }

        Assert.False(table.TrySettle(lost, out _));
        Assert.Equal(0, table.Quarantined);
    }

    [Fact]
    public void Claim_SixtyFourBitIds_StayWithinWhatJavaScriptHolds()
    {
        var table = new SlotTable(64, 1);
        for (var i = 0; i < 200_000; i++)
        {
            table.TryClaim(new PendingCall(new Exchange(), Sink), 10, out var id);
            Assert.True(id < 1UL << 53);
            Assert.True(table.TrySettle(id, out _));
        }
    }

    [Fact]
    public void Settle_RandomIds_NeverThrowsNorSettles()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var table = new SlotTable(64, 100);
        for (var i = 0; i < 10_000; i++)
        {
            Assert.False(table.TrySettle((ulong)random.NextInt64(), out _), $"seed {seed}");
        }
    }

    [Fact]
    public void TakeAll_CallsWaitingAndQuarantined_TakesTheWaitingAndFreesAll()
    {
        var table = new SlotTable(32, 2);
        table.TryClaim(new PendingCall(new Exchange(), Sink), 1, out _);
        table.Expire(5, []);
        table.TryClaim(new PendingCall(new Exchange(), Sink), 10, out _);
        var taken = new List<PendingCall>();
        table.TakeAll(taken);
        Assert.Single(taken);
        Assert.True(table.TryClaim(new PendingCall(new Exchange(), Sink), 10, out _));
        Assert.True(table.TryClaim(new PendingCall(new Exchange(), Sink), 10, out _));
    }
}
