using System.Threading.Channels;

namespace BridgeMesh.Files;

/// <summary>
/// Tells when any of some files changed, appeared or went. The operating system's events make it immediate; a poll of times and sizes
/// finds what they miss: network file systems, exhausted inotify instances, links that are swapped elsewhere. Editors truncate before they
/// write, so a change is told only once the files have been quiet for <see cref="SettleMs"/>.
/// </summary>
internal sealed class FileWatch : IAsyncDisposable
{
    /// <summary>Time without change that ends a burst of writes, in ms. Editors and <c>cp</c> write a file in one go, far faster.</summary>
    public const int SettleMs = 50;

    /// <summary>Interval of the poll, in ms.</summary>
    public const int PollMs = 2_000;

    /// <summary>A file that never rests is told nevertheless, after this many looks.</summary>
    private const int MaxSettles = 20;

    /// <summary>Linux grants a user 128 inotify instances by default, one a watcher. Further directories are only polled.</summary>
    private const int MaxWatchers = 16;

    private readonly Func<IReadOnlyList<string>> _files;
    private readonly Func<IEnumerable<string>> _directories;
    private readonly Func<Task> _changed;
    private readonly TimeProvider _time;
    private readonly bool _useEvents;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _wakes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, FileSystemWatcher> _watchers = new(StringComparer.Ordinal);
    private volatile HashSet<string> _known = [];
    private int _touched;
    private int _disposed;
    private Task _loop = Task.CompletedTask;

    /// <param name="files">Absolute paths to watch now, existing or not; asked again at every look.</param>
    /// <param name="directories">Further directories in which such files may appear; null for none. Only events need them.</param>
    /// <param name="changed">Called after a change, never twice at once. Must not throw.</param>
    /// <param name="useEvents">False polls only.</param>
    public FileWatch(
        Func<IReadOnlyList<string>> files,
        Func<Task> changed,
        TimeProvider time,
        Func<IEnumerable<string>>? directories = null,
        bool useEvents = true)
    {
        _files = files;
        _directories = directories ?? (static () => []);
        _changed = changed;
        _time = time;
        _useEvents = useEvents;
    }

    /// <summary>Watches from now on: what changed before is not told.</summary>
    public void Start()
    {
        var files = _files();
        Follow(files);
        var seen = Look(files);
        _loop = Task.Run(() => LoopAsync(seen));
    }

    /// <summary>Tells once, whether a file changed or not: somebody asked. Safe for any thread, also before the start.</summary>
    public void Nudge()
    {
        Volatile.Write(ref _touched, 1);
        _wakes.Writer.TryWrite(true);
    }

    /// <summary>Tells nothing more once it has ended. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        foreach (var watcher in _watchers.Values)
        {
            watcher.Dispose();
        }

        _watchers.Clear();
        _stop.Dispose();
    }

    private async Task LoopAsync(Dictionary<string, FileState> seen)
    {
        try
        {
            var poll = TimeSpan.FromMilliseconds(PollMs);
            await using var timer = _time.CreateTimer(_ => _wakes.Writer.TryWrite(true), null, poll, poll).ConfigureAwait(false);
            await foreach (var _ in _wakes.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                var now = Look(_files());
                if (Interlocked.Exchange(ref _touched, 0) == 0 && Same(now, seen))
                {
                    continue;
                }

                seen = await SettleAsync(now).ConfigureAwait(false);
                Follow([.. seen.Keys]);
                await _changed().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task<Dictionary<string, FileState>> SettleAsync(Dictionary<string, FileState> before)
    {
        for (var i = 0; i < MaxSettles; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(SettleMs), _time, _stop.Token).ConfigureAwait(false);
            var touched = Interlocked.Exchange(ref _touched, 0) != 0;
            var now = Look(_files());
            if (!touched && Same(now, before))
            {
                break;
            }

            before = now;
        }

        return before;
    }

    /// <summary>Has a watcher on each directory of these files and on the further ones, and no other.</summary>
    private void Follow(IReadOnlyList<string> files)
    {
        _known = files.ToHashSet(StringComparer.Ordinal);
        if (!_useEvents)
        {
            return;
        }

        var wanted = files.Select(f => Path.GetDirectoryName(f) ?? "/").Concat(_directories()).Distinct(StringComparer.Ordinal)
            .Where(Directory.Exists).Take(MaxWatchers).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _watchers.Keys.Except(wanted).ToArray())
        {
            _watchers.Remove(gone, out var watcher);
            watcher?.Dispose();
        }

        foreach (var directory in wanted.Except(_watchers.Keys).ToArray())
        {
            if (TryWatch(directory) is { } watcher)
            {
                _watchers.Add(directory, watcher);
            }
        }
    }

    private FileSystemWatcher? TryWatch(string directory)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(directory);
            watcher.NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.Size;
            watcher.Changed += (_, e) => Touch(e.FullPath);
            watcher.Created += (_, e) => Touch(e.FullPath);
            watcher.Deleted += (_, e) => Touch(e.FullPath);
            watcher.Renamed += (_, e) => Touch(e.FullPath);
            watcher.Error += (_, _) => _wakes.Writer.TryWrite(true);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            // No inotify instance left, or the directory went: the poll does it alone.
            watcher?.Dispose();
            return null;
        }
    }

    private void Touch(string path)
    {
        if (_known.Contains(path))
        {
            Volatile.Write(ref _touched, 1);
        }

        // Others count when a look shows that a file changed: a link's target, a file that newly matches a pattern.
        _wakes.Writer.TryWrite(true);
    }

    private static Dictionary<string, FileState> Look(IReadOnlyList<string> files)
    {
        var states = new Dictionary<string, FileState>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            states[file] = FileState.Of(file);
        }

        return states;
    }

    private static bool Same(Dictionary<string, FileState> a, Dictionary<string, FileState> b) =>
        a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out var other) && other == pair.Value);

    /// <param name="Length">-1 when the file is not there or cannot be opened.</param>
    private readonly record struct FileState(long Length, DateTime Written)
    {
        public static FileState Of(string path)
        {
            try
            {
                // By handle, which follows links: a configuration map in Kubernetes is a link to a link.
                using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                return new FileState(RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new FileState(-1, default);
            }
        }
    }
}
