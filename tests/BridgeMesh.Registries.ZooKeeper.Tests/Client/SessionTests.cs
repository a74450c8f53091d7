using System.Globalization;
using System.Net.Sockets;
using System.Threading.Channels;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>Sessions of real servers that are killed, cut off and taken over.</summary>
public class SessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [ZooKeeperFact]
    public async Task Restart_OfTheServer_KeepsSessionNodesAndWatches()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var client = SharedServer.Open(server, o => o with { SessionTimeoutMs = 60_000 });
        await using var other = SharedServer.Open(server, o => o with { SessionTimeoutMs = 60_000 });
        await client.CreateAsync("/kept", "1".Utf8(), Acl.Open, CreateMode.Persistent);
        await client.CreateAsync("/mine", default, Acl.Open, CreateMode.Ephemeral);
        var session = client.Identity.Id;
        var (_, data) = await client.WatchDataAsync("/kept");
        var (_, exists) = await client.WatchExistsAsync("/comes");
        var (_, children) = await client.WatchChildrenAsync("/kept");
        await client.CreateAsync("/tree", default, Acl.Open, CreateMode.Persistent);
        var (_, stays) = await client.AddWatchAsync("/tree", isRecursive: true);
        await server.KillAsync();
        await server.StartAsync();
        await client.Connected.WaitAsync(Patience);
        await other.Connected.WaitAsync(Patience);
        Assert.Equal(session, (await RetryAsync(() => client.ExistsAsync("/mine"))).Value.EphemeralOwner);
        Assert.Equal(WatchedEventType.Missed, (await stays.NextAsync(default)).Type);
        await RetryAsync(() => other.SetDataAsync("/kept", "2".Utf8()));
        await RetryAsync(() => other.CreateAsync("/comes", default, Acl.Open, CreateMode.Persistent));
        await RetryAsync(() => other.CreateAsync("/kept/child", default, Acl.Open, CreateMode.Persistent));
        Assert.Equal(new WatchedEvent(WatchedEventType.DataChanged, "/kept"), await data.Fired.WaitAsync(Patience));
        Assert.Equal(new WatchedEvent(WatchedEventType.Created, "/comes"), await exists.Fired.WaitAsync(Patience));
        Assert.Equal(new WatchedEvent(WatchedEventType.ChildrenChanged, "/kept"), await children.Fired.WaitAsync(Patience));
        await RetryAsync(() => other.CreateAsync("/tree/child", default, Acl.Open, CreateMode.Persistent));
        var next = await stays.NextAsync(default).AsTask().WaitAsync(Patience);
        while (next.Type == WatchedEventType.Missed)
        {
            // A server that has just started may hang up once more.
            next = await stays.NextAsync(default).AsTask().WaitAsync(Patience);
        }

        Assert.Equal(new WatchedEvent(WatchedEventType.Created, "/tree/child"), next);
    }

    [ZooKeeperFact]
    public async Task Change_WhileTheClientIsCutOff_FiresTheWatchWhenItIsBack()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var proxy = new StoppableProxy(server.Port);
        await using var client = HostileServerTests.Open(proxy.Port, o => o with { SessionTimeoutMs = 6_000, MaxPauseMs = 50 });
        await using var other = SharedServer.Open(server);
        await other.CreateAsync("/n", default, Acl.Open, CreateMode.Persistent);
        var (_, watch) = await client.WatchDataAsync("/n");
        proxy.IsStopped = true;
        await other.SetDataAsync("/n", "unseen".Utf8());
        Assert.False(watch.Fired.IsCompleted);

        // The half-open connection is noticed for want of pings' answers, and left.
        var late = await client.ExistsAsync("/n").WaitAsync(Patience);
        Assert.Equal(KeeperError.ConnectionLoss, late.Error);
        Assert.Contains("silent", client.State.Reason, StringComparison.Ordinal);
        proxy.IsStopped = false;
        Assert.Equal(WatchedEventType.DataChanged, (await watch.Fired.WaitAsync(Patience)).Type);
        Assert.True(proxy.Connections >= 2);
    }

    [ZooKeeperFact]
    public async Task Session_ThatSomebodyElseCloses_IsFollowedByAnotherWithWatchesAndWithoutNodes()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        var notices = Channel.CreateUnbounded<SessionNotice>();
        await using var client = SharedServer.Open(server, o => o with { Notice = n => notices.Writer.TryWrite(n) });
        await using var other = SharedServer.Open(server);
        await client.CreateAsync("/mine", default, Acl.Open, CreateMode.Ephemeral);
        await client.CreateAsync("/seen", default, Acl.Open, CreateMode.Persistent);
        var (_, watch) = await client.WatchDataAsync("/seen");
        var (_, gone) = await other.WatchExistsAsync("/mine");
        var session = client.Identity.Id;
        await CloseAsync(server.Port, client.Identity);
        SessionNotice notice;
        do
        {
            notice = await notices.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        }
        while (notice.State != SessionState.Expired);
        Assert.Equal(session, notice.SessionId);
        Assert.Equal(WatchedEventType.Deleted, (await gone.Fired.WaitAsync(Patience)).Type);

        // As whoever registers does: made anew under the new session.
        await client.Connected.WaitAsync(Patience);
        Assert.Equal(KeeperError.Ok, (await RetryAsync(() => client.CreateAsync("/mine", default, Acl.Open, CreateMode.Ephemeral))).Error);
        Assert.NotEqual(session, client.Identity.Id);
        Assert.Equal(client.Identity.Id, (await other.ExistsAsync("/mine")).Value.EphemeralOwner);
        await other.SetDataAsync("/seen", "x".Utf8());
        Assert.Equal(WatchedEventType.DataChanged, (await watch.Fired.WaitAsync(Patience)).Type);
    }

    [ZooKeeperFact]
    public async Task Session_OfAClientThatVanished_ExpiresAtTheServerWithItsNodes()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var client = SharedServer.Open(server, o => o with { SessionTimeoutMs = 1_000 });
        await using var other = SharedServer.Open(server);
        await client.CreateAsync("/mine", default, Acl.Open, CreateMode.Ephemeral);
        var (there, gone) = await other.WatchExistsAsync("/mine");
        Assert.True(there.IsOk);
        await client.AbandonAsync();
        Assert.Equal(WatchedEventType.Deleted, (await gone.Fired.WaitAsync(Patience)).Type);
    }

    [ZooKeeperFact]
    public async Task Kill_UnderLoad_LosesNothingThatWasAnsweredAndAnswersEverything()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        await using var client = SharedServer.Open(server, o => o with { SessionTimeoutMs = 60_000, MaxPauseMs = 50 });
        await client.CreateAsync("/load", default, Acl.Open, CreateMode.Persistent);
        using var stop = new CancellationTokenSource();
        var done = 0;
        var enough = new SemaphoreSlim(0);
        var writers = Enumerable.Range(0, 8).Select(async worker =>
        {
            var made = new List<string>();
            var lost = 0;
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var result = await client.CreateAsync($"/load/{worker}-{i}", default, Acl.Open, CreateMode.Persistent);
                Assert.True(result.Error is KeeperError.Ok or KeeperError.ConnectionLoss, $"{result.Error}");
                if (result.IsOk)
                {
                    made.Add($"{worker}-{i}");
                    _ = Interlocked.Increment(ref done) % 400 == 0 ? enough.Release() : 0;
                }
                else
                {
                    lost++;
                }
            }

            return (made, lost);
        }).ToArray();
        Assert.True(await enough.WaitAsync(Patience));
        await server.KillAsync();
        await server.StartAsync();
        Assert.True(await enough.WaitAsync(Patience));
        await stop.CancelAsync();
        var results = await Task.WhenAll(writers).WaitAsync(Patience);
        var there = (await client.GetChildrenAsync("/load")).Value.Names.ToHashSet(StringComparer.Ordinal);
        Assert.All(results.SelectMany(static r => r.made), name => Assert.Contains(name, there));

        // One at most was under way for each writer.
        Assert.All(results, static r => Assert.InRange(r.lost, 0, 1));
        Assert.Equal(0, client.PendingCount);
    }

    [ZooKeeperFact]
    public async Task Servers_OfWhichOneIsAway_AreTriedUntilOneAnswers()
    {
        await using var server = await ZooKeeperServer.StartAsync();
        var text = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{LoopbackPorts.Free()},127.0.0.1:{server.Port},[::1]:{LoopbackPorts.Free()}");
        await using var client = new ZooKeeperClient(SharedServer.Options(text) with { SessionTimeoutMs = 20_000 });
        Assert.Equal(KeeperError.Ok, (await client.ExistsAsync("/").WaitAsync(Patience)).Error);
    }

    /// <summary>Takes a session over with its password, as Java's clients can, and ends it.</summary>
    internal static async Task CloseAsync(int port, SessionIdentity identity)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port);
        var stream = socket.GetStream();
        var reader = new PacketReader(stream, 1 << 20, static () => { });
        var taken = new SessionIdentity();
        taken.Grant(identity.Id, identity.Password, isReadOnly: false);
        var handshake = new Handshake(stream, reader, taken, SharedServer.Options("127.0.0.1"));
        Assert.Equal(HandshakeOutcome.Done, await handshake.RunAsync(CancellationToken.None));
        await stream.WriteAsync(JuteWriter.Request(OpCode.CloseSession).ToPacket());
        while (await reader.ReadAsync(CancellationToken.None) is not null)
        {
        }
    }

    /// <summary>Again while the connection is lost under it.</summary>
    private static async Task<KeeperResult<T>> RetryAsync<T>(Func<Task<KeeperResult<T>>> call)
    {
        while (true)
        {
            var result = await call().WaitAsync(Patience);
            if (result.Error is not (KeeperError.ConnectionLoss or KeeperError.SessionExpired))
            {
                return result;
            }
        }
    }
}
