using BridgeMesh.Registries.Eureka.Server;
using BridgeMesh.Registries.Eureka.Services;
using BridgeMesh.Registries.Eureka.Wire;
using BridgeMesh.Testing.Time;

namespace BridgeMesh.Registries.Eureka.Tests.Server;

public class InstanceTableTests
{
    private const double Share = 0.85;

    private readonly ManualTime _time = new();
    private readonly InstanceTable _table;

    public InstanceTableTests() => _table = new InstanceTable(_time, new InstanceMapping(false, true));

    [Fact]
    public void Renew_Unknown_AsksForARegistration() => Assert.Equal(TableResult.NotFound, Renew(new InstanceName("ORDERS", "x")));

    [Fact]
    public void Renew_InTime_KeepsTheLease()
    {
        var name = Register(Samples.Instance("orders", 1));
        for (var i = 0; i < 10; i++)
        {
            Pass(30);
            Assert.Equal(TableResult.Done, Renew(name));
            Assert.Equal(0, Evict());
        }

        Assert.NotNull(_table.Find(name));
    }

    [Fact]
    public void Evict_LeaseEnded_GivesItUp()
    {
        var name = Register(Samples.Instance("orders", 1));
        var others = Enumerable.Range(2, 20).Select(p => Register(Samples.Instance("orders", p))).ToArray();
        RenewFor(91, others);

        Assert.Equal(1, Evict());
        Assert.Null(_table.Find(name));
        Assert.Equal(TableResult.NotFound, Renew(name));
        Assert.Equal(EurekaAction.Deleted, Delta().Single(i => i.Name == name).Action);
    }

    [Fact]
    public void Evict_MostRenewalsStayOut_KeepsAll()
    {
        var all = Enumerable.Range(1, 20).Select(p => Register(Samples.Instance("orders", p))).ToArray();
        RenewFor(91, all[..10]);

        Assert.Equal(0, Evict());
        Assert.True(_table.IsPreserving);
        Assert.All(all, name => Assert.NotNull(_table.Find(name)));

        RenewFor(60, all[..10]);
        Assert.Equal(10, _table.Evict(null, TimeSpan.Zero));
    }

    [Fact]
    public void Evict_ManyAtOnce_TakesNoMoreThanItsShare()
    {
        // Twice as many renewals as are due, so that those who stay make up for the others.
        var all = Enumerable.Range(1, 100).Select(p => Register(Samples.Instance("orders", p))).ToArray();
        for (var i = 0; i < 7; i++)
        {
            Pass(13);
            Assert.All(all[..60], name => Renew(name));
        }

        Assert.Equal(15, Evict());
    }

    [Fact]
    public void Evict_ServerItselfStoodStill_CountsNothingAgainstAnybody()
    {
        var others = Enumerable.Range(1, 20).Select(p => Register(Samples.Instance("orders", p))).ToArray();
        Pass(600);

        Assert.Equal(0, _table.Evict(null, TimeSpan.FromSeconds(590)));
        Assert.All(others, name => Assert.NotNull(_table.Find(name)));
    }

    [Fact]
    public void Evict_WallClockJumps_ChangesNothing()
    {
        var clock = new JumpingTime();
        var table = new InstanceTable(clock, new InstanceMapping(false, true));
        table.Register(Samples.Instance("orders", 1), isReplica: false, 10);
        foreach (var jump in new[] { TimeSpan.FromDays(400), TimeSpan.FromDays(-800) })
        {
            clock.Jump += jump;
            Assert.Equal(0, table.Evict(null, TimeSpan.Zero));
            Assert.Equal(TableResult.Done, table.Renew(new InstanceName("ORDERS", "127.0.0.1:orders:1"), null, EurekaStatus.Unknown, false, out _));
        }
    }

    [Fact]
    public void Register_OlderWord_DoesNotReplaceTheNewer()
    {
        var name = Register(Samples.Instance("orders", 1, dirty: 5) with { HomePageUrl = "new" });
        Register(Samples.Instance("orders", 1, dirty: 4) with { HomePageUrl = "old" });
        Assert.Equal("new", _table.Find(name)?.HomePageUrl);

        Register(Samples.Instance("orders", 1, dirty: 5) with { HomePageUrl = "same age" });
        Assert.Equal("same age", _table.Find(name)?.HomePageUrl);
    }

    [Fact]
    public void Register_PastTheBound_IsRefusedAndTheKnownStillRenew()
    {
        var name = Register(Samples.Instance("orders", 1));

        Assert.Equal(TableResult.Full, _table.Register(Samples.Instance("orders", 2), isReplica: false, 1));
        Assert.Equal(TableResult.Done, _table.Register(Samples.Instance("orders", 1), isReplica: false, 1));
        Assert.Equal(TableResult.Done, Renew(name));
    }

    [Fact]
    public void SetStatus_OutOfService_OutlastsWhatTheInstanceSays()
    {
        var name = Register(Samples.Instance("orders", 1));

        Assert.Equal(TableResult.Done, _table.SetStatus(name, EurekaStatus.OutOfService, null));
        Register(Samples.Instance("orders", 1, dirty: 2));
        Assert.Equal(TableResult.Done, Renew(name));

        Assert.Equal((EurekaStatus.OutOfService, EurekaStatus.OutOfService), (_table.Find(name)!.Status, _table.Find(name)!.OverriddenStatus));
        Assert.Equal("OUT_OF_SERVICE_1_", HashCode());
    }

