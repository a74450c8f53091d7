using BridgeMesh.Testing.Network;

namespace BridgeMesh.Registries.ZooKeeper.Client;

[Collection(SharedServerGroup.Name)]
public class OperationTests(SharedServer shared)
{
    [ZooKeeperFact]
    public async Task Node_FromItsBeginningToItsEnd_IsWhatWasWritten()
    {
        var (client, root) = await shared.OpenOnNodeAsync();
        await using var _ = client;
        var path = $"{root}/über 日本";
        Assert.Equal(path, (await client.CreateAsync(path, "one".Utf8(), Acl.Open, CreateMode.Persistent)).Value);
        var read = (await client.GetDataAsync(path)).Value;
        Assert.Equal(("one", 0, 3, 0L), (read.Text(), read.Stat.Version, read.Stat.DataLength, read.Stat.EphemeralOwner));
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - read.Stat.CreatedMs, -5_000, 60_000);
        Assert.Equal(1, (await client.SetDataAsync(path, "two".Utf8(), version: 0)).Value.Version);
        Assert.Equal("two", (await client.GetDataAsync(path)).Value.Text());
        var children = (await client.GetChildrenAsync(root)).Value;
        Assert.Equal("über 日本", Assert.Single(children.Names));
        Assert.Equal(1, children.Stat.ChildCount);
        Assert.Equal(1, (await client.ExistsAsync(path)).Value.Version);
        Assert.Equal(KeeperError.Ok, await client.SyncAsync(path));
        Assert.Equal(KeeperError.Ok, await client.DeleteAsync(path, version: 1));
        Assert.Equal(KeeperError.NoNode, (await client.ExistsAsync(path)).Error);
    }

    [ZooKeeperFact]
    public async Task Errors_OfTheServer_HaveTheirNames()
    {
        var (client, root) = await shared.OpenOnNodeAsync();
        await using var _ = client;
        await client.CreateAsync($"{root}/e", default, Acl.Open, CreateMode.Ephemeral);
        Assert.Equal(KeeperError.NodeExists, (await client.CreateAsync(root, default, Acl.Open, CreateMode.Persistent)).Error);
        Assert.Equal(KeeperError.NoNode, (await client.CreateAsync($"{root}/a/b", default, Acl.Open, CreateMode.Persistent)).Error);
        Assert.Equal(KeeperError.NotEmpty, await client.DeleteAsync(root));
        Assert.Equal(KeeperError.BadVersion, (await client.SetDataAsync(root, default, version: 7)).Error);
        Assert.Equal(KeeperError.NoChildrenForEphemerals, (await client.CreateAsync($"{root}/e/f", default, Acl.Open, CreateMode.Persistent)).Error);
        Assert.Equal(KeeperError.InvalidAcl, (await client.CreateAsync($"{root}/g", default, Acl.CreatorAll, CreateMode.Persistent)).Error);
        Assert.Equal(KeeperError.BadArguments, (await client.GetDataAsync("no/slash")).Error);
        Assert.Equal(KeeperError.BadArguments, (await client.GetDataAsync("/a//b")).Error);
    }

    [ZooKeeperFact]
    public async Task Create_EachMode_MakesTheNodeThatItSays()
    {
        var (client, root) = await shared.OpenOnNodeAsync();
        await using var _ = client;
        var first = (await client.CreateAsync($"{root}/s-", default, Acl.Open, CreateMode.PersistentSequential)).Value;
        var second = (await client.CreateAsync($"{root}/s-", default, Acl.Open, CreateMode.EphemeralSequential)).Value;
        Assert.Equal(($"{root}/s-0000000000", $"{root}/s-0000000001"), (first, second));
        Assert.Equal(client.Identity.Id, (await client.ExistsAsync(second)).Value.EphemeralOwner);
        Assert.Equal($"{root}/c", (await client.CreateAsync($"{root}/c", default, Acl.Open, CreateMode.Container)).Value);
        Assert.Equal(KeeperError.Ok, (await client.CreateAsync($"{root}/c/child", default, Acl.Open, CreateMode.Persistent)).Error);
        var made = (await client.CreateWithStatAsync($"{root}/w", "data".Utf8(), Acl.Open, CreateMode.Persistent)).Value;
        Assert.Equal(($"{root}/w", 4), (made.Path, made.Stat.DataLength));
    }

    [ZooKeeperFact]
    public async Task Multi_AllOrNothing_TellsEachPart()
    {
        var (client, root) = await shared.OpenOnNodeAsync();
        await using var _ = client;
        var done = await client.MultiAsync(
        [
            MultiOperation.Create($"{root}/a", "1".Utf8(), Acl.Open, CreateMode.Persistent),
            MultiOperation.Check($"{root}/a", 0),
            MultiOperation.SetData($"{root}/a", "2".Utf8()),
            MultiOperation.Create($"{root}/b", default, Acl.Open, CreateMode.Persistent),
            MultiOperation.Delete($"{root}/b"),
        ]);
        Assert.Equal((KeeperError.Ok, 5), (done.Error, done.Value.Length));
        Assert.Equal(($"{root}/a", 1), (done.Value[0].Path, done.Value[2].Stat.Version));
        var failed = await client.MultiAsync(
        [
            MultiOperation.Create($"{root}/c", default, Acl.Open, CreateMode.Persistent),
            MultiOperation.Check($"{root}/a", 9),
            MultiOperation.Delete($"{root}/a"),
        ]);
        Assert.Equal(KeeperError.BadVersion, failed.Error);
        Assert.Equal(
            [KeeperError.Ok, KeeperError.BadVersion, KeeperError.RuntimeInconsistency], failed.Value.Select(static r => r.Error).ToArray());
        Assert.Equal(KeeperError.NoNode, (await client.ExistsAsync($"{root}/c")).Error);
    }

    [ZooKeeperFact]
    public async Task Chroot_OfTheConnectString_StandsBeforeAllPathsAndBehindNone()
    {
        var (outside, root) = await shared.OpenOnNodeAsync();
        await using var _ = outside;
        await using var client = shared.Open(chroot: root);
        Assert.Equal("/in", (await client.CreateAsync("/in", default, Acl.Open, CreateMode.Persistent)).Value);
        Assert.Equal(["in"], (await client.GetChildrenAsync("/")).Value.Names.ToArray());
        Assert.Equal(KeeperError.Ok, (await outside.ExistsAsync($"{root}/in")).Error);
        var (_, data) = await client.WatchDataAsync("/in");
        var (_, children) = await client.WatchChildrenAsync("/");
        await outside.SetDataAsync($"{root}/in", "x".Utf8());
        Assert.Equal(new WatchedEvent(WatchedEventType.DataChanged, "/in"), await data.Fired);
        await outside.CreateAsync($"{root}/more", default, Acl.Open, CreateMode.Persistent);
        Assert.Equal(new WatchedEvent(WatchedEventType.ChildrenChanged, "/"), await children.Fired);
        var multi = await client.MultiAsync([MultiOperation.Create("/m", default, Acl.Open, CreateMode.Persistent)]);
        Assert.Equal("/m", multi.Value[0].Path);
    }

    [ZooKeeperFact]
    public async Task Acl_OfANode_HoldsForOthers()
    {
        var login = new AuthInfo("digest", "ada:engine".Utf8());
        var (owner, root) = await shared.OpenOnNodeAsync(o => o with { Auth = [login] });
        await using var _ = owner;
        await using var stranger = shared.Open();
        await using var wrong = shared.Open(o => o with { Auth = [new AuthInfo("digest", "ada:wrong".Utf8())] });
        var (own, open) = ($"{root}/own", $"{root}/open");
        Assert.Equal(KeeperError.Ok, (await owner.CreateAsync(own, "s".Utf8(), Acl.CreatorAll, CreateMode.Persistent)).Error);
        Assert.Equal(KeeperError.Ok, (await owner.CreateAsync(open, "s".Utf8(), Acl.ReadOnly, CreateMode.Persistent)).Error);
        Assert.Equal(KeeperError.NoAuth, (await stranger.GetDataAsync(own)).Error);
        Assert.Equal(KeeperError.NoAuth, (await wrong.GetDataAsync(own)).Error);
        Assert.Equal("s", (await owner.GetDataAsync(own)).Value.Text());
        Assert.Equal("s", (await stranger.GetDataAsync(open)).Value.Text());
        Assert.Equal(KeeperError.NoAuth, (await stranger.SetDataAsync(open, default)).Error);
        Assert.Equal([Acl.Digest(Permissions.All, "ada", "engine")], (await owner.GetAclAsync(own)).Value.Acl.ToArray());
        Assert.Equal(KeeperError.Ok, (await owner.SetAclAsync(own, Acl.ReadOnly)).Error);
        Assert.Equal("s", (await stranger.GetDataAsync(own)).Value.Text());
        Assert.Contains("digest:ada", (await owner.WhoAmIAsync()).Value);
    }

    [ZooKeeperFact]
    public async Task Children_TenThousand_ComeInOneAnswer()
    {
        var (client, root) = await shared.OpenOnNodeAsync();
        await using var _ = client;
        for (var i = 0; i < 10_000; i += 500)
        {
            var parts = Enumerable.Range(i, 500).Select(n => MultiOperation.Create($"{root}/{n:d60}", default, Acl.Open, CreateMode.Persistent));
            Assert.Equal(KeeperError.Ok, (await client.MultiAsync([.. parts])).Error);
        }

        var names = (await client.GetChildrenAsync(root)).Value.Names;
        Assert.Equal(Enumerable.Range(0, 10_000).Select(static n => $"{n:d60}"), names.Order(StringComparer.Ordinal));
    }

    [ZooKeeperFact]
    public async Task Data_AtTheServersBound_PassesAndPastItIsNotSent()
    {
        var (client, root) = await shared.OpenOnNodeAsync();
        await using var _ = client;

        // The bound counts the whole packet: xid, type, path and version stand beside the data.
        const int Room = 0xfffff;
        var largest = new byte[Room - 8 - 4 - root.Length - 4 - 4];
        Random.Shared.NextBytes(largest);
        Assert.Equal(KeeperError.Ok, (await client.SetDataAsync(root, largest)).Error);
        Assert.Equal(largest, (await client.GetDataAsync(root)).Value.Data.ToArray());
        var session = client.Identity.Id;
        Assert.Equal(KeeperError.RequestTooLarge, (await client.SetDataAsync(root, new byte[largest.Length + 1])).Error);
        Assert.Equal(largest.Length, (await client.ExistsAsync(root)).Value.DataLength);
        Assert.Equal((session, SessionState.Connected), (client.Identity.Id, client.State.State));
    }

    [ZooKeeperFact]
    public async Task Calls_ManyAtOnce_AreEachAnsweredWithTheirOwn()
    {
        var (client, root) = await shared.OpenOnNodeAsync();
        await using var _ = client;
        var writes = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i =>
            client.CreateAsync($"{root}/{i}", $"data {i}".Utf8(), Acl.Open, CreateMode.Persistent)));
        Assert.All(writes, static w => Assert.True(w.IsOk));
        var reads = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => Task.Run(() => client.GetDataAsync($"{root}/{i}"))));
        Assert.Equal(Enumerable.Range(0, 2_000).Select(static i => $"data {i}"), reads.Select(static r => r.Value.Text()));
        Assert.Equal(0, client.PendingCount);
    }

    [ZooKeeperFact]
    public async Task Sasl_DigestMd5_LogsInWithTheRightPasswordAlone()
    {
        await using var good = shared.Open(o => o with { Sasl = new SaslLogin("bridge", "secret") });
        var path = shared.NewPath();
        Assert.Equal(KeeperError.Ok, (await good.CreateAsync(path, "s".Utf8(), [new Acl(Permissions.All, "sasl", "bridge")], CreateMode.Persistent)).Error);
        Assert.Contains("sasl:bridge", (await good.WhoAmIAsync()).Value);
        Assert.Equal("s", (await good.GetDataAsync(path)).Value.Text());
        await using var none = shared.Open();
        Assert.Equal(KeeperError.NoAuth, (await none.GetDataAsync(path)).Error);
        await using var umlaut = shared.Open(o => o with { Sasl = new SaslLogin("müller", "grün") });
        Assert.Contains("sasl:müller", (await umlaut.WhoAmIAsync()).Value);

        // Not the password of another: servers take an unknown user for the one before (SaslServerCallbackHandler keeps the name).
        foreach (var login in (SaslLogin[])[new("bridge", "wrong"), new("nobody", "nothing")])
        {
            var refused = new TaskCompletionSource<SessionNotice>(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var bad = shared.Open(o => o with
            {
                Sasl = login,
                Notice = n => _ = n.State == SessionState.AuthFailed && refused.TrySetResult(n),
            });
            Assert.Contains("does not take the SASL login", (await refused.Task.WaitAsync(TimeSpan.FromSeconds(60))).Reason, StringComparison.Ordinal);
            Assert.Equal(KeeperError.AuthFailed, (await bad.ExistsAsync("/")).Error);
        }
    }

    [ZooKeeperFact]
    public async Task Auth_SchemeThatTheServerDoesNotHave_IsToldAndFailsCalls()
    {
        var refused = new TaskCompletionSource<SessionNotice>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = shared.Open(o => o with
        {
            Auth = [new AuthInfo("kerberos", "x".Utf8())],
            Notice = n => _ = n.State == SessionState.AuthFailed && refused.TrySetResult(n),
        });
        Assert.Contains("kerberos login: AuthFailed", (await refused.Task.WaitAsync(TimeSpan.FromSeconds(60))).Reason, StringComparison.Ordinal);
        Assert.Equal(KeeperError.AuthFailed, (await client.ExistsAsync("/")).Error);
    }

    [ZooKeeperFact]
    public async Task Dispose_WithEphemeralNodes_TakesThemAwayAtOnce()
    {
        var (client, root) = await shared.OpenOnNodeAsync();
        await using var other = shared.Open();
        await client.CreateAsync($"{root}/e", default, Acl.Open, CreateMode.Ephemeral);
        var (_, gone) = await other.WatchExistsAsync($"{root}/e");
        await client.DisposeAsync();
        Assert.Equal(WatchedEventType.Deleted, (await gone.Fired).Type);
        Assert.Equal(KeeperError.Closed, (await client.ExistsAsync("/")).Error);
        Assert.Equal(SessionState.Closed, client.State.State);
    }
}
