using BridgeMesh.Core.Model;
using BridgeMesh.Core.Registries;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Testing.Time;

namespace BridgeMesh.Core.Tests.Registries;

public sealed class FollowedServiceTests
{
    private static readonly ServiceKey Key = new("orders");

    private readonly ManualTime _time = new();
    private long _revision;

    [Theory]
    [InlineData(3, 2, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(20, 10, 0)]
    [InlineData(20, 9, 11)]
    [InlineData(3, 1, 2)]
    [InlineData(1, 0, 1)]
    [InlineData(20, 0, 20)]
    public void Tell_ListThatShrank_HoldsBackWhatIsLostBeyondTheShare(int before, int after, int heldBack)
    {
        var service = Service();
        service.Tell(Told(before));

        service.Tell(Told(after));

        Assert.Equal(heldBack, service.HeldBack.Length);
        Assert.Equal(after + heldBack, service.InUse!.Instances.Length);
    }

    [Fact]
    public void Tell_ThisGatewayHasGone_IsBelievedAtOnce()
    {
        var service = new FollowedService(Key, new GuardModel(), _time) { IsOwn = static i => i.Port == 2 };
        service.List(true);
        service.Tell(Told(2));

        service.Tell(Told(0));

        Assert.Equal(1, Assert.Single(service.HeldBack).Port);
        Assert.Equal(1, Assert.Single(service.InUse!.Instances).Port);
    }

    [Fact]
    public void Tell_WithoutAGuard_BelievesEverything()
    {
        var service = new FollowedService(Key, null, _time);
        service.List(true);
        service.Tell(Told(20));

        Assert.True(service.Tell(Told(0)));

        Assert.Empty(service.InUse!.Instances);
    }

    [Fact]
    public void Tell_AllReplacedByAsMany_IsNoLoss()
    {
        var service = Service();
        service.Tell(Told(5));

        service.Tell(Told(5, from: 100));

        Assert.Empty(service.HeldBack);
        Assert.Equal(100, service.InUse!.Instances[0].Port);
    }

    [Fact]
    public void Tell_InstanceWithOtherMetadata_IsTheSameInstance()
    {
        var service = Service();
        service.Tell(Told(1));

        service.Tell(Told(0) with { Instances = [Instance(1) with { Weight = 7 }] });

        Assert.Empty(service.HeldBack);
        Assert.Equal(7, Assert.Single(service.InUse!.Instances).Weight);
    }

    [Fact]
    public void Tell_LosesByAndBy_IsHeldBackAsOnceItAllWent()
    {
        var service = Service();
        service.Tell(Told(20));
        for (var left = 18; left >= 10; left -= 2)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            service.Tell(Told(left));
            Assert.Empty(service.HeldBack);
        }

        service.Tell(Told(8));

        Assert.Equal(2, service.HeldBack.Length);
        Assert.Equal(10, service.InUse!.Instances.Length);
    }

    [Fact]
    public void Tell_LosesSlowly_IsBelieved()
    {
        var service = Service();
        service.Tell(Told(20));
        for (var left = 19; left >= 1; left--)
        {
            _time.Advance(TimeSpan.FromSeconds(11));
            service.Tell(Told(left));
            Assert.Empty(service.HeldBack);
        }
    }

    [Fact]
    public void ConfirmIfDue_StillSoAfterTheTime_IsBelieved()
    {
        var service = Service();
        service.Tell(Told(20));
        service.Tell(Told(0));

        _time.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.False(service.ConfirmIfDue());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.Zero, service.LeftToConfirm);
        Assert.True(service.ConfirmIfDue());

        Assert.Empty(service.InUse!.Instances);
        Assert.Empty(service.HeldBack);
    }

    [Fact]
    public void ConfirmIfDue_RegistryIsAway_IsNotBelieved()
    {
        var service = Service();
        service.Tell(Told(20));
        service.Tell(Told(0));
        service.Tell(Told(0) with { Stale = true });

        _time.Advance(TimeSpan.FromHours(1));

        Assert.False(service.ConfirmIfDue());
        Assert.Equal(20, service.InUse!.Instances.Length);
        Assert.True(service.InUse.Stale);
    }

    [Fact]
    public void Tell_SaidAgainAfterTheRegistryWasAway_IsBelieved()
    {
        var service = Service();
        service.Tell(Told(20));
        service.Tell(Told(1));
        service.Tell(Told(1) with { Stale = true });
        Assert.Equal(20, service.InUse!.Instances.Length);

        Assert.True(service.Tell(Told(1)));

        Assert.Single(service.InUse.Instances);
    }

    [Fact]
    public void Tell_RegistryFillsAgain_EndsInWhatItSays()
    {
        var service = Service();
        service.Tell(Told(20));
        for (var back = 0; back <= 20; back++)
        {
            service.Tell(Told(back));
            Assert.Equal(back < 10 ? 20 : back, service.InUse!.Instances.Length);
        }

        Assert.Empty(service.HeldBack);
    }

    [Fact]
    public void Drop_WhatDoesNotAccept_GoesAtOnceAndTheRestStays()
    {
        var service = Service();
        service.Tell(Told(4));
        service.Tell(Told(0));

        Assert.True(service.Drop(i => i.Port is 2 or 3));

        Assert.Equal([1, 4], service.InUse!.Instances.Select(static i => i.Port));
        service.Tell(Told(0));
        Assert.Equal([1, 4], service.InUse.Instances.Select(static i => i.Port));
    }

    [Fact]
    public void Tell_OlderThanWhatIsKnown_IsPassedOver()
    {
        var service = Service();
        var old = Told(5); // More, so that no guard holds it back.
        service.Tell(Told(3));

        Assert.False(service.Tell(old));

        Assert.Equal(3, service.InUse!.Instances.Length);
    }

    [Fact]
    public void List_LeavesTheCatalogue_IsHeldBackLikeAnEmptyList()
    {
        var service = Service();
        service.Tell(Told(2));

        service.List(false);
        Assert.False(service.IsOver);
        Assert.Equal(2, service.InUse!.Instances.Length);

        Assert.False(service.List(true));
        Assert.Empty(service.HeldBack);

        service.List(false);
        service.Drop(static _ => true);
        Assert.True(service.IsOver);
    }

    [Fact]
    public void Seed_UntilTheRegistryAnswers_IsInUseAndStale()
    {
        var service = new FollowedService(Key, new GuardModel(), _time);
        service.Seed(new ServiceSnapshot(Key, 900, false, [Instance(1), Instance(2), Instance(3)]));
        service.List(true);
        Assert.True(service.InUse!.Stale);

        service.Tell(Told(2));

        Assert.False(service.InUse.Stale);
        Assert.Equal(2, service.InUse.Instances.Length);
    }

    [Fact]
    public void Seed_RegistryComesUpEmpty_IsHeldBack()
    {
        var service = new FollowedService(Key, new GuardModel(), _time);
        service.Seed(new ServiceSnapshot(Key, 900, false, [Instance(1), Instance(2)]));

        service.List(false);

        Assert.Equal(2, service.HeldBack.Length);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(service.ConfirmIfDue());
        Assert.True(service.IsOver);
    }

    private FollowedService Service()
    {
        var service = new FollowedService(Key, new GuardModel(), _time);
        service.List(true);
        return service;
    }

    private ServiceSnapshot Told(int count, int from = 1) =>
        new(Key, ++_revision, false, [.. Enumerable.Range(from, count).Select(Instance)]);

    private static ServiceInstance Instance(int port) => TestGateway.Instance("orders", port);
}
