using BridgeMesh.Testing.Network;
using static BridgeMesh.Registries.Etcd.EtcdSubject;

namespace BridgeMesh.Registries.Etcd;

/// <summary>Real servers that are killed, emptied, locked and spoken to over TLS.</summary>
public class RestartTests
{
    private const string Prefix = "/bridgemesh/services/";

    [EtcdFact]
    public async Task Server_KilledUnderLoad_LosesNothingAndIsFollowedOn()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var subject = new EtcdSubject(server.Address, Prefix);
        await server.PutAsync(subject.KeyOf(1), "{}");
        var adapter = subject.Open(static o => o with { Lease = TimeSpan.FromSeconds(60) });
        await using var facade = await adapter.PublishAsync(Facade(), subject.Limit.Token);
        var watch = subject.Watch(adapter);
        await UntilAsync(watch, "1, 18080");
        var port = 1;
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 20; i++)
            {
                await server.PutAsync(subject.KeyOf(++port), "{}");
            }

            await server.KillAsync();
            await UntilStaleAsync(watch);
            await server.StartAsync();
            for (var i = 0; i < 5; i++)
            {
                await server.DeleteAsync(subject.KeyOf(port--));
            }

            await UntilAsync(watch, string.Join(", ", Enumerable.Range(1, port).Append(18080)), static s => Assert.NotEmpty(s.Instances));
        }

        Assert.Single(await server.KeysAsync(Prefix), static k => k.Key.EndsWith("10.0.0.9:18080", StringComparison.Ordinal));
    }

    [EtcdFact]
    public async Task Server_NotThereYet_IsWaitedForByWatchersAndPublishers()
    {
        await using var server = await EtcdServer.StartAsync();
        await server.KillAsync();
        await using var subject = new EtcdSubject(server.Address, Prefix);
        var adapter = subject.Open();
        await using var facade = await adapter.PublishAsync(Facade(), subject.Limit.Token);
        var next = subject.Watch(adapter).MoveNextAsync();
        Assert.False(next.IsCompleted);

        await server.StartAsync();

        Assert.True(await next);
        await subject.UntilAsync(async () => (await server.KeysAsync(Prefix)).Length == 1);
        Assert.Contains(subject.Notices, static n => n.IsTrouble);
    }

    [EtcdFact]
    public async Task Server_EmptiedBehindTheGateway_IsTakenForAnotherStore()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var subject = new EtcdSubject(server.Address, Prefix);
        for (var i = 1; i <= 9; i++)
        {
            await server.PutAsync(subject.KeyOf(i), "{}");
        }

        // Renewals are what tells that the lease has gone with the rest.
        var adapter = subject.Open(static o => o with { Lease = TimeSpan.FromSeconds(2) });
        await using var facade = await adapter.PublishAsync(Facade(), subject.Limit.Token);
        var watch = subject.Watch(adapter);
        await UntilAsync(watch, "1, 2, 3, 4, 5, 6, 7, 8, 9, 18080");

        await server.KillAsync();
        server.Forget();
        await server.StartAsync();
        await server.PutAsync(subject.KeyOf(77), "{}");

        await UntilAsync(watch, "77, 18080");
    }

    [EtcdFact]
    public async Task Server_WithAuthentication_IsLoggedInToAndAgainWhenTheTokenIsRefused()
    {
        await using var server = await EtcdServer.StartAsync();
        await server.SendAsync("auth/user/add", """{"name":"root","password":"r"}""");
        await server.SendAsync("auth/user/grant", """{"user":"root","role":"root"}""");
        await server.SendAsync("auth/role/add", """{"name":"bridge"}""");
        var (from, end) = (EtcdServer.Base64(Prefix), EtcdServer.Base64(Prefix[..^1] + "0"));
        await server.SendAsync("auth/role/grant", $$$"""{"name":"bridge","perm":{"permType":"READWRITE","key":"{{{from}}}","range_end":"{{{end}}}"}}""");
        await server.SendAsync("auth/user/add", """{"name":"gateway","password":"hush hush"}""");
        await server.SendAsync("auth/user/grant", """{"user":"gateway","role":"bridge"}""");
        await using var subject = new EtcdSubject(server.Address, Prefix);
        await server.PutAsync(subject.KeyOf(1), "{}");
        EtcdOptions Named(EtcdOptions o) => o with { Username = "gateway", Password = "hush hush", Lease = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(5) };

        // Not enabled yet: a name does no harm.
        var adapter = subject.Open(Named);
        var watch = subject.Watch(adapter);
        await UntilAsync(watch, "1");
        await using var facade = await adapter.PublishAsync(Facade(), subject.Limit.Token);
        await UntilAsync(watch, "1, 18080");
        await server.SendAsync("auth/enable", "{}");
        await LogInAsync(server);

        var stranger = new EtcdSubject(server.Address, Prefix);
        await using (stranger)
        {
            var refused = stranger.Watch(stranger.Open(static o => o with { Username = "gateway", Password = "wrong one" })).MoveNextAsync().AsTask();
            await stranger.UntilAsync(() => Task.FromResult(!stranger.Notices.IsEmpty));
            Assert.False(refused.IsCompleted);
            Assert.DoesNotContain("wrong one", stranger.Notices.First().Text, StringComparison.Ordinal);
        }

        // Tokens are in the server's memory alone: both the watch and the renewals meet a server that knows none of theirs.
        for (var round = 2; round < 4; round++)
        {
            await server.KillAsync();
            await server.StartAsync();
            await LogInAsync(server);
            await server.PutAsync(subject.KeyOf(round), "{}");
            await UntilAsync(watch, string.Join(", ", Enumerable.Range(1, round).Append(18080)));
            var renewals = subject.Link.Count("lease/timetolive");
            await subject.Link.UntilAsync("lease/timetolive", renewals + 6, subject.Limit.Token);
            Assert.Single(await server.KeysAsync(Prefix), static k => k.Lease != 0);
        }
    }

    [EtcdFact]
    public async Task Server_OverTls_IsTrustedByItsAuthorityAlone()
    {
        using var certificates = new TestCertificates();
        var (certificate, key) = certificates.Write("etcd");
        await using var server = await EtcdServer.StartAsync(certificates.Ca, [$"--cert-file={certificate}", $"--key-file={key}"]);
        var factory = new EtcdRegistryFactory();
        var notices = new System.Collections.Concurrent.ConcurrentQueue<Plugins.RegistryNotice>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Plugins.RegistrySettings Settings(params (string, string)[] more) => new(
            "etcd",
            Path.GetTempPath(),
            more.Append(("servers", server.Address)).ToDictionary(static s => s.Item1, static s => s.Item2),
            TimeProvider.System)
        {
            Notice = notices.Enqueue,
        };

        await using var trusting = factory.Create(Settings(("ca", certificates.Ca)));
        await using var facade = await trusting.PublishAsync(Facade(), limit.Token);
        await using var watch = trusting.WatchAsync(Orders, limit.Token).GetAsyncEnumerator();
        await UntilAsync(watch, "18080");
        Assert.Empty(notices);

        await using var doubting = factory.Create(Settings());
        await using var refused = await doubting.PublishAsync(Facade(18081), limit.Token);
        Assert.Contains("SSL", Assert.Single(notices).Text, StringComparison.Ordinal);
    }

    private static async Task LogInAsync(EtcdServer server)
    {
        server.Token = null;
        server.Token = (await server.SendAsync("auth/authenticate", """{"name":"root","password":"r"}""")).GetProperty("token").GetString();
    }

    private static async Task UntilStaleAsync(IAsyncEnumerator<ServiceSnapshot> watch)
    {
        while (!(await NextAsync(watch)).Stale)
        {
            Assert.NotEmpty(watch.Current.Instances);
        }
    }
}