    [Fact]
    public void DeleteStatus_WithoutAnother_MakesItRegisterAnew()
    {
        var name = Register(Samples.Instance("orders", 1));
        _table.SetStatus(name, EurekaStatus.OutOfService, null);

        Assert.Equal(TableResult.Done, _table.DeleteStatus(name, EurekaStatus.Unknown, null));
        Assert.Equal(EurekaStatus.Unknown, _table.Find(name)!.Status);
        Assert.Equal(TableResult.NotFound, Renew(name));
        Register(Samples.Instance("orders", 1, dirty: 2));
        Assert.Equal(EurekaStatus.Up, _table.Find(name)!.Status);
        Assert.Equal(TableResult.Done, Renew(name));
    }

    [Fact]
    public void Register_NotReady_CountsAboveAnOverride()
    {
        var name = Register(Samples.Instance("orders", 1));
        _table.SetStatus(name, EurekaStatus.OutOfService, null);

        Register(Samples.Instance("orders", 1, EurekaStatus.Down, dirty: 2));

        Assert.Equal(EurekaStatus.Down, _table.Find(name)!.Status);
    }

    [Fact]
    public void Renew_NewerWordOfTheInstance_AsksForIt() =>
        Assert.Equal(TableResult.NotFound, _table.Renew(Register(Samples.Instance("orders", 1, dirty: 5)), 6, EurekaStatus.Unknown, false, out _));

    [Fact]
    public void Renew_OlderWordOfAPeer_IsAnsweredWithOurs()
    {
        var name = Register(Samples.Instance("orders", 1, dirty: 5));

        Assert.Equal(TableResult.Done, _table.Renew(name, 4, EurekaStatus.Unknown, isReplica: true, out var newer));
        Assert.Equal(5, newer?.LastDirtyTimestamp);
        Assert.Equal(TableResult.Done, _table.Renew(name, 4, EurekaStatus.Unknown, isReplica: false, out newer));
        Assert.Null(newer);
    }

    [Fact]
    public void Delta_ThreeMinutes_HoldsEachChangeOnceAndThenNone()
    {
        var name = Register(Samples.Instance("orders", 1));
        _table.SetStatus(name, EurekaStatus.Down, null);
        Register(Samples.Instance("stock", 2));
        Assert.Equal(["ORDERS Modified", "STOCK Added"], Delta().Select(static i => $"{i.App} {i.Action}"));

        Pass(100);
        _table.Cancel(name);
        Pass(100);
        Assert.Equal(["ORDERS Deleted"], Delta().Select(static i => $"{i.App} {i.Action}"));
        Pass(100);
        Assert.Empty(Delta());
    }

    [Fact]
    public void Delta_MoreThanItHolds_SaysThatItIsNotWhole()
    {
        for (var i = 0; i <= DeltaQueue.MaxChanges; i++)
        {
            _table.Register(Samples.Instance("orders", 1) with { Id = $"i{i}" }, isReplica: false, int.MaxValue);
        }

        Assert.Null(_table.Delta(out _, out _));
        Pass(181);
        Assert.NotNull(_table.Delta(out _, out _));
    }

    [Fact]
    public void SetMetadata_Adds_AndIsANewerWord()
    {
        var name = Register(Samples.Instance("orders", 1));

        Assert.Equal(TableResult.Done, _table.SetMetadata(name, [new("a", "1")], out var changed));
        Assert.Equal("1", changed?.Metadata["a"]);
        Assert.True(changed?.LastDirtyTimestamp > 1);
        var many = Enumerable.Range(0, InstanceReader.MaxMetadata + 1).Select(static n => KeyValuePair.Create($"k{n}", "v"));
        Assert.Equal(TableResult.Full, _table.SetMetadata(name, many, out _));
        Assert.Single(_table.Find(name)!.Metadata);
    }

    [Fact]
    public void Lease_UpSince_OutlastsARegistrationAnew()
    {
        var name = Register(Samples.Instance("orders", 1));
        var since = _table.Find(name)!.Lease.ServiceUpTimestamp;
        Pass(10);
        Register(Samples.Instance("orders", 1, dirty: 2));

        Assert.Equal(since, _table.Find(name)!.Lease.ServiceUpTimestamp);
        Assert.Equal(since + 10_000, _table.Find(name)!.Lease.LastRenewalTimestamp);
    }

    private InstanceName Register(EurekaInstance instance)
    {
        Assert.Equal(TableResult.Done, _table.Register(instance, isReplica: false, 1_000));
        return instance.Name;
    }

    private TableResult Renew(InstanceName name) => _table.Renew(name, null, EurekaStatus.Unknown, isReplica: false, out _);

    private void RenewFor(int seconds, InstanceName[] names)
    {
        for (var left = seconds; left > 0; left -= 29)
        {
            Pass(Math.Min(29, left));
            Assert.All(names, name => Assert.Equal(TableResult.Done, Renew(name)));
        }
    }

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private int Evict() => _table.Evict(Share, TimeSpan.Zero);

    private EurekaInstance[] Delta() => _table.Delta(out _, out _)!;

    private string HashCode()
    {
        _table.FindAll(static _ => true, out _, out var hashCode);
        return hashCode;
    }

    private sealed class JumpingTime : TimeProvider
    {
        internal TimeSpan Jump { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddDays(20_000) + Jump;
    }
}
