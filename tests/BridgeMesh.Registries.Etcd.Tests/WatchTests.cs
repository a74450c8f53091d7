using System.Globalization;
using System.Net;
using System.Text;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Network;
using static BridgeMesh.Registries.Etcd.EtcdSubject;

namespace BridgeMesh.Registries.Etcd;

/// <summary>What is followed in a real server, and what of its links and answers must be survived.</summary>
[Collection(SharedEtcdGroup.Name)]
public class WatchTests(SharedEtcd shared)
{
    [EtcdFact]
    public async Task Watch_KeysPutByHand_ComeChangeAndGo()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        await shared.Server.PutAsync(subject.KeyOf(1), string.Empty);
        var watch = subject.Watch(subject.Open());
        var first = await NextAsync(watch);
        Assert.Equal(new ServiceInstance { Service = Orders, Protocol = "http", Host = "10.0.0.1", Port = 1 }, Assert.Single(first.Instances));

        await shared.Server.PutAsync(subject.KeyOf(2), """{"zone":"west"}""");
        Assert.Equal("1, 2", Ports(await NextAsync(watch)));
        await shared.Server.PutAsync(subject.KeyOf(1), """{"health":"out-of-service"}""");
        Assert.Equal(InstanceHealth.OutOfService, (await NextAsync(watch)).Instances[0].Health);
        await shared.Server.DeleteAsync(subject.KeyOf(1));
        var last = await NextAsync(watch);
        Assert.Equal("2", Ports(last));
        Assert.False(last.Stale);
        Assert.True(last.Revision > first.Revision);
        Assert.Equal("west", last.Instances[0].Zone);
        Assert.Equal(1, subject.Link.Count("watch"));
    }

    [EtcdFact]
    public async Task WatchCatalog_ServicesComeAndGo_GivesAllKeys()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        await shared.Server.PutAsync($"{subject.Prefix}com.acme.Orders/dubbo/10.0.0.1:20880/version=1.0.0/group=blue", "{}");
        await using var catalog = subject.Open().WatchCatalogAsync(subject.Limit.Token).GetAsyncEnumerator();
        Assert.Equal([new ServiceKey("com.acme.Orders", "1.0.0", "blue")], (await NextAsync(catalog)).ToArray());

        await shared.Server.PutAsync(subject.KeyOf(1), "{}");
        Assert.Equal(2, (await NextAsync(catalog)).Length);
        await shared.Server.DeleteAsync($"{subject.Prefix}com.acme.Orders/dubbo/10.0.0.1:20880/version=1.0.0/group=blue");
        Assert.Equal([Orders], (await NextAsync(catalog)).ToArray());
    }

    [EtcdFact]
    public async Task Watch_NothingThere_GivesAnEmptySnapshot()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        Assert.Empty((await NextAsync(subject.Watch(subject.Open()))).Instances);
    }

    [EtcdFact]
    public async Task Watch_TenThousandKeys_AreReadInPagesAtOneRevision()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        for (var i = 0; i < 10_000; i += 100)
        {
            var puts = Enumerable.Range(i, 100).Select(n =>
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"{subject.Prefix}service-{n / 20}/http/10.0.0.1:{n + 1}");
                return $$$"""{"request_put":{"key":"{{{EtcdServer.Base64(key)}}}","value":"e30="}}""";
            });
            await shared.Server.SendAsync("kv/txn", $$"""{"success":[{{string.Join(',', puts)}}]}""");
        }

        var adapter = subject.Open();
        await using var catalog = adapter.WatchCatalogAsync(subject.Limit.Token).GetAsyncEnumerator();
        var services = await NextAsync(catalog);

        Assert.Equal(500, services.Length);
        Assert.InRange(subject.Link.Count("kv/range"), 10, 11);
        foreach (var service in services)
        {
            await using var watch = subject.Watch(adapter, service);
            Assert.Equal(20, (await NextAsync(watch)).Instances.Length);
        }
    }

    [EtcdFact]
    public async Task Watch_CutWhileKeysChange_GoesOnWhereItEndedWithoutReadingAll()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        await shared.Server.PutAsync(subject.KeyOf(1), "{}");
        var watch = subject.Watch(subject.Open());
        Assert.Equal("1", Ports(await NextAsync(watch)));
        await subject.Link.UntilAsync("kv/range", 2, subject.Limit.Token);
        var gate = new SemaphoreSlim(0);
        subject.Link.Script = async (request, end) =>
        {
            await gate.WaitAsync(end);
            gate.Release();
            return null;
        };

        subject.Link.CutWatches();
        await shared.Server.PutAsync(subject.KeyOf(2), "{}");
        await shared.Server.DeleteAsync(subject.KeyOf(1));
        gate.Release();

        await UntilAsync(watch, "2", static s => Assert.NotEmpty(s.Instances));
        Assert.Equal(2, subject.Link.Count("watch"));
        Assert.Empty(subject.Notices);
    }

    [EtcdFact]
    public async Task Watch_CompactedWhileItWasCut_ReadsAllAndLosesAndRaisesNothing()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        foreach (var port in new[] { 1, 2, 3 })
        {
            await shared.Server.PutAsync(subject.KeyOf(port), "{}");
        }

        var watch = subject.Watch(subject.Open());
        Assert.Equal("1, 2, 3", Ports(await NextAsync(watch)));
        await subject.Link.UntilAsync("kv/range", 2, subject.Limit.Token);
        var gate = new SemaphoreSlim(0);
        subject.Link.Script = async (request, end) =>
        {
            await gate.WaitAsync(end);
            gate.Release();
            return null;
        };
        subject.Link.CutWatches();

        // 1 goes, 2 goes and comes back changed, 4 comes and goes, 5 comes: none of it can be heard of any longer.
        await shared.Server.DeleteAsync(subject.KeyOf(1));
        await shared.Server.DeleteAsync(subject.KeyOf(2));
        await shared.Server.PutAsync(subject.KeyOf(2), """{"weight":7}""");
        await shared.Server.PutAsync(subject.KeyOf(4), "{}");
        await shared.Server.DeleteAsync(subject.KeyOf(4));
        await shared.Server.CompactAsync(await shared.Server.PutAsync(subject.KeyOf(5), "{}"));
        gate.Release();

        var last = await UntilAsync(watch, "2, 3, 5", static s => Assert.Contains("3", Ports(s), StringComparison.Ordinal));
        Assert.Equal(7, last.Instances.Single(static i => i.Port == 2).Weight);

        // And it follows on from there.
        await shared.Server.PutAsync(subject.KeyOf(6), "{}");
        await UntilAsync(watch, "2, 3, 5, 6");
    }

    [EtcdFact]
    public async Task Watch_ThatGoesDeaf_IsFoundOutByLookingAtTheStore()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        await shared.Server.PutAsync(subject.KeyOf(1), "{}");
        await shared.Server.PutAsync(subject.KeyOf(2), "{}");
        var watch = subject.Watch(subject.Open(static o => o with { CheckInterval = TimeSpan.FromMilliseconds(50), Timeout = TimeSpan.FromSeconds(2) }));
        Assert.Equal("1, 2", Ports(await NextAsync(watch)));
        await subject.Link.UntilAsync("kv/range", 2, subject.Limit.Token);

        subject.Link.DeafenWatches();
        await shared.Server.DeleteAsync(subject.KeyOf(2));
        await UntilAsync(watch, "1");

        subject.Link.DeafenWatches();
        await shared.Server.PutAsync(subject.KeyOf(3), "{}");
        await UntilAsync(watch, "1, 3");
    }

    [EtcdFact]
    public async Task Watch_QuietPrefixInABusyStore_FollowsItsRevisionSoThatCompactionCostsNothing()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        await shared.Server.PutAsync(subject.KeyOf(1), "{}");
        var watch = subject.Watch(subject.Open(static o => o with { CheckInterval = TimeSpan.FromMilliseconds(20) }));
        await NextAsync(watch);
        var revision = await shared.Server.PutAsync("/elsewhere", "1");
        var looks = subject.Link.Count("kv/range");
        await subject.Link.UntilAsync("kv/range", looks + 2, subject.Limit.Token);
        await shared.Server.CompactAsync(revision);
        var body = string.Empty;
        subject.Link.Script = async (request, end) =>
        {
            body = request.RequestUri!.AbsolutePath.EndsWith("watch", StringComparison.Ordinal) ? await request.Content!.ReadAsStringAsync(end) : body;
            return null;
        };

        subject.Link.CutWatches();
        await subject.Link.UntilAsync("watch", 2, subject.Limit.Token);
        await shared.Server.PutAsync(subject.KeyOf(2), "{}");
        await UntilAsync(watch, "1, 2");

        var from = long.Parse(body.Split("start_revision\":\"")[1].Split('"')[0], CultureInfo.InvariantCulture);
        Assert.True(from > revision, $"it began at {from}, and {revision} is compacted");
        Assert.Equal(2, subject.Link.Count("watch"));
    }

    [EtcdFact]
    public async Task Watch_BrokenValues_AreSkippedToldOnceAndTakenWhenTheyAreRight()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        await shared.Server.PutAsync(subject.KeyOf(1), "{}");
        await shared.Server.PutAsync(subject.KeyOf(2), """{"weight":"many"}""");
        await shared.Server.PutAsync($"{subject.Prefix}orders/http", "{}");
        var watch = subject.Watch(subject.Open(static o => o with { CheckInterval = TimeSpan.FromMilliseconds(20), Timeout = TimeSpan.FromSeconds(2) }));
        Assert.Equal("1", Ports(await NextAsync(watch)));

        await shared.Server.PutAsync(subject.KeyOf(2), "[]");
        await shared.Server.PutAsync(subject.KeyOf(3), """{"unheard":{"of":[1]}}""");
        await UntilAsync(watch, "1, 3");

        // They count among the keys that the store has: looking at it finds nothing missing.
        var looks = subject.Link.Count("kv/range");
        await subject.Link.UntilAsync("kv/range", looks + 3, subject.Limit.Token);
        Assert.Equal(1, subject.Link.Count("watch"));
        Assert.Equal(2, subject.Notices.Count);
        Assert.Contains(subject.Notices, n => n.IsTrouble && n.Text.StartsWith($"{subject.KeyOf(2)} is skipped: 'weight'", StringComparison.Ordinal));

        await shared.Server.PutAsync(subject.KeyOf(2), """{"weight":3}""");
        await UntilAsync(watch, "1, 2, 3");
        await shared.Server.DeleteAsync($"{subject.Prefix}orders/http");
        await subject.UntilAsync(() => Task.FromResult(subject.Notices.Count == 3));
        Assert.False(subject.Notices.Last().IsTrouble);
    }

    [EtcdFact]
    public async Task Watch_FirstMembersAreAway_AsksTheNext()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        await shared.Server.PutAsync(subject.KeyOf(1), "{}");
        var away = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LoopbackPorts.Free()}/");
        var watch = subject.Watch(subject.Open(o => o with { Servers = [new Uri(away), .. o.Servers, new Uri(away)] }));
        Assert.Equal("1", Ports(await NextAsync(watch)));
        await shared.Server.PutAsync(subject.KeyOf(2), "{}");
        await UntilAsync(watch, "1, 2", static s => Assert.False(s.Stale));
        Assert.Empty(subject.Notices);
    }

    [EtcdFact]
    public async Task Watch_ServerThatFlaps_NeverGivesAnEmptyService()
    {
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        await shared.Server.PutAsync(subject.KeyOf(1), "{}");
        var watch = subject.Watch(subject.Open());
        var revision = (await NextAsync(watch)).Revision;
        for (var round = 2; round < 8; round++)
        {
            subject.Link.Script = static (_, _) => throw new HttpRequestException("refused");
            subject.Link.CutWatches();
            await shared.Server.PutAsync(subject.KeyOf(round), "{}");
            var stale = await NextAsync(watch);
            Assert.True(stale.Stale);
            subject.Link.Script = null;
            var good = await UntilAsync(watch, string.Join(", ", Enumerable.Range(1, round)), static s => Assert.NotEmpty(s.Instances));
            Assert.True(stale.Revision > revision && good.Revision > stale.Revision);
            revision = good.Revision;
        }
    }

    [EtcdFact]
    public async Task Watch_ServerInTrouble_KeepsWhatWasKnownAndTellsOnce()
    {
        // What etcd never says, at the place of any of its answers.
        (string Trouble, Func<CancellationToken, Task<HttpResponseMessage?>> Answer)[] troubles =
        [
            ("500", static _ => Answer("{}", HttpStatusCode.InternalServerError)),
            ("302", static _ => Answer(string.Empty, HttpStatusCode.Found)),
            ("empty", static _ => Answer(string.Empty)),
            ("html", static _ => Answer("<html><body>maintenance</body></html>")),
            ("cut", static _ => Answer("""{"header":{"revision":""")),
            ("array", static _ => Answer("[1]\n")),
            ("deep", static _ => Answer($"{{\"a\":{new string('[', 1_000)}{new string(']', 1_000)}}}\n")),
            ("huge number", static _ => Answer("""{"header":{"revision":"99999999999999999999999"},"result":{"header":{"revision":1e999}}}""" + "\n")),
            ("wrong types", static _ => Answer("""{"header":7,"kvs":{"a":1},"result":{"header":{"revision":"1"},"created":true,"events":[{"kv":3}]}}""" + "\n")),
            ("keys that are no base64", static _ => Answer("""{"header":{"revision":"9"},"kvs":[{"key":"%%%","mod_revision":"1"}],"result":[]}""" + "\n")),
            ("half a surrogate", static _ => Answer("""{"header":{"revision":"9","cluster_id":"\ud800"},"kvs":[{"key":"\ud800","mod_revision":"1"}],"\ud800":1}""" + "\n")),
            ("no revision", static _ => Answer("""{"result":{"canceled":true}}""" + "\n")),
            ("an endless line", static _ => Task.FromResult<HttpResponseMessage?>(new HttpResponseMessage { Content = new StreamContent(new EndlessStream()) })),
            ("slow", static async end =>
            {
                await Task.Delay(Timeout.Infinite, end);
                return null;
            }),
        ];
        await using var subject = new EtcdSubject(shared.Server.Address, shared.NewPrefix());
        await shared.Server.PutAsync(subject.KeyOf(1), "{}");
        var watch = subject.Watch(subject.Open(static o => o with { Timeout = TimeSpan.FromMilliseconds(1_500) }));
        Assert.Equal("1", Ports(await NextAsync(watch)));
        var port = 1;
        foreach (var (trouble, answer) in troubles)
        {
            subject.Notices.Clear();
            subject.Link.Script = (_, end) => answer(end);
            subject.Link.CutWatches();
            var stale = await NextAsync(watch);
            Assert.True(stale.Stale, trouble);
            Assert.Equal(port, stale.Instances.Length);

            await shared.Server.PutAsync(subject.KeyOf(++port), "{}");
            subject.Link.Script = null;
            await UntilAsync(watch, string.Join(", ", Enumerable.Range(1, port)), static s => Assert.NotEmpty(s.Instances));
            Assert.Equal((trouble, "True, False"), (trouble, string.Join(", ", subject.Notices.Select(static n => n.IsTrouble))));
        }
    }

    private static Task<HttpResponseMessage?> Answer(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        Task.FromResult<HttpResponseMessage?>(EtcdLink.Text(body, status));

    /// <summary>Blanks without an end, and without a line's end.</summary>
    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Encoding.ASCII.GetBytes(new string('[', count), buffer.AsSpan(offset, count));
            return count;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
