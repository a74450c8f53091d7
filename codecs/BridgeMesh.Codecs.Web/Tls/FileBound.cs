namespace BridgeMesh.Codecs.Web.Tls;

/// <summary>
/// Something that was made of files and is made anew when they change. They are looked at where it is used, which for TLS is once a handshake:
/// that costs less than a hundredth of one, needs no watcher, and finds links that were swapped. What cannot be made leaves the former in
/// force. Safe for any thread.
/// </summary>
/// <param name="load">Makes it, or says in one line what is wrong.</param>
/// <param name="notice">Told once of each failure, and when it is over.</param>
internal sealed class FileBound<T>(IReadOnlyList<string> files, Func<(T? Value, string? Problem)> load, Action<bool, string>? notice)
    where T : class
{
    private readonly Lock _lock = new();
    private Stamp[] _stamps = [];
    private T? _value;
    private bool _isBroken;

    /// <summary>The latest that could be made. Throws <see cref="IOException"/> where none could be made at all.</summary>
    internal T Current
    {
        get
        {
            lock (_lock)
            {
                Look();
                return _value ?? throw new IOException("the files of a certificate cannot be read");
            }
        }
    }

    private void Look()
    {
        var stamps = files.Select(Stamp.Of).ToArray();
        if (stamps.AsSpan().SequenceEqual(_stamps))
        {
            return;
        }

        // Taken before the files are read: a change that comes meanwhile shows at the next look.
        _stamps = stamps;
        var (value, problem) = load();
        if (value is null)
        {
            _isBroken = true;
            notice?.Invoke(true, problem ?? "it cannot be read");
            return;
        }

        _value = value;
        if (_isBroken)
        {
            _isBroken = false;
            notice?.Invoke(false, $"{string.Join(", ", files.Distinct(StringComparer.Ordinal))} can be used again");
        }
    }

    /// <param name="Length">-1 when the file is not there or cannot be opened.</param>
    private readonly record struct Stamp(long Length, DateTime Written)
    {
        internal static Stamp Of(string path)
        {
            try
            {
                // By handle, which follows links: a secret in Kubernetes is a link to a link.
                using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                return new Stamp(RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                return new Stamp(-1, default);
            }
        }
    }
}
