using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Network;
using static BridgeMesh.Registries.Etcd.EtcdSubject;

namespace BridgeMesh.Registries.Etcd;

/// <summary>What is published in a real server, and how long it stays there.</summary>
[Collection(SharedEtcdGroup.Name)]
public class PublishTests(SharedEtcd shared)
{
    private static ServiceInstance Full { get; } = new()
    {
        Service = new ServiceKey("com.acme.OrderService", "1.0.0", "blue/green", "u%1"),
        Protocol = "dubbo",
        Host = "fe80::1",
        Port = 20880,
        IsSecure = true,
        Application = "orders",
        Weight = 250,
        WarmUpMs = 60_000,
        StartedAt = new DateTimeOffset(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero),
        Zone = "mesh",
        Health = InstanceHealth.Starting,
        Tags = ["gray", "größe"],
        Serializations = ["hessian2", "fastjson2"],
        Methods = ["cancel", "place"],
        Metadata = ImmutableDictionary<string, string>.Empty.Add(InstanceMarks.Gateway, "gw-1").Add(InstanceMarks.Origin, "legacy").Add("path", "/\"x\""),
    };

    [EtcdFact]
    public async Task Publish_EverythingThatAnInstanceSays_IsReadBackEqual()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        await using var facade = await subject.Open().PublishAsync(Full, subject.Limit.Token);

        await using var watch = subject.Watch(subject.Open(), Full.Service);

