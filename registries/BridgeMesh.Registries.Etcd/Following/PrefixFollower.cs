using System.Text;
using System.Text.Json;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Etcd.Wire;

namespace BridgeMesh.Registries.Etcd.Following;

/// <summary>
/// Keeps a feed what is below the prefix: reads all keys at one revision, page by page, and then watches from the next revision on. A stream
/// that ends is taken up at another member where it ended; one whose beginning is compacted away, or that turns out to have missed something,
/// leads to all keys being read again. For one task.
/// </summary>
internal sealed class PrefixFollower(EtcdOptions options, EtcdRequests requests, ServiceFeed feed, RegistrySettings settings)
{
    private readonly KnownKeys _known = new(options, settings);
    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(options.Prefix);
    private readonly byte[] _end = EndOf(options.Prefix);
    private bool _hasAll;
    private bool _hasEverHadAll;
    private bool _isTold;
    private int _failures;

    // Everything up to this revision is known, of this cluster.
    private long _revision;
    private string _clusterId = string.Empty;

    internal async Task RunAsync(CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (true)
            {
                var problem = _hasAll ? await WatchAsync(stopping).ConfigureAwait(false) : await FetchAsync(stopping).ConfigureAwait(false);
                if (problem.Length > 0)
                {
                    OnFailed(problem);
                    await Task.Delay(Pauses.After(_failures, options.FirstPause, options.LongestPause), settings.Time, stopping).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nobody watches any longer.
        }
    }

    /// <summary>The prefix ends in a slash: the next byte after it ends all that begins with it.</summary>
    private static byte[] EndOf(string prefix)
    {
        var end = Encoding.UTF8.GetBytes(prefix);
        end[^1]++;
        return end;
    }

    private void OnGood()
    {
        if (_isTold)
        {
            settings.Notice?.Invoke(new RegistryNotice(IsTrouble: false, $"is there again: {_known.Count} keys"));
        }

        _isTold = false;
        _failures = 0;
        feed.Publish(_known.Build(), isStale: false);
    }

    private void OnFailed(string problem)
    {
        // A member that goes while others are there is no news: the first failure after a good time costs one short pause.
        _failures++;
        if (_failures == 1 && _hasEverHadAll)
        {
            return;
        }

        if (!_isTold)
        {
            _isTold = true;
            settings.Notice?.Invoke(new RegistryNotice(IsTrouble: true, _hasEverHadAll
                ? $"{problem}; what was known stays in use and it is tried again"
                : $"{problem}; it is tried again"));
        }

        feed.MarkStale();
    }

    /// <summary>Reads all keys as they were at one moment. Empty when they are known.</summary>
    private async Task<string> FetchAsync(CancellationToken stopping)
    {
        var keys = new List<KeyValue>();
        ReadOnlyMemory<byte> from = _prefix;
        var (limit, revision, clusterId) = (options.PageSize, 0L, string.Empty);
        while (true)
        {
            var reply = await requests.SendAsync("v3/kv/range", RequestBodies.Range(from, _end, limit, revision), stopping).ConfigureAwait(false);
            if (reply.IsTooLarge && limit > 1)
            {
                limit /= 2;
                continue;
            }

            if (!reply.IsOk)
            {
                return reply.Why;
            }

            if (!TryHeader(reply.Body, out var cluster, out var at) || !TryKeys(reply.Body, keys, out var added))
            {
                return "etcd answers keys that cannot be read";
            }

            (revision, clusterId) = revision == 0 ? (at, cluster) : (revision, clusterId);
            if (keys.Count > KnownKeys.MaxKeys)
            {
                return $"there are more than {KnownKeys.MaxKeys} keys below {options.Prefix}";
            }

            if (!JsonFields.IsTrue(reply.Body, "more") || added == 0)
            {
                break;
            }

            // The least key after the last one.
            from = (byte[])[.. Convert.FromBase64String(keys[^1].Key), 0];
        }

        _known.Replace(keys, isSameStore: clusterId == _clusterId && revision >= _revision);
        (_revision, _clusterId, _hasAll, _hasEverHadAll) = (revision, clusterId, true, true);
        OnGood();
        return string.Empty;
    }

    /// <summary>Follows until the stream ends: empty when all keys must be read again, which is nobody's fault.</summary>
    private async Task<string> WatchAsync(CancellationToken stopping)
    {
        var body = RequestBodies.Watch(_prefix, _end, _revision + 1);
        var (stream, reply) = await requests.OpenWatchAsync(body, stopping).ConfigureAwait(false);
        if (stream is null)
        {
            return reply.Why;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using (stream)
        {
            var next = stream.ReadAsync(ending.Token);
            try
            {
                return await FollowAsync(stream, next, read => next = read, ending.Token).ConfigureAwait(false);
            }
            finally
            {
                await ending.CancelAsync().ConfigureAwait(false);
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <param name="next">The read that is under way; each further one is handed to <paramref name="reading"/>, who ends it.</param>
    private async Task<string> FollowAsync(WatchStream stream, Task<WatchMessage> next, Action<Task<WatchMessage>> reading, CancellationToken ending)
    {
        var isCreated = false;
        StoreState? suspect = null;
        using var clock = CancellationTokenSource.CreateLinkedTokenSource(ending);
        try
        {
            var tick = Task.Delay(options.Timeout, settings.Time, clock.Token);
            while (true)
            {
                var isMessage = await Task.WhenAny(next, tick).ConfigureAwait(false) == next;
                ending.ThrowIfCancellationRequested();
                if (isMessage)
                {
                    var message = await next.ConfigureAwait(false);
                    if (Take(stream, message) is { } problem)
                    {
                        return problem;
                    }

                    reading(next = stream.ReadAsync(ending));
                    if (!message.IsCreated || isCreated)
                    {
                        continue;
                    }

                    isCreated = true;
                }
                else if (!isCreated || (suspect is { } missed && IsBehind(missed)))
                {
                    requests.Leave(stream.Server);
                    _hasAll = false;
                    return isCreated ? $"{stream.Server} has not told of all changes" : $"{stream.Server} does not begin a watch";
                }

                var (state, why) = await LookAsync(ending).ConfigureAwait(false);
                if (state is not { } now)
                {
                    requests.Leave(stream.Server);
                    return why;
                }

                if (now.ClusterId != _clusterId || now.Revision < _revision)
                {
                    // Set up anew, or from a backup: what was known counts for nothing there.
                    _hasAll = false;
                    return string.Empty;
                }

                suspect = IsBehind(now) ? now : null;
                if (suspect is null)
                {
                    _revision = Math.Max(_revision, now.Revision);
                    OnGood();
                }

                tick = Task.Delay(suspect is null ? Pauses.Jittered(options.CheckInterval) : options.Timeout, settings.Time, clock.Token);
            }
        }
        finally
        {
            await clock.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Null to go on; else why the watch ends, as <see cref="WatchAsync"/> says it.</summary>
    private string? Take(WatchStream stream, WatchMessage message)
    {
        if (message.IsCanceled && message.CompactRevision > 0)
        {
            _hasAll = false;
            return string.Empty;
        }

        if (message.Problem.Length > 0)
        {
            // A token that is of no use any longer is told as a permission that is missing (etcd's watchServer.isWatchPermitted).
            requests.ForgetToken();
            requests.Leave(stream.Server);
            return message.Problem;
        }

        if (message.IsProgress && message.Revision > _revision)
        {
            _revision = message.Revision;
            return null;
        }

        var isNew = false;
        var seen = _revision;
        foreach (var change in message.Events)
        {
            if (change.Change.ModRevision <= seen)
            {
                continue;
            }

            isNew = true;
            _revision = Math.Max(_revision, change.Change.ModRevision);
            if (change.IsDelete)
            {
                _known.Remove(change.Change.Key);
            }
            else
            {
                _known.Put(change.Change);
            }
        }

        if (_known.Count > KnownKeys.MaxKeys)
        {
            _hasAll = false;
            return $"there are more than {KnownKeys.MaxKeys} keys below {options.Prefix}";
        }

        if (isNew)
        {
            OnGood();
        }

        return null;
    }

    /// <summary>Whether the store had something at that moment that has not come by the watch.</summary>
    private bool IsBehind(StoreState state) => _revision < state.Revision && (_known.Count != state.Count || _known.Newest() != state.Newest);

    private async Task<(StoreState? State, string Problem)> LookAsync(CancellationToken cancellationToken)
    {
        var reply = await requests.SendAsync("v3/kv/range", RequestBodies.Newest(_prefix, _end), cancellationToken).ConfigureAwait(false);
        if (!reply.IsOk)
        {
            return (null, reply.Why);
        }

        var keys = new List<KeyValue>(1);
        return TryHeader(reply.Body, out var clusterId, out var revision)
            && TryKeys(reply.Body, keys, out _)
            && JsonFields.TryInt64(reply.Body, "count", out var count)
            ? (new StoreState(clusterId, revision, count, keys.Count > 0 ? keys[0].ModRevision : 0), string.Empty)
            : (null, "etcd answers keys that cannot be read");
    }

    private static bool TryHeader(JsonElement body, out string clusterId, out long revision)
    {
        var header = JsonFields.Field(body, "header");
        clusterId = JsonFields.Text(header, "cluster_id");
        return JsonFields.TryInt64(header, "revision", out revision) && revision > 0;
    }

    private static bool TryKeys(JsonElement body, List<KeyValue> keys, out int added)
    {
        added = 0;
        var list = JsonFields.Field(body, "kvs");
        if (list.ValueKind != JsonValueKind.Array)
        {
            return list.ValueKind == JsonValueKind.Undefined;
        }

        foreach (var item in list.EnumerateArray())
        {
            if (!JsonFields.TryKeyValue(item, out var key))
            {
                return false;
            }

            keys.Add(key);
            added++;
        }

        return true;
    }
}
