using System.Globalization;
using System.Net.Sockets;
using System.Threading.Channels;
using BridgeMesh.Testing.Network;
using BridgeMesh.Testing.Time;
using static BridgeMesh.Registries.ZooKeeper.Client.ScriptedSessions;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>Servers that do what none should, over a clock that only the test moves, or that nobody has to wait for.</summary>
public class HostileServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string, string> Answers => new()
    {
        { "garbage", "no session" },
        { "http", "no session" },
        { "negative length", "a packet of -1 bytes" },
        { "huge length", "a packet of 2147483647 bytes" },
        { "cut length", "inside a packet" },
        { "cut packet", "inside a packet" },
        { "closed", "closed the connection" },
        { "short packet", "without a header" },
        { "unasked answer", "that nobody made" },
        { "wrong xid", "where it owes" },
        { "cut answer", "cannot be read" },
        { "huge count", "cannot be read" },
        { "cut event", "cannot be read" },
        { "wrong protocol", "no ZooKeeper server" },
        { "long password", "no ZooKeeper server" },
        { "read-only", "is read-only" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Server_ThatBreaksTheProtocol_IsLeftForAnotherTryAndNoCallHangs(string what, string reason)
    {
        var calm = 0;
        await using var server = new ScriptedServer(async (stream, end) =>
        {
            if (Volatile.Read(ref calm) == 1)
            {
                await ServeCalmlyAsync(stream, end);
                return;
            }

            await MisbehaveAsync(what, stream, end);
        });
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = Open(server.Port, o => o with
        {
            MaxPauseMs = 5,
            Notice = n =>
            {
                if (n.Reason.Contains(what is "garbage" or "http" ? string.Empty : reason, StringComparison.Ordinal) && n.Reason.Length > 0
                    && n.State == SessionState.Connecting)
                {
                    told.TrySetResult();
                }
            },
        });
        var call = client.GetChildrenAsync("/");
        await told.Task.WaitAsync(Patience);
        Volatile.Write(ref calm, 1);

        // What was sent to the bad one is lost, and said to be; what was not sent yet reaches the next.
        Assert.True((await call.WaitAsync(Patience)).Error is KeeperError.ConnectionLoss or KeeperError.MarshallingError or KeeperError.Ok);
        KeeperResult<Stat> later;
        do
        {
            later = await client.ExistsAsync("/").WaitAsync(Patience);
        }
        while (later.Error is KeeperError.ConnectionLoss or KeeperError.MarshallingError);
        Assert.Equal(KeeperError.Ok, later.Error);
        Assert.Equal(0, client.PendingCount);
    }

    [Fact]
    public async Task Silence_OfTheServer_EndsTheConnectionAfterTwoThirdsOfTheTimeout()
    {
        var time = new ManualTime();
        var packets = Channel.CreateUnbounded<OpCode>();
        await using var server = new ScriptedServer(async (stream, end) =>
        {
            await GrantAsync(stream, end, timeoutMs: 6_000);
            while (await ReadAsync(stream, end) is { } packet)
            {
                packets.Writer.TryWrite(Type(packet));
            }

            packets.Writer.TryWrite(default);
        });
        await using var client = Open(server.Port, o => o with { OperationTimeoutMs = 60_000 }, time);
        await client.Connected.WaitAsync(Patience);
        var call = client.ExistsAsync("/");
        Assert.Equal(OpCode.Exists, await packets.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(packets.Reader.TryRead(out _));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(OpCode.Ping, await packets.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(KeeperError.ConnectionLoss, (await call.WaitAsync(Patience)).Error);
        Assert.Equal(77, client.Identity.Id);
        Assert.Contains("silent", client.State.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pings_ThatAreAnswered_KeepTheConnectionForEver()
    {
        var time = new ManualTime();
        var pings = Channel.CreateUnbounded<int>();
        await using var server = new ScriptedServer(async (stream, end) =>
        {
            await GrantAsync(stream, end, timeoutMs: 6_000);
            while (await ReadAsync(stream, end) is { } packet)
            {
                await SendAsync(stream, Reply(Xid(packet), KeeperError.Ok), end);
                if (Type(packet) == OpCode.Ping)
                {
                    pings.Writer.TryWrite(0);
                }
            }
        });
        await using var client = Open(server.Port, static o => o, time);
        await client.Connected.WaitAsync(Patience);
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromSeconds(2));
            await pings.Reader.ReadAsync().AsTask().WaitAsync(Patience);

            // The answer to a sync of the two sides: it comes behind the ping's.
            Assert.Equal(KeeperError.Ok, await client.DeleteAsync("/x").WaitAsync(Patience));
        }

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Deadline_OfACall_PassesWithoutDisturbingTheNext()
    {
        var time = new ManualTime();
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ScriptedServer(async (stream, end) =>
        {
            await GrantAsync(stream, end, timeoutMs: 600_000);
            var first = await ReadAsync(stream, end) ?? [];
            read.SetResult();
            await release.Task.WaitAsync(end);
            await SendAsync(stream, Reply(Xid(first), KeeperError.NoNode), end);
            while (await ReadAsync(stream, end) is { } packet)
            {
                await SendAsync(stream, Reply(Xid(packet), KeeperError.NodeExists), end);
            }
        });
        await using var client = Open(server.Port, o => o with { OperationTimeoutMs = 5_000 }, time);
        await client.Connected.WaitAsync(Patience);
        var late = client.DeleteAsync("/a");
        await read.Task.WaitAsync(Patience);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(KeeperError.OperationTimeout, await late.WaitAsync(Patience));
        var next = client.DeleteAsync("/b");
        release.SetResult();
        Assert.Equal(KeeperError.NodeExists, await next.WaitAsync(Patience));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Cancellation_OfACall_IsTheOnlyThingThrown()
    {
        await using var server = new ScriptedServer(async (stream, end) =>
        {
            await GrantAsync(stream, end);
            await DrainAsync(stream, end);
        });
        await using var client = Open(server.Port, static o => o);
        using var cancel = new CancellationTokenSource();
        var call = client.ExistsAsync("/", cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => call.WaitAsync(Patience));
    }

    [Fact]
    public async Task Calls_PastTheBounds_AreRefusedAtOnce()
    {
        await using var client = Open(1, o => o with { MaxPending = 3, MaxPendingBytes = 100 });
        var waiting = Enumerable.Range(0, 3).Select(_ => client.ExistsAsync("/")).ToArray();
        Assert.Equal(KeeperError.TooManyPending, (await client.ExistsAsync("/")).Error);
        await client.DisposeAsync();
        Assert.All(await Task.WhenAll(waiting), static w => Assert.Equal(KeeperError.Closed, w.Error));
        await using var bytes = Open(1, o => o with { MaxPendingBytes = 100 });
        var first = bytes.SetDataAsync("/", new byte[60]);
        Assert.Equal(KeeperError.TooManyPending, (await bytes.SetDataAsync("/", new byte[60])).Error);
        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task Expiry_ToldByTheServer_FailsWhatWaitsAndBringsAnotherSession()
    {
        var connections = 0;
        await using var server = new ScriptedServer(async (stream, end) =>
        {
            switch (Interlocked.Increment(ref connections))
            {
                case 1:
                    await GrantAsync(stream, end, session: 1);
                    return;
                case 2:
                    await GrantAsync(stream, end, timeoutMs: 0, session: 0);
                    return;
                default:
                    var request = await GrantAsync(stream, end, session: 2);
                    Assert.Equal(Long(0), request[16..24]);
                    await ServeAsync(stream, end);
                    return;
            }
        });
        var notices = Channel.CreateUnbounded<SessionNotice>();
        await using var client = Open(server.Port, o => o with { MaxPauseMs = 5, Notice = n => notices.Writer.TryWrite(n) });
        var states = new List<(SessionState, long)>();
        while (states.Count(static s => s.Item1 == SessionState.Connected) < 2)
        {
            var notice = await notices.Reader.ReadAsync().AsTask().WaitAsync(Patience);
            states.Add((notice.State, notice.SessionId));
        }

        Assert.Equal(
            [(SessionState.Connected, 1), (SessionState.Connecting, 1), (SessionState.Expired, 1), (SessionState.Connected, 2)], states);
        Assert.Equal(KeeperError.Ok, (await client.DeleteAsync("/x").WaitAsync(Patience)));
    }

    [Fact]
    public async Task Servers_SetUpAnew_AreTakenOnceTheOldSessionMustBeOver()
    {
        // They close the connection of a client that has seen more than they have; it must not knock for ever.
        var time = new ManualTime();
        var connections = 0;
        var refused = Channel.CreateUnbounded<int>();
        await using var server = new ScriptedServer(async (stream, end) =>
        {
            if (Interlocked.Increment(ref connections) == 1)
            {
                await GrantAsync(stream, end);
                var first = await ReadAsync(stream, end) ?? [];
                await SendAsync(stream, Reply(Xid(first), KeeperError.Ok), end);
                return;
            }

            if (await ReadAsync(stream, end) is not { } request)
            {
                return;
            }

            if (!request.AsSpan(4, 8).SequenceEqual(Long(0)))
            {
                refused.Writer.TryWrite(0);
                return;
            }

            await SendAsync(stream, [.. Int(0), .. Int(30_000), .. Long(88), .. Int(16), .. new byte[16], 0], end);
            await ServeAsync(stream, end);
        });
        await using var client = Open(server.Port, o => o with { SessionTimeoutMs = 4_000, MaxPauseMs = 1_000, OperationTimeoutMs = 600_000 }, time);
        Assert.Equal(KeeperError.Ok, await client.DeleteAsync("/x").WaitAsync(Patience));
        var reconnected = Task.Run(async () =>
        {
            while (client.Identity.Id != 88)
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Yield();
            }
        });
        await reconnected.WaitAsync(Patience);
        Assert.True(refused.Reader.Count >= 3);
        Assert.Equal(KeeperError.Ok, await client.DeleteAsync("/x").WaitAsync(Patience));
    }

    [Fact]
    public async Task ReadOnlyServer_WhereItIsAllowed_ServesReadsUnderNoSessionOfTheOthers()
    {
        var sessions = Channel.CreateUnbounded<byte[]>();
        var connections = 0;
        await using var server = new ScriptedServer(async (stream, end) =>
        {
            var isReadOnly = Interlocked.Increment(ref connections) == 1;
            sessions.Writer.TryWrite(await GrantAsync(stream, end, session: 5, isReadOnly: isReadOnly));
            if (isReadOnly)
            {
                var call = await ReadAsync(stream, end) ?? [];
                await SendAsync(stream, Reply(Xid(call), KeeperError.NotReadOnly), end);
                return;
            }

            await ServeAsync(stream, end);
        });
        await using var client = Open(server.Port, o => o with { AllowReadOnly = true, MaxPauseMs = 5 });
        Assert.Equal(KeeperError.NotReadOnly, await client.DeleteAsync("/x").WaitAsync(Patience));
        Assert.Equal(KeeperError.Ok, await client.DeleteAsync("/x").WaitAsync(Patience));
        Assert.Equal(1, (await sessions.Reader.ReadAsync())[^1]);
        Assert.Equal(Long(0), (await sessions.Reader.ReadAsync())[16..24]);
    }

    internal static ZooKeeperClient Open(int port, Func<ClientOptions, ClientOptions> change, TimeProvider? time = null)
    {
        var options = SharedServer.Options(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"));
        return new ZooKeeperClient(change(options with { Time = time ?? TimeProvider.System }));
    }

    private static async Task ServeCalmlyAsync(NetworkStream stream, CancellationToken end)
    {
        await GrantAsync(stream, end);
        await ServeAsync(stream, end);
    }

    /// <summary>Answers everything with a stat, which lists and nothing at all are read from too.</summary>
    private static async Task ServeAsync(NetworkStream stream, CancellationToken end)
    {
        while (await ReadAsync(stream, end) is { } packet)
        {
            await SendAsync(stream, Reply(Xid(packet), KeeperError.Ok, new byte[72]), end);
        }
    }

    private static async Task MisbehaveAsync(string what, NetworkStream stream, CancellationToken end)
    {
        switch (what)
        {
            case "garbage":
                var garbage = new byte[4_096];
                new Random(7).NextBytes(garbage);
                await stream.WriteAsync(garbage, end);
                return;
            case "http":
                await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), end);
                return;
            case "wrong protocol" or "long password":
                await ReadAsync(stream, end);
                var length = what == "long password" ? 300 : 16;
                await SendAsync(
                    stream, [.. Int(what == "wrong protocol" ? 9 : 0), .. Int(9_000), .. Long(1), .. Int(length), .. new byte[length], 0], end);
                await DrainAsync(stream, end);
                return;
        }

        await GrantAsync(stream, end, isReadOnly: what == "read-only");
        if (what is "unasked answer" or "cut event")
        {
            await SendAsync(
                stream, what == "cut event" ? Reply(-1, KeeperError.Ok, [.. Int(3), .. Int(3), .. Int(90)]) : Reply(99, KeeperError.Ok), end);
            await DrainAsync(stream, end);
            return;
        }

        var packet = await ReadAsync(stream, end) ?? [];
        var xid = packet.Length < 4 ? 0 : Xid(packet);
        var stat = new byte[68];
        switch (what)
        {
            case "negative length":
                await stream.WriteAsync(Int(-1), end);
                break;
            case "huge length":
                await stream.WriteAsync(Int(int.MaxValue), end);
                break;
            case "cut length":
                await stream.WriteAsync(new byte[2], end);
                return;
            case "cut packet":
                await stream.WriteAsync((byte[])[.. Int(50), 1, 2, 3], end);
                return;
            case "closed" or "read-only":
                return;
            case "short packet":
                await SendAsync(stream, new byte[15], end);
                break;
            case "wrong xid":
                await SendAsync(stream, Reply(xid + 1, KeeperError.Ok, stat), end);
                break;
            case "cut answer":
                await SendAsync(stream, Reply(xid, KeeperError.Ok, Int(0)), end);
                break;
            case "huge count":
                await SendAsync(stream, Reply(xid, KeeperError.Ok, [.. Int(int.MaxValue), .. stat]), end);
                break;
        }

        await DrainAsync(stream, end);
    }
}