        Assert.Equal(Full, Assert.Single((await NextAsync(watch)).Instances));
        var key = Assert.Single(await shared.Server.KeysAsync(subject.Prefix));
        Assert.Equal($"{subject.Prefix}com.acme.OrderService/dubbo/[fe80::1]:20880/version=1.0.0/group=blue%2Fgreen/uniqueId=u%251", key.Key);
        Assert.NotEqual(0, key.Lease);
    }

    [EtcdFact]
    public async Task Publish_TwoVersionsAtOneAddress_AreTwoKeysUnderOneLease()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        var adapter = subject.Open();
        var one = await adapter.PublishAsync(Facade() with { Service = new("orders", "1.0") }, subject.Limit.Token);
        await using var two = await adapter.PublishAsync(Facade() with { Service = new("orders", "2.0") }, subject.Limit.Token);
        Assert.Single((await shared.Server.KeysAsync(subject.Prefix)).Select(static k => k.Lease).Distinct());
        Assert.Equal(2, (await shared.Server.KeysAsync(subject.Prefix)).Length);

        await one.DisposeAsync();

        Assert.EndsWith("version=2.0", Assert.Single(await shared.Server.KeysAsync(subject.Prefix)).Key, StringComparison.Ordinal);
        Assert.Equal(1, subject.Link.Count("lease/grant"));
    }

    [EtcdFact]
    public async Task Publish_AfterARestart_TakesThePlaceOfWhatWasThereAndIsNotTakenOutByItsEnd()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        var before = await subject.Open().PublishAsync(Facade() with { Weight = 1 }, subject.Limit.Token);
        var old = Assert.Single(await shared.Server.KeysAsync(subject.Prefix));

        await using var after = await subject.Open().PublishAsync(Facade() with { Weight = 2 }, subject.Limit.Token);

        var now = Assert.Single(await shared.Server.KeysAsync(subject.Prefix));
        Assert.NotEqual(old.Lease, now.Lease);
        Assert.Equal("""{"weight":2}""", now.Value);
        await before.DisposeAsync();
        Assert.Equal(now, Assert.Single(await shared.Server.KeysAsync(subject.Prefix)));
    }

    [EtcdFact]
    public async Task Publish_TheSameAgain_ReplacesItAndTheFirstEndsWithoutEffect()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        var adapter = subject.Open();
        var first = await adapter.PublishAsync(Facade(), subject.Limit.Token);
        var second = await adapter.PublishAsync(Facade() with { Zone = "b" }, subject.Limit.Token);
        await first.DisposeAsync();
        Assert.Contains("\"b\"", Assert.Single(await shared.Server.KeysAsync(subject.Prefix)).Value, StringComparison.Ordinal);
        await second.DisposeAsync();
        await second.DisposeAsync();
        Assert.Empty(await shared.Server.KeysAsync(subject.Prefix));
    }

    [EtcdFact]
    public async Task Lease_RenewedForTwiceItsTime_KeepsTheKeyAsItWas()
    {
        // A renewal that is left out fails here: etcd ends a lease of 2 s long before the ninth renewal at its third.
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        await using var facade = await subject.Open(static o => o with { Lease = TimeSpan.FromSeconds(2) }).PublishAsync(Facade(), subject.Limit.Token);
        var put = Assert.Single(await shared.Server.KeysAsync(subject.Prefix));

        await subject.Link.UntilAsync("lease/timetolive", 9, subject.Limit.Token);

        Assert.Equal(put, Assert.Single(await shared.Server.KeysAsync(subject.Prefix)));
        Assert.Equal(1, subject.Link.Count("lease/grant"));
        Assert.Empty(subject.Notices);
    }

    [EtcdFact]
    public async Task Lease_EndsWhileTheGatewayIsPaused_IsGrantedAnewWithAllKeys()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        var adapter = subject.Open(static o => o with { Lease = TimeSpan.FromSeconds(2) });
        await using var one = await adapter.PublishAsync(Facade(), subject.Limit.Token);
        await using var two = await adapter.PublishAsync(Facade(18081), subject.Limit.Token);
        var before = (await shared.Server.KeysAsync(subject.Prefix))[0].Lease;
        var gate = new SemaphoreSlim(0);
        subject.Link.Script = async (_, end) =>
        {
            await gate.WaitAsync(end);
            gate.Release();
            return null;
        };
        await subject.UntilAsync(async () => (await shared.Server.KeysAsync(subject.Prefix)).Length == 0);

        gate.Release();

        await subject.UntilAsync(async () => (await shared.Server.KeysAsync(subject.Prefix)).Length == 2);
        Assert.DoesNotContain(await shared.Server.KeysAsync(subject.Prefix), k => k.Lease == before);
    }

    [EtcdFact]
    public async Task Key_DeletedByHand_ComesBackAndOneThatAnotherTookDoesNot()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        var adapter = subject.Open(static o => o with { Lease = TimeSpan.FromSeconds(2) });
        await using var one = await adapter.PublishAsync(Facade(), subject.Limit.Token);
        await using var two = await adapter.PublishAsync(Facade(18081), subject.Limit.Token);
        var keys = await shared.Server.KeysAsync(subject.Prefix);
        await shared.Server.DeleteAsync(keys[0].Key);
        await shared.Server.PutAsync(keys[1].Key, """{"zone":"successor"}""");

        await subject.UntilAsync(async () => (await shared.Server.KeysAsync(subject.Prefix)).Length == 2);
        await subject.Link.UntilAsync("lease/timetolive", 4, subject.Limit.Token);

        var now = await shared.Server.KeysAsync(subject.Prefix);
        Assert.Equal(keys[0].Lease, now[0].Lease);
        Assert.Equal((0, """{"zone":"successor"}"""), (now[1].Lease, now[1].Value));
    }

    [EtcdFact]
    public async Task Dispose_WhileEtcdIsAway_TakesTheKeyOutWhenItIsBackThoughTheLeaseLivesOn()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        var adapter = subject.Open(static o => o with { Lease = TimeSpan.FromSeconds(6) });
        await using var stays = await adapter.PublishAsync(Facade(), subject.Limit.Token);
        var goes = await adapter.PublishAsync(Facade(18081), subject.Limit.Token);
        subject.Link.Script = static (_, _) => throw new HttpRequestException("refused");
        await goes.DisposeAsync();
        Assert.Equal(2, (await shared.Server.KeysAsync(subject.Prefix)).Length);

        subject.Link.Script = null;

        await subject.UntilAsync(async () => (await shared.Server.KeysAsync(subject.Prefix)).Length == 1);
        Assert.EndsWith(":18080", (await shared.Server.KeysAsync(subject.Prefix))[0].Key, StringComparison.Ordinal);
        Assert.Equal([true, false], subject.Notices.Select(static n => n.IsTrouble));
    }

    [EtcdFact]
    public async Task Dispose_OfTheAdapter_TakesAllOut()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        var adapter = subject.Open();
        await adapter.PublishAsync(Facade(), subject.Limit.Token);
        var second = await adapter.PublishAsync(Facade(18081), subject.Limit.Token);
        await adapter.DisposeAsync();
        await second.DisposeAsync();
        Assert.Empty(await shared.Server.KeysAsync(subject.Prefix));
    }

    [EtcdFact]
    public async Task Withdraw_WhatAnEarlierLifeLeft_TakesThatOut()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        await subject.Open().PublishAsync(Facade(), subject.Limit.Token);
        var later = subject.Open();
        Assert.False(await later.WithdrawAsync(Facade(18081), subject.Limit.Token));
        Assert.True(await later.WithdrawAsync(Facade() with { Weight = 3 }, subject.Limit.Token));
        Assert.Empty(await shared.Server.KeysAsync(subject.Prefix));
    }

    [Fact]
    public async Task Publish_WhatNoKeyCanSay_IsRefused()
    {
        await using var subject = new EtcdSubject("http://127.0.0.1:1", "/p/");
        var adapter = subject.Open();
        var nameless = Facade() with { Service = default };
        var endless = Facade() with { Service = new(new string('x', 5_000)) };
        var talkative = Facade() with { Metadata = ImmutableDictionary<string, string>.Empty.Add("a", new string('x', 70_000)) };
        foreach (var wrong in new[] { nameless, endless, talkative })
        {
            await Assert.ThrowsAsync<FormatException>(async () => await adapter.PublishAsync(wrong, subject.Limit.Token));
        }
    }
}
