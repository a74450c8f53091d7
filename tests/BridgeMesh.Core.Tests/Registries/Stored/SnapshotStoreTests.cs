using System.Collections.Immutable;
using System.Text;
using BridgeMesh.Core.Registries.Stored;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Testing.Time;

namespace BridgeMesh.Core.Tests.Registries.Stored;

public sealed class SnapshotStoreTests : IDisposable
{
    private const string Head = "{\"version\":1,\"kind\":\"fixed\"}\n";

    private readonly string _directory = Directory.CreateTempSubdirectory("bridgemesh").FullName;
    private readonly ManualTime _time = new();
    private readonly LogLines _log = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Load_WhatWasKept_IsTheSame()
    {
        var kept = Many(20);
        await KeepAsync(_directory, kept);

        var loaded = Store(_directory).Load();

        Assert.Equal(kept.Select(static s => s.Service), loaded.Select(static s => s.Service));
        Assert.All(kept.Zip(loaded), static pair => Assert.Equal(pair.First.Instances.AsEnumerable(), pair.Second.Instances));
        Assert.All(loaded, static s => Assert.True(s.Stale));
        Assert.Empty(_log.Lines);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf(_directory)));
        }
    }

    [Fact]
    public void Load_NothingThere_IsEmptyAndNoTrouble()
    {
        Assert.Empty(Store(Path.Combine(_directory, "none")).Load());
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Load_CutShortAnywhere_IsRefusedWholeAndTold()
    {
        await KeepAsync(_directory, Many(3));
        var whole = await File.ReadAllBytesAsync(PathOf(_directory));
        for (var length = 0; length < whole.Length; length += 7)
        {
            _log.Clear();
            await File.WriteAllBytesAsync(PathOf(_directory), whole[..length]);
            Assert.Empty(Store(_directory).Load());
            Assert.Single(_log.Lines);
        }
    }

    [Fact]
    public async Task Load_AnyByteOther_IsRefusedAndTold()
    {
        await KeepAsync(_directory, Many(2));
        var whole = await File.ReadAllBytesAsync(PathOf(_directory));
        for (var at = 0; at < whole.Length; at += 3)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x11;
            _log.Clear();
            await File.WriteAllBytesAsync(PathOf(_directory), damaged);
            Assert.Empty(Store(_directory).Load());
            Assert.Single(_log.Lines);
        }
    }

    [Theory]
    [InlineData("{\"version\":2,\"kind\":\"fixed\"}\n", "version 2")]
    [InlineData("{\"version\":1,\"kind\":\"other\"}\n", "another kind")]
    [InlineData("[]\n", "line 1 is no object")]
    [InlineData("[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]\n", "line 1 is no JSON")]
    [InlineData(Head + "{\"interface\":\"a\",\"instances\":[{\"protocol\":\"dubbo\",\"host\":\"h\",\"port\":70000}]}\n", "line 2 is no service")]
    [InlineData(Head + "{\"interface\":\"a\",\"instances\":[{\"protocol\":\"dubbo\",\"host\":\"h\",\"port\":1,\"tags\":7}]}\n", "line 2 is no service")]
    [InlineData(Head + "{\"services\":0,\"sha256\":7}\n", "damaged")]
    public async Task Load_OtherContent_IsRefusedAndSaysWhy(string text, string why)
    {
        await File.WriteAllTextAsync(PathOf(_directory), text);

        Assert.Empty(Store(_directory).Load());

        Assert.Contains(why, Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LongerThanAnyFile_IsRefusedWithinBounds()
    {
        using (var huge = File.Create(PathOf(_directory)))
        {
            huge.Write(Encoding.UTF8.GetBytes("{\"version\":1,\"kind\":\"fixed\"}\n"));
            huge.SetLength(3L << 30); // Sparse: it takes no space.
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(Store(_directory).Load());

        Assert.Contains("too long", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3L * SnapshotFile.MaxLineBytes);
    }

    [Fact]
    public async Task Write_ManyChanges_AreWrittenOnceInAWhile()
    {
        var asked = 0;
        var store = Store(_directory);
        store.Begin(() =>
        {
            asked++;
            return Many(1);
        });
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 1_000; i++)
            {
                store.Touch();
            }

            while (Volatile.Read(ref asked) == round)
            {
                _time.Advance(TimeSpan.FromMilliseconds(500));
                await Task.Yield();
            }
        }

        Assert.Equal(3, asked);
        Assert.True(_time.GetElapsedTime(0) >= 3 * SnapshotStore.Pause);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Write_DiskIsFull_IsToldOnceAndTheFormerVersionStays()
    {
        if (!File.Exists("/dev/full"))
        {
            return; // Linux alone has it.
        }

        await KeepAsync(_directory, Many(2));
        File.CreateSymbolicLink($"{PathOf(_directory)}.next", "/dev/full");

        await KeepAsync(_directory, Many(9), times: 3);

        Assert.Contains("No space left", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Equal(2, Store(_directory).Load().Length);

        File.Delete($"{PathOf(_directory)}.next");
        await KeepAsync(_directory, Many(9));
        Assert.Equal(9, Store(_directory).Load().Length);
    }

    [Fact]
    public async Task Write_DirectoryIsAFile_IsToldAndGoesOn()
    {
        var file = Path.Combine(_directory, "file");
        await File.WriteAllTextAsync(file, "x");

        await KeepAsync(file, Many(1), times: 2);

        Assert.Single(_log.Lines);
        Assert.Empty(Store(file).Load());
    }

    [Fact]
    public async Task End_AnotherWritesInItsPlace_NothingMoreIsWritten()
    {
        var store = Store(_directory);
        store.Begin(() => Many(1));
        store.Touch();

        await store.EndAsync();
        await store.DisposeAsync();

        Assert.False(File.Exists(PathOf(_directory)));
    }

    private static string PathOf(string directory) => Path.Combine(directory, "r.jsonl");

    private SnapshotStore Store(string directory) => new(directory, "r", "fixed", _time, _log);

    private async Task KeepAsync(string directory, ImmutableArray<ServiceSnapshot> services, int times = 1)
    {
        var store = Store(directory);
        var asked = 0;
        store.Begin(() =>
        {
            Interlocked.Increment(ref asked);
            return services;
        });
        for (var i = 1; i < times; i++)
        {
            store.Touch();
            while (Volatile.Read(ref asked) < i)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }
        }

        store.Touch();
        await store.DisposeAsync();
    }

    private static ImmutableArray<ServiceSnapshot> Many(int services) =>
    [
        .. Enumerable.Range(0, services).Select(static s =>
        {
            var key = new ServiceKey($"com.acme.Service{s}", s % 2 == 0 ? "1.0.0" : "", s % 3 == 0 ? "blue" : "", s % 5 == 0 ? "u" : "");
            return new ServiceSnapshot(key, s, false, [.. Enumerable.Range(1, s % 4).Select(i => new ServiceInstance
            {
                Service = key,
                Protocol = "dubbo",
                Host = $"10.0.0.{i}",
                Port = 20_880 + s,
                IsSecure = i == 2,
                Application = "orders",
                Weight = 50 * i,
                WarmUpMs = i == 1 ? 0 : 600_000,
                StartedAt = i == 3 ? null : DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + i),
                Zone = "east",
                Health = (InstanceHealth)i,
                Tags = ["gray", "\"quoted\" ü\n"],
                Serializations = ["hessian2"],
                Methods = ["get", "put"],
                Metadata = ImmutableDictionary<string, string>.Empty.Add(InstanceMarks.Origin, "mesh").Add("path", "/a b"),
            })]);
        }),
    ];
}
