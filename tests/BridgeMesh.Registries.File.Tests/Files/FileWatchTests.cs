using BridgeMesh.Files;

namespace BridgeMesh.Registries.File.Tests.Files;

public sealed class FileWatchTests : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(FileWatch.PollMs);

    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _changes;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Poll_FileChangedWithoutEvents_IsTold()
    {
        var path = _folder.Write("a", "1");
        await using var watch = Watch(useEvents: false, () => [path]);

        _folder.Write("a", "22");

        await _time.AdvanceUntilAsync(_changed.Task, Poll);
    }

    [Fact]
    public async Task Poll_FileUntouched_IsNotTold()
    {
        var path = _folder.Write("a", "1");
        var other = _folder.File("b");
        await using var watch = Watch(useEvents: false, () => [path, other]);
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(Poll);
        }

        // Once b is told, every look before it has been taken.
        _folder.Write("b", "1");
        await _time.AdvanceUntilAsync(_changed.Task, Poll);

        Assert.Equal(1, _changes);
    }

    [Fact]
    public async Task Poll_FileNewlyListed_IsTold()
    {
        _folder.Write("a", "1");
        await using var watch = Watch(useEvents: false, () => Directory.GetFiles(_folder.Path));

        _folder.Write("b", "1");

        await _time.AdvanceUntilAsync(_changed.Task, Poll);
    }

    [Fact]
    public async Task Events_SameSizeAndTime_IsTold()
    {
        var path = _folder.Write("a", "1");
        var written = System.IO.File.GetLastWriteTimeUtc(path);
        await using var watch = Watch(useEvents: true, () => [path]);

        _folder.Write("a", "2");
        System.IO.File.SetLastWriteTimeUtc(path, written);

        // Time passes only for the settling: less than a poll in all.
        await _time.AdvanceUntilAsync(_changed.Task, TimeSpan.FromMilliseconds(0.001));
    }

    [Fact]
    public async Task Events_DirectoryComesLater_IsToldByThePollAndThenByEvents()
    {
        var path = System.IO.Path.Combine(_folder.File("later"), "a");
        await using var watch = Watch(useEvents: true, () => [path]);

        Directory.CreateDirectory(_folder.File("later"));
        _folder.Write("later/a", "1");
        await _time.AdvanceUntilAsync(_changed.Task, Poll);

        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _folder.Write("later/a", "22");
        await _time.AdvanceUntilAsync(_changed.Task, TimeSpan.FromMilliseconds(FileWatch.SettleMs));
    }

    [Fact]
    public async Task Dispose_WhileSettling_Ends()
    {
        var path = _folder.Write("a", "1");
        var watch = Watch(useEvents: false, () => [path]);
        _folder.Write("a", "22");
        _time.Advance(Poll);

        await watch.DisposeAsync();

        Assert.Equal(0, _changes);
    }

    private FileWatch Watch(bool useEvents, Func<IReadOnlyList<string>> files)
    {
        var watch = new FileWatch(files, () =>
        {
            Interlocked.Increment(ref _changes);
            _changed.TrySetResult();
            return Task.CompletedTask;
        }, _time, useEvents: useEvents);
        watch.Start();
        return watch;
    }
}
