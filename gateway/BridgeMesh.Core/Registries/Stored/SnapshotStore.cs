using System.Collections.Immutable;
using BridgeMesh.Registries;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Registries.Stored;

/// <summary>
/// Keeps what a registry has on disk, for a start without it: written as a whole, in the background, some time after it changed, and moved
/// into its place when it is complete. What goes wrong is told once and ends nothing. Safe for any thread.
/// </summary>
/// <param name="directory">Made when it is missing, for the gateway's user alone: metadata may hold what is not for everybody.</param>
internal sealed class SnapshotStore(string directory, string name, string kind, TimeProvider time, ILogger log) : IAsyncDisposable
{
    /// <summary>From one version to the next, at least.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>Large registries that change all the time take no more than a twentieth of a processor.</summary>
    private const int RestPerWrite = 20;

    private readonly string _path = Path.Combine(directory, $"{name}.jsonl");
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _touched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<ImmutableArray<ServiceSnapshot>>? _services;
    private Task _writing = Task.CompletedTask;
    private bool _inTrouble;

    /// <summary>What an earlier life knew; nothing where there is no file, or none that can be used, which is told.</summary>
    internal ImmutableArray<ServiceSnapshot> Load()
    {
        try
        {
            if (!File.Exists(_path))
            {
                return [];
            }

            using var file = File.OpenRead(_path);
            var (services, problem) = SnapshotFile.Read(file, kind);
            if (problem.Length > 0)
            {
                Log.StoredUnusable(log, name, _path, problem);
            }

            return services;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            Log.StoredUnusable(log, name, _path, unreadable.Message);
            return [];
        }
    }

    /// <summary>Begins to write, from now on. Once.</summary>
    /// <param name="services">What there is; asked on another thread.</param>
    internal void Begin(Func<ImmutableArray<ServiceSnapshot>> services)
    {
        lock (_lock)
        {
            if (_services is null)
            {
                _services = services;
                _writing = WriteAsync(services, _stopping.Token);
            }
        }
    }

    /// <summary>Something has changed.</summary>
    internal void Touch() => Volatile.Read(ref _touched).TrySetResult();

    /// <summary>Writes no more: another writes in its place.</summary>
    internal async ValueTask EndAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _services = null;
    }

    /// <summary>Writes what has not been written yet, if it was begun and has not ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        if (_services is { } services && _touched.Task.IsCompleted)
        {
            Write(services());
        }

        _stopping.Dispose();
    }

    private async ValueTask StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
    }

    private async Task WriteAsync(Func<ImmutableArray<ServiceSnapshot>> services, CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (true)
            {
                await _touched.Task.WaitAsync(stopping).ConfigureAwait(false);

                // First: a start tells of services one after the other.
                await Task.Delay(Pause, time, stopping).ConfigureAwait(false);
                Volatile.Write(ref _touched, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                var from = time.GetTimestamp();
                Write(services());
                await Task.Delay(time.GetElapsedTime(from) * RestPerWrite, time, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is left is written at the end.
        }
    }

    private void Write(ImmutableArray<ServiceSnapshot> services)
    {
        var next = $"{_path}.next";
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 256 << 10 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(next, options))
            {
                SnapshotFile.Write(file, kind, services);
                file.Flush(flushToDisk: true);
            }

            File.Move(next, _path, overwrite: true);
            if (_inTrouble)
            {
                _inTrouble = false;
                Log.StoredAgain(log, name, _path);
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            if (!_inTrouble)
            {
                _inTrouble = true;
                Log.NotStored(log, name, _path, failed.Message);
            }
        }
    }
}
